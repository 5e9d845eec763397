"""Updates: the operations of a SPARQL update, in steps that a candidate can run.

The default graph of the dataset is the merge of its named graphs, so nothing is written to it.
What an operation inserts without naming a graph goes into one named graph that stands for it; what
it deletes is taken from there, and from the merge, so that a triple which another graph holds
shows as missing. The engine reads the merge as it was stored: an operation with a pattern begins a
new step, before which the merge is brought up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.errors import QueryError
from kg.lexemes import TOKEN, Token

__all__ = ["MOST_STEPS", "Step", "update_steps"]

MOST_STEPS = 100
"""Operations with a pattern that one update may have; each reads the changes of those before."""

_PROLOGUE = {"PREFIX": 2, "BASE": 1, "VERSION": 1}  # tokens that follow
_TEMPLATED = frozenset({"INSERT", "DELETE", "WITH"})
_MANAGING = frozenset({"CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"})
_OPERANDS = frozenset({"SILENT", "GRAPH", "DEFAULT", "NAMED", "ALL", "TO"})
_FICKLE = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE", "SAMPLE", "LIMIT", "OFFSET"})
_FORBIDDEN = re.compile(r'[<>"{}|^`\\\x00-\x20]')


@dataclass(frozen=True, slots=True)
class Step:
    """Operations that run at once: their text, and what they may change.

    `graphs` are the names of the graphs that may change, None standing for any; `finding` is a
    SELECT query whose terms name further ones, asked before; with `takes_unnamed` triples may go
    from the default graph. `names_dataset` says that a pattern has a dataset of its own (USING,
    WITH).
    """

    text: str
    graphs: frozenset[str] | None
    takes_unnamed: bool
    finding: str | None = None
    names_dataset: bool = False


@dataclass(slots=True)
class _Operation:
    """One operation: its tokens, where it stands, and what is written in its place."""

    tokens: list[Token]
    end: int  # after the semicolon, if there is one
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    graphs: list[Token] = field(default_factory=list)  # the names of those that it may change
    variables: dict[str, None] = field(default_factory=dict)  # that name such graphs
    pattern: str = ""  # what gives variables their values, with its brackets
    may_change_any: bool = False
    reads: bool = False
    takes_unnamed: bool = False
    names_dataset: bool = False

    @property
    def start(self) -> int:
        return self.tokens[0].start


def update_steps(
    text: str,
    *,
    unnamed: str,
    base: str | None = None,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
) -> tuple[Step, ...]:
    """Split an update into steps, each an update of its own that names every graph it writes to.

    `unnamed` is the graph that stands for the default graph where something is written; relative
    IRIs are resolved against `base`. The other two are the dataset parameters
    of SPARQL 1.1 Protocol §2.2.3, for patterns alone.

    >>> (step,) = update_steps("INSERT DATA { <a:s> <a:p> 1 } ; CLEAR DEFAULT", unnamed="a:g")
    >>> step.text
    'INSERT DATA { GRAPH <a:g> { <a:s> <a:p> 1 } } ; CLEAR SILENT GRAPH <a:g>'
    >>> step.graphs
    frozenset({'a:g'})
    """
    for name in (unnamed, *(default_graphs or ()), *(named_graphs or ())):
        if _FORBIDDEN.search(name):
            raise QueryError(f"cannot use the graph {name!r}: it is no IRI; correct it")
    using = "".join(f"USING <{name}> " for name in default_graphs or ())
    using += "".join(f"USING NAMED <{name}> " for name in named_graphs or ())
    steps: list[list[_Operation]] = []
    operations = list(_operations(text))
    for operation in operations:
        _Rewriting(text, operation, unnamed, using).run()
        if not steps or operation.reads:
            steps.append([])
        steps[-1].append(operation)
    if len(steps) > MOST_STEPS:
        raise QueryError(
            f"cannot run an update of {len(steps)} operations with a pattern; send it in parts of "
            f"{MOST_STEPS} at most"
        )
    return tuple(_step(text, operations, step, unnamed=unnamed, base=base) for step in steps)


def _operations(text: str) -> Iterator[_Operation]:
    tokens: list[Token] = []
    depth = 0
    for token in _tokens(text):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        if token.lexeme == ";" and not depth:
            if body := _without_prologue(text, tokens):
                yield _Operation(body, token.end)
            tokens = []
        else:
            tokens.append(token)
    if body := _without_prologue(text, tokens):
        yield _Operation(body, len(text))


def _tokens(text: str) -> Iterator[Token]:
    for match in TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "other":
            raise _refused(text, match.start(), f"there is a {match.group()!r} out of place")
        if kind != "gap":
            yield Token(kind, match.group(), match.start())


def _without_prologue(text: str, tokens: list[Token]) -> list[Token]:
    first = 0
    while first < len(tokens) and tokens[first].word in _PROLOGUE:
        first += 1 + _PROLOGUE[tokens[first].word]
    body = tokens[first:]
    if not body:
        return body
    word = body[0].word
    if word == "LOAD":
        what = "LOAD is refused, for nothing is fetched; send the data itself"
        raise _refused(text, body[0].start, what)
    if word not in _TEMPLATED | _MANAGING:
        names = ", ".join(sorted(_TEMPLATED | _MANAGING))
        what = f"{body[0].lexeme[:60]!r} begins no operation; begin with one of {names}"
        raise _refused(text, body[0].start, what)
    return body


@dataclass(slots=True)
class _Rewriting:
    """The graphs of one operation, each named."""

    text: str
    operation: _Operation
    unnamed: str
    using: str

    def run(self) -> None:
        """Find what has to be written otherwise."""
        first = self.operation.tokens[0]
        if first.word in _MANAGING:
            self._manage()
            return
        if first.word == "WITH":
            self._may_change(self.operation.tokens[1:2])
        verb = ""
        for place, token in self._outer():
            if token.lexeme == "{" and verb:
                self._name_graphs(
                    verb, place + 1, self._end_of(place), has_graph=first.word == "WITH"
                )
                verb = ""
            elif token.word in {"INSERT", "DELETE"}:
                verb = token.word
            elif token.word == "WHERE":
                self.operation.reads = True
                self.operation.names_dataset |= bool(self.using)
                verb = ""
                self.operation.pattern = self._group(place + 1)
                if place == 1 and first.word == "DELETE":
                    self._write_out(place)
                    break
                self._edit(token.start, token.start, self.using)
            elif token.lexeme.upper().startswith(("USING", "WITH")):
                self.operation.names_dataset = True
                self._refuse_two_datasets(token)
        # No SELECT has the dataset of WITH, or is sure to find the same a second time.
        if self.operation.variables and (self.operation.names_dataset or self._is_fickle()):
            self.operation.may_change_any = True

    def _is_fickle(self) -> bool:
        return any(token.word in _FICKLE for token in self.operation.tokens)

    def _outer(self) -> Iterator[tuple[int, Token]]:
        """Yield the tokens outside brackets, an opening one for the whole of them."""
        place = 0
        while place < len(self.operation.tokens):
            token = self.operation.tokens[place]
            yield place, token
            place = (self._end_of(place) if token.kind == "open" else place) + 1

    def _manage(self) -> None:
        for token in self.operation.tokens[1:]:
            if token.kind == "word" and token.word not in _OPERANDS:
                what = f"{token.lexeme[:60]!r} is no part of the operation; write spaces, or remove"
                raise _refused(self.text, token.start, what)
            if token.word == "TO" and self.operation.tokens[0].word in {"COPY", "ADD"}:
                self.operation.graphs.clear()  # what went before is only read
            if token.kind in {"iri", "name"}:
                self.operation.graphs.append(token)
            if token.word in {"NAMED", "ALL"}:
                self.operation.may_change_any = True
            if token.word == "DEFAULT":
                self._edit(token.start, token.end, self._named_default())
            elif token.word == "ALL":
                # The default graph is the merge of the named graphs: with them all is gone.
                self._edit(token.start, token.end, "NAMED")

    def _named_default(self) -> str:
        """Name the graph that stands for the default graph, which is always there."""
        words = [token.word for token in self.operation.tokens[:2]]
        is_strict = words[0] in {"CLEAR", "DROP"} and words[1] != "SILENT"
        return f"{'SILENT ' if is_strict else ''}GRAPH <{self.unnamed}>"

    def _write_out(self, place: int) -> None:
        """Write DELETE WHERE as what it stands for (SPARQL 1.1 Update §3.1.3.3)."""
        tokens = self.operation.tokens
        if place + 1 >= len(tokens) or tokens[place + 1].lexeme != "{":
            return  # the engine says what is wrong
        end = self._end_of(place + 1)
        self._edit(tokens[place].start, tokens[place].end, "")
        self._name_graphs("DELETE", place + 2, end, has_graph=False)
        self._edit(tokens[end].end, tokens[end].end, f" {self.using}WHERE {self.operation.pattern}")

    def _group(self, place: int) -> str:
        """Return the text in brackets that begins at a place."""
        some = self.operation.tokens[place : place + 1]
        if not some or some[0].lexeme != "{":
            return ""  # the engine says what is wrong
        return self.text[some[0].start : self.operation.tokens[self._end_of(place)].end]

    def _refuse_two_datasets(self, token: Token) -> None:
        if self.using:
            what = (
                "the request names graphs to use, and so does the update with USING or WITH; "
                "name them in one place"
            )
            raise _refused(self.text, token.start, what)

    def _end_of(self, place: int) -> int:
        """Return the place of the bracket that closes the one at a place."""
        depth = 0
        for number in range(place, len(self.operation.tokens)):
            token = self.operation.tokens[number]
            depth += (token.kind == "open") - (token.kind == "close")
            if not depth:
                return number
        raise _refused(self.text, self.operation.tokens[place].start, "a bracket is never closed")

    def _may_change(self, named: Sequence[Token]) -> None:
        """Note the graph that follows WITH or GRAPH."""
        kind = named[0].kind if named else ""
        if kind in {"iri", "name"}:
            self.operation.graphs.append(named[0])
        elif kind == "variable":
            self.operation.variables[f"?{named[0].lexeme[1:]}"] = None
        else:
            self.operation.may_change_any = True

    def _name_graphs(self, verb: str, start: int, end: int, *, has_graph: bool) -> None:
        """Name the graph of what a template says outside GRAPH, unless WITH has named it."""
        tokens = self.operation.tokens
        place = start
        first: int | None = None
        while place < end:
            token = tokens[place]
            if token.word == "GRAPH":
                if not has_graph:
                    self._name_graph(verb, first, place - 1)
                first = None
                self._may_change(tokens[place + 1 : place + 2])
                while place < end and tokens[place].lexeme != "{":
                    place += 1
                place = self._end_of(place) if place < end else place
                if place + 1 < end and tokens[place + 1].lexeme == ".":
                    place += 1
            elif token.lexeme == "{":
                what = "there is a '{' out of place in the template; write GRAPH and a name"
                raise _refused(self.text, token.start, what)
            elif first is None:
                first = place
            place += 1
        if not has_graph:
            self._name_graph(verb, first, end - 1)

    def _name_graph(self, verb: str, first: int | None, last: int) -> None:
        if first is None:
            return
        start, end = self.operation.tokens[first].start, self.operation.tokens[last].end
        triples = self.text[start:end]
        if verb == "INSERT":
            self._edit(start, start, f"GRAPH <{self.unnamed}> {{ ")
            self._edit(end, end, " }")
        else:
            self._edit(end, end, f" GRAPH <{self.unnamed}> {{ {triples} }}")
            self.operation.takes_unnamed = True

    def _edit(self, start: int, end: int, replacement: str) -> None:
        self.operation.edits.append((start, end, replacement))


def _step(
    text: str,
    operations: Sequence[_Operation],
    chosen: Sequence[_Operation],
    *,
    unnamed: str,
    base: str | None,
) -> Step:
    """Write the operations of a step where they stand, with the prologues that go before."""
    pieces: list[str] = []
    prologue = ""
    graphs: set[str] | None = {unnamed}
    finding = None
    at = 0
    for operation in operations:
        prologue += text[at : operation.start] + "\n"
        pieces.append(text[at : operation.start])
        if any(operation is each for each in chosen):
            pieces.append(_edited(text, operation))
            named = _resolved(prologue, operation, base)
            graphs = None if graphs is None or named is None else graphs | named
            if names := " ".join(operation.variables):
                finding = f"{prologue}SELECT DISTINCT {names} WHERE {operation.pattern}"
        else:
            # Blank, so that the engine names the lines and columns of the whole text.
            pieces.append(re.sub(r"[^\r\n]", " ", text[operation.start : operation.end]))
        at = operation.end
        if operation is chosen[-1]:
            break
    return Step(
        "".join(pieces),
        None if graphs is None else frozenset(graphs),
        any(operation.takes_unnamed for operation in chosen),
        None if graphs is None else finding,
        any(operation.names_dataset for operation in chosen),
    )


def _edited(text: str, operation: _Operation) -> str:
    pieces: list[str] = []
    at = operation.start
    for start, end, replacement in sorted(operation.edits, key=lambda edit: edit[:2]):
        pieces += (text[at:start], replacement)
        at = end
    return "".join([*pieces, text[at : operation.end]])


def _resolved(prologue: str, operation: _Operation, base: str | None) -> set[str] | None:
    """Return the IRIs of the graphs that an operation may change, None where it may be any."""
    if operation.may_change_any:
        return None
    if not operation.graphs:
        return set()
    # Turtle has the prologue and the names of SPARQL (RDF 1.1 Turtle §6.5), and so one parser
    # reads them for both.
    names = " , ".join(token.lexeme for token in operation.graphs)
    document = f"{prologue}<urn:update> <urn:names> {names} ."
    try:
        found = [q.object for q in ox.parse(document, format=ox.RdfFormat.TURTLE, base_iri=base)]
    except (SyntaxError, ValueError):
        return None
    return {name.value for name in found if isinstance(name, ox.NamedNode)}


def _refused(text: str, at: int, what: str) -> QueryError:
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    message = f"cannot read the update at line {line}, column {column}: {what}"
    return QueryError(message, line=line, column=column)
