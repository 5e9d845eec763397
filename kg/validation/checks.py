"""Check the rules that no record can show alone, by set-at-a-time queries over a store.

Each file of `queries/checks` is one rule. Its header gives `rule`, `severity` and `summary`; its
query returns `?focusNode`, and where they apply `?path`, `?value` and `?record`, with the
`?message` in plain words. `VALUES ?record { UNDEF }` in the query means every record; to check
some records only, UNDEF is replaced by their names. Where the header says `reach: record`, the
query needs no more than the records that it is about and the ontology, so that it can run before
they meet the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol

from rdflib import URIRef
from rdflib.term import Node

from kg.errors import QueryError
from kg.namespaces import SH, SHAPES_GRAPH
from kg.validation.report import Finding, Report

__all__ = ["Check", "Selectable", "check_dataset", "checks"]

_HEADER = re.compile(r"^#\+ (?P<key>[a-z]+): (?P<text>.+)$", re.MULTILINE)
_EVERY_RECORD = "VALUES ?record { UNDEF }"
_SET, _RECORD = "set", "record"


class Selectable(Protocol):
    """Whatever answers a SELECT query with rows of rdflib terms: a store, or a candidate."""

    def select(self, query: str, /) -> Iterable[Mapping[str, Node | None]]:
        """Answer a SELECT query."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """One rule over the whole set: its number, how grave a breach is, and the query."""

    name: str
    rule: str
    severity: URIRef
    summary: str
    query: str
    reach: str = _SET

    @property
    def shape(self) -> URIRef:
        """The IRI that stands for the check in a report."""
        return URIRef(f"{SHAPES_GRAPH}#check-{self.name}")

    @property
    def is_about_records(self) -> bool:
        """Tell whether the check can be limited to some records."""
        return _EVERY_RECORD in self.query

    @property
    def needs_the_set(self) -> bool:
        """Tell whether the check looks beyond the records that it is about."""
        return self.reach != _RECORD


def check_dataset(
    store: Selectable,
    *,
    records: Iterable[URIRef] | None = None,
    needs_the_set: bool | None = None,
    severity: URIRef | None = None,
) -> Report:
    """Run the checks over a store, or over some of its records only.

    With `records` the cost follows them and not the store; checks of the vocabularies and of the
    set as a whole are then left out. `needs_the_set` picks the checks that do, or do not, and
    `severity` those whose breach is so grave.
    """
    names = None if records is None else sorted(records)
    if names is not None and not names:
        return Report()
    return Report.of(
        finding
        for check in checks()
        if (names is None or check.is_about_records)
        and needs_the_set in (None, check.needs_the_set)
        and severity in (None, check.severity)
        for finding in _findings(store, check, names)
    )


@cache
def checks() -> tuple[Check, ...]:
    """List the checks, sorted by name.

    >>> [check.rule for check in checks() if check.name.startswith("02")]
    ['9.9/2']
    """
    folder = files("queries") / "checks"
    found = [file for file in folder.iterdir() if file.name.endswith(".rq")]
    return tuple(
        _check(file.name.removesuffix(".rq"), file.read_text(encoding="utf-8"))
        for file in sorted(found, key=lambda file: file.name)
    )


def _check(name: str, text: str) -> Check:
    header = {match["key"]: match["text"] for match in _HEADER.finditer(text)}
    missing = {"rule", "severity", "summary"} - set(header)
    if missing:
        raise QueryError(f"check {name} has no {', '.join(sorted(missing))}; add it to the header")
    severity, reach = SH[header["severity"]], header.get("reach", _SET)
    return Check(name, header["rule"], severity, header["summary"], text, reach)


def _findings(store: Selectable, check: Check, records: list[URIRef] | None) -> Iterator[Finding]:
    query = check.query
    if records is not None:
        names = " ".join(record.n3() for record in records)
        query = query.replace(_EVERY_RECORD, _EVERY_RECORD.replace("UNDEF", names))
    for row in store.select(query):
        focus_node, path, record = (
            row["focusNode"],
            _optional(row, "path"),
            _optional(row, "record"),
        )
        if focus_node is None:
            raise QueryError(f"check {check.name} found no focus node; bind ?focusNode in it")
        yield Finding(
            focus_node=focus_node,
            path=path if isinstance(path, URIRef) else None,
            value=_optional(row, "value"),
            severity=check.severity,
            shape=check.shape,
            constraint=SH.SPARQLConstraintComponent,
            rule=check.rule,
            message=str(row["message"]),
            record=record if isinstance(record, URIRef) else None,
        )


def _optional(row: Mapping[str, Node | None], name: str) -> Node | None:
    return row.get(name)
