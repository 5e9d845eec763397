"""The library: every question by its name, checked when it is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from kg.errors import QueryError, SourceError
from kg.questions.binding import (
    bind,
    is_listing,
    narrowed,
    paged,
    parameter_names,
    without_header,
)
from kg.questions.header import Header, read_header
from kg.questions.parameters import THINGS, Terms, expand, terms_of

__all__ = ["Question", "question", "questions", "read_question", "search"]

_FILE_NAME = re.compile(r"(?:cq(?P<number>\d\d)-)?(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)\.rq")
_JOINED = re.compile(r"GROUP_CONCAT\(.*\) AS \?(\w+)\)")
_PROJECTION = re.compile(r"^SELECT(?: DISTINCT)?\n(?P<columns>.*?)^WHERE", re.DOTALL | re.MULTILINE)
_VARIABLE = re.compile(r"\?(\w+)")

COLUMN_TYPES = (THINGS | {"boolean", "concept", "count", "effect", "integer"}) | {
    "iri",
    "number",
    "text",
    "year",
}
DISPLAYS = frozenset({"bars", "map", "matrix", "network", "table", "timeline"})


@dataclass(frozen=True)
class Question:
    """One question: its name, what its header says, and its query."""

    name: str
    header: Header
    query: str
    variables: tuple[str, ...]
    source: str

    def terms(self, given: Mapping[str, object]) -> Terms:
        """Return a term for each parameter, from what was given and the defaults."""
        return terms_of(self.header.parameters, given)

    @property
    def is_listing(self) -> bool:
        """Tell whether a page of its rows costs less than all of them."""
        return is_listing(self.query)

    @property
    def joined(self) -> frozenset[str]:
        """Name the columns that join several values, in no order of their own."""
        return frozenset(_JOINED.findall(self.query))

    def bound(self, terms: Terms, *, first: int = 0, most: int | None = None) -> str:
        """Return the query with its parameters in place, and only the restrictions given.

        A listing can be asked for `most` rows after the `first`.
        """
        open_ = {
            name
            for name, parameter in self.header.parameters.items()
            if parameter.any and terms[name] == expand(parameter.any)
        }
        query = narrowed(self.query, open_=open_)
        return bind(paged(query, first=first, most=most) if most else query, terms)


def read_question(text: str, *, source: str) -> Question:
    """Read one query file; raise SourceError where its header and its query disagree."""
    file_name = _FILE_NAME.fullmatch(source.rsplit("/", 1)[-1])
    if file_name is None:
        raise SourceError("file name is not cqNN-name.rq or name.rq; rename it", source=source)
    header = read_header(text, source=source)
    number = int(file_name["number"]) if file_name["number"] else None
    query = without_header(text)
    found = Question(file_name["name"], header, query, _projected(query, source), source)
    if number != header.question:
        raise SourceError(
            f"file name says question {number}, header says {header.question}; make them agree",
            source=source,
        )
    _check_parameters(found)
    _check_columns(found)
    return found


@cache
def questions() -> Mapping[str, Question]:
    """Load every question of the library, the numbered ones first."""
    folder = files("queries") / "questions"
    read = [
        read_question(entry.read_text(encoding="utf-8"), source=f"queries/questions/{entry.name}")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".rq")
    ]
    read.sort(key=lambda one: (one.header.question or 1_000, one.name))
    library = {one.name: one for one in read}
    if len(library) != len(read):
        raise SourceError("two questions have one name; rename one", source="queries/questions")
    _check_openings(library)
    return MappingProxyType(library)


def question(name: str) -> Question:
    """Look a question up by its name or number; raise QueryError with the nearest names.

    >>> question("cq01").name == question("1").name == question("works-stating").name
    True
    """
    library = questions()
    if name in library:
        return library[name]
    if digits := re.fullmatch(r"(?:cq)?0*(\d+)", name):
        for one in library.values():
            if one.header.question == int(digits[1]):
                return one
    near = get_close_matches(name, library, n=3, cutoff=0.4)
    remedy = f"did you mean {', '.join(near)}?" if near else "list them with 'cove questions'"
    raise QueryError(f"no question {name!r} in the library; {remedy}")


def search(words: str) -> tuple[Question, ...]:
    """Find the questions that hold every word, those that hold it in name or summary first.

    >>> [one.name for one in search("works state leads")]
    ['works-stating']
    """
    wanted = words.casefold().split()
    scored = [(_score(one, wanted), one) for one in questions().values()]
    found = [(score, one) for score, one in scored if score]
    found.sort(key=lambda pair: -pair[0])
    return tuple(one for _, one in found)


def _score(one: Question, wanted: Iterable[str]) -> int:
    header = one.header
    shown = " ".join((one.name, header.summary, *header.tags)).casefold()
    told = header.description.casefold()
    scores = [3 * (word in shown) + (word in told) for word in wanted]
    return sum(scores) if all(scores) else 0


def _projected(query: str, source: str) -> tuple[str, ...]:
    clause = _PROJECTION.search(query)
    if clause is None:
        raise SourceError("SELECT has no columns, one a line, before WHERE", source=source)
    lines = [line for line in clause["columns"].splitlines() if line.strip()]
    names = [_VARIABLE.findall(line) for line in lines]
    if not all(names):
        raise SourceError("a line of SELECT has no column; put one on each", source=source)
    return tuple(found[-1] for found in names)


def _check_parameters(one: Question) -> None:
    used, declared = parameter_names(one.query), set(one.header.parameters)
    for name in sorted(used ^ declared):
        state = "used but not declared" if name in used else "declared but not used"
        raise SourceError(f"parameter ${name} is {state}", source=one.source)
    for name in sorted(used & set(one.variables)):
        raise SourceError(
            f"parameter ${name} is projected; give the column a name", source=one.source
        )
    try:
        terms_of(
            {name: par for name, par in one.header.parameters.items() if not par.is_required}, {}
        )
    except KeyError as error:
        raise SourceError(f"a parameter has the unknown type {error}", source=one.source) from error


def _check_columns(one: Question) -> None:
    header = one.header
    declared = set(header.columns)
    labels = {f"{name}Label" for name in declared}
    missing = declared - set(one.variables)
    surplus = set(one.variables) - declared - labels
    if missing or surplus:
        raise SourceError(
            f"columns declared but not selected: {sorted(missing)}, "
            f"selected but not declared: {sorted(surplus)}; make header and SELECT agree",
            source=one.source,
        )
    for name, column in header.columns.items():
        if column.type not in COLUMN_TYPES:
            raise SourceError(
                f"column {name!r} has unknown type {column.type!r}", source=one.source
            )
        is_number = column.type in {"count", "integer"}
        if (column.opens is None and column.alone is None) if is_number else column.alone:
            raise SourceError(
                f"column {name!r} is a whole number that opens nothing; add 'opens', or 'alone' "
                "with where that is what it counts",
                source=one.source,
            )
    display = header.display
    if display.kind not in DISPLAYS:
        raise SourceError(
            f"display {display.kind!r} is none of {sorted(DISPLAYS)}", source=one.source
        )
    for axis in (
        display.x,
        display.y,
        display.value,
        display.segment,
        display.source,
        display.target,
    ):
        if axis is not None and axis not in one.variables:
            raise SourceError(f"display uses {axis!r}, which is no column", source=one.source)


def _check_openings(library: Mapping[str, Question]) -> None:
    for one in library.values():
        for name, column in one.header.columns.items():
            if column.opens is None:
                continue
            opened = library.get(column.opens.question)
            wanted = column.opens.parameters
            if opened is None or not set(wanted) <= set(opened.header.parameters):
                raise SourceError(
                    f"column {name!r} opens {column.opens.question!r} with {sorted(wanted)}, "
                    "which no question of the library takes",
                    source=one.source,
                )
            for value in wanted.values():
                known = one.variables if value.startswith("?") else one.header.parameters
                if value[:1] in "?$" and value[1:] not in known:
                    raise SourceError(
                        f"column {name!r} opens with {value!r}, which is not there",
                        source=one.source,
                    )
