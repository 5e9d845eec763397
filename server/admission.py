"""Admit or refuse the text of a query before any parser sees it.

The parser of the engine recurses: a few kilobytes of brackets, a wide UNION or a long chain of
operators end its process. One linear pass over the tokens bounds each of these, and refuses
SERVICE and update forms. It reads the text as the engine's parser does, which knows no word
boundaries (`trueSERVICE:x{}` is a SERVICE) and takes `<` inside parentheses for an operator where
an operand went before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.errors import QueryError
from kg.lexemes import ESCAPE, TOKEN

__all__ = ["AdmissionError", "Admitted", "Bounds", "admit", "admit_update"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a query may hold; each is far below what the engine's parser survives."""

    size: int = 1 << 20  # bytes of UTF-8
    nesting: int = 128  # brackets open at once, of any kind
    groups: int = 1_000  # opening braces: arms of UNION, OPTIONAL, sub-selects, FILTER EXISTS …
    operators: int = 2_000  # signs of expressions and property paths
    words: int = 5_000  # keywords and function names
    patterns: int = 3_000  # terms in triple patterns and collections
    values: int = 50_000  # all other terms: VALUES, IN, arguments

    @property
    def fewest(self) -> int:
        """The lowest bound of what is counted."""
        return min(self.groups, self.operators, self.words, self.patterns, self.values)


class AdmissionError(QueryError):
    """Say which rule refuses a query, and where."""

    def __init__(self, message: str, *, kind: str, line: int, column: int) -> None:
        self.kind = kind
        super().__init__(message, line=line, column=column)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A query that the engine may parse."""

    text: str
    form: str  # SELECT, ASK, CONSTRUCT or DESCRIBE
    normalised: str  # comments dropped and white space collapsed: the key of the cache
    is_fixed: bool  # asked again of the same version, it has the same answer


_TERMS = frozenset({"iri", "string", "variable", "name", "number"})
_PAIRS = {")": "(", "}": "{", "]": "["}
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_PROLOGUE = frozenset({"PREFIX", "BASE", "VERSION"})
_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)
_UPDATE_FORMS = ", ".join(sorted(_UPDATES - {"LOAD"}))
_VARYING = re.compile("NOW|RAND|UUID")
_GRAPH_WORDS = frozenset({"GRAPH", "FROM", "NAMED"})
_REMEDY = {
    "size": "send a shorter query",
    "nesting": "flatten the query",
    "groups": "use VALUES in place of many UNION arms, or ask in parts",
    "operators": "use IN (…) in place of a long chain, or ask in parts",
    "words": "ask in parts",
    "patterns": "ask in parts",
    "values": "ask in parts",
}


def admit(
    text: str, *, bounds: Bounds | None = None, services: frozenset[str] = frozenset()
) -> Admitted:
    """Admit a query, or raise AdmissionError with the place and the remedy.

    `services` are the IRIs that SERVICE may name.

    >>> admit("ASK { ?s ?p ?o } # any triple?").normalised
    'ASK { ?s ?p ?o }'
    >>> admit("ASK { SERVICE <http://localhost/> {} }")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    server.admission.AdmissionError: SERVICE is refused at line 1, column 7: ...
    """
    bounds = bounds or Bounds()
    if len(text) > bounds.size or len(text.encode("utf-8", "surrogatepass")) > bounds.size:
        message = f"The query has more than {bounds.size:,} bytes; {_REMEDY['size']}."
        raise AdmissionError(message, kind="query-too-large", line=1, column=1)
    return _Reader(text, bounds, services).read()


@dataclass(slots=True)
class _Reader:
    """One pass over one query."""

    text: str
    bounds: Bounds
    services: frozenset[str]
    form: str = ""
    varies: bool = False
    stack: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    kind: str = ""  # of the significant lexeme before this one
    lexeme: str = ""
    values_from: int | None = None  # the depth of the VALUES block that is open
    awaits_values: bool = False
    awaits_service: int | None = None  # the place of a SERVICE whose target comes next
    suspect: int | None = None  # the place of a name that is a SERVICE if a brace follows
    is_short: bool = False  # no text holds more lexemes than characters: there is none to count

    def read(self) -> Admitted:
        self.is_short = len(self.text) <= self.bounds.fewest
        pieces: list[str] = []
        normal: list[str] = []
        for match in TOKEN.finditer(self.text):
            kind, lexeme = str(match.lastgroup), match[0]
            pieces.append(lexeme)
            if kind == "gap":
                normal.append(" ")
                continue
            if kind == "iri" and self._is_ambiguous():
                lexeme = pieces[-1] = _spell_out(lexeme)
            self._check(kind, lexeme, match.start())
            normal.append(lexeme)
            self.kind, self.lexeme = kind, lexeme
        self._finish()
        normalised = "".join(normal).strip()
        return Admitted("".join(pieces), self.form, normalised, not self.varies)

    def _is_ambiguous(self) -> bool:
        """Tell whether the engine may read a `<` here as an operator."""
        inside = bool(self.stack) and self.stack[-1] == "("
        return inside and self.kind not in {"open", "operator"} and self.lexeme != ","

    def _check(self, kind: str, lexeme: str, at: int) -> None:
        if kind == "other":
            what = (
                "string without an end" if lexeme in "\"'" else f"character {lexeme!r} out of place"
            )
            raise self._refused("malformed-query", f"There is a {what}", at, "correct it")
        if self.awaits_service is not None and lexeme.upper() != "SILENT":
            self._admit_service(kind, lexeme)
        if self.suspect is not None and lexeme == "{":
            raise self._service_refused(self.suspect)
        self.suspect = None
        if kind in _TERMS:
            self._check_term(kind, lexeme, at)
        elif kind == "word":
            self._check_word(lexeme.upper(), at)
        elif kind == "open":
            self._open(lexeme, at)
        elif kind == "close":
            self._close(lexeme, at)
        elif kind == "operator":
            self._count("operators", at)

    def _check_term(self, kind: str, lexeme: str, at: int) -> None:
        in_pattern = self.stack and (self.stack[-1] != "(" or self.kind in _TERMS | {"close"})
        self._count("patterns" if in_pattern and self.values_from is None else "values", at)
        if kind != "name":
            return
        prefix = lexeme.partition(":")[0].upper()
        if "SERVICE" in prefix and self.lexeme.upper() not in _GRAPH_WORDS:
            self.suspect = at
        if prefix.endswith("FROM") and self.form and not self.stack:
            raise self._run_on(lexeme, at)

    def _check_word(self, word: str, at: int) -> None:
        self._count("words", at)
        if not self.form and not self.stack and word not in _PROLOGUE:
            self.form = self._form_of(word, at)
        if "SERVICE" in word:
            if word != "SERVICE":
                raise self._service_refused(at)
            self.awaits_service = at
        if _VARYING.search(word):
            self.varies = True
        if word == "VALUES":
            self.awaits_values = True
        if "FROM" in word and word != "FROM" and not self.stack:
            raise self._run_on(word, at)

    def _form_of(self, word: str, at: int) -> str:
        for form in _FORMS:
            if word.startswith(form):
                return form
        if word in _UPDATES:
            what, remedy = f"{word} is an update", "this address answers queries only"
            raise self._refused("update-refused", what, at, remedy)
        what = f"{word!r} begins no query"
        raise self._refused("malformed-query", what, at, f"begin with one of {', '.join(_FORMS)}")

    def _admit_service(self, kind: str, lexeme: str) -> None:
        if kind != "iri" or lexeme[1:-1] not in self.services:
            assert self.awaits_service is not None  # noqa: S101  # the caller has looked
            raise self._service_refused(self.awaits_service)
        self.awaits_service = None

    def _open(self, lexeme: str, at: int) -> None:
        self.stack.append(lexeme)
        if len(self.stack) > self.bounds.nesting:
            raise self._beyond("nesting", "brackets nested", at, kind="query-too-deep")
        if lexeme == "{":
            self._count("groups", at)
            if self.awaits_values:
                self.values_from, self.awaits_values = len(self.stack), False

    def _close(self, lexeme: str, at: int) -> None:
        if not self.stack or self.stack[-1] != _PAIRS[lexeme]:
            raise self._refused("malformed-query", f"{lexeme!r} closes nothing", at, "correct it")
        if self.values_from == len(self.stack):
            self.values_from = None
        self.stack.pop()

    def _finish(self) -> None:
        end = len(self.text)
        if self.awaits_service is not None:
            raise self._service_refused(self.awaits_service)
        if self.stack:
            what = f"{self.stack[-1]!r} is never closed"
            raise self._refused("malformed-query", what, end, "close it")
        if not self.form:
            what = f"There is no query: none of {', '.join(_FORMS)}"
            raise self._refused("malformed-query", what, end, "write one")

    def _count(self, what: str, at: int) -> None:
        if self.is_short:
            return
        count = self.counts[what] = self.counts.get(what, 0) + 1
        if count > int(getattr(self.bounds, what)):
            raise self._beyond(what, what, at, kind="query-too-complex")

    def _beyond(self, limit: str, noun: str, at: int, *, kind: str) -> AdmissionError:
        most: int = getattr(self.bounds, limit)
        return self._refused(kind, f"More than {most:,} {noun}", at, _REMEDY[limit])

    def _run_on(self, lexeme: str, at: int) -> AdmissionError:
        what = f"{lexeme!r} runs FROM into its neighbour"
        return self._refused("malformed-query", what, at, "write spaces before and after FROM")

    def _service_refused(self, at: int) -> AdmissionError:
        allowed = ", ".join(f"<{iri}>" for iri in sorted(self.services)) or "no other endpoint"
        remedy = f"this server calls {allowed}; ask the other endpoint yourself and join here"
        return self._refused("service-refused", "SERVICE is refused", at, remedy)

    def _refused(self, kind: str, what: str, at: int, remedy: str) -> AdmissionError:
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        message = f"{what} at line {line}, column {column}: {remedy}."
        return AdmissionError(message, kind=kind, line=line, column=column)


def admit_update(text: str, *, bounds: Bounds) -> str:
    """Admit an update, and return it as the engine may read it; SERVICE and LOAD are refused.

    >>> admit_update("CLEAR ALL ; LOAD <a:b>", bounds=Bounds())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    server.admission.AdmissionError: LOAD is refused at line 1, column 13: ...
    """
    if len(text) > bounds.size or len(text.encode("utf-8", "surrogatepass")) > bounds.size:
        message = f"The update has more than {bounds.size:,} bytes; send it in parts."
        raise AdmissionError(message, kind="request-too-large", line=1, column=1)
    return _UpdateReader(text, bounds, frozenset()).read().text


class _UpdateReader(_Reader):
    """One pass over one update: each operation has a form of its own."""

    def _check(self, kind: str, lexeme: str, at: int) -> None:
        super()._check(kind, lexeme, at)
        if lexeme == ";" and not self.stack:
            self.form = ""

    def _form_of(self, word: str, at: int) -> str:
        if word.startswith("LOAD"):
            remedy = "nothing is fetched here; send the data itself"
            raise self._refused("load-refused", "LOAD is refused", at, remedy)
        if word not in _UPDATES:
            what, remedy = f"{word!r} begins no update", f"begin with one of {_UPDATE_FORMS}"
            raise self._refused("malformed-update", what, at, remedy)
        return word

    def _finish(self) -> None:
        self.form = self.form or "nothing"
        super()._finish()


def _spell_out(iri: str) -> str:
    r"""Escape what an expression could be hidden in; the IRI stays the same.

    >>> _spell_out("<a:b#c>")
    '<a:b\\u0023c>'
    """
    plain = re.compile(r"[A-Za-z0-9:._\x80-\U0010ffff]|" + ESCAPE)
    inner = re.sub(
        rf"({plain.pattern})|(.)",
        lambda found: found[1] or f"\\u{ord(found[2]):04X}",
        iri[1:-1],
    )
    return f"<{inner}>"
