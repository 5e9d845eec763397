"""Examination: everything that is worth saying of a draft, each at the field that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace
from rdflib import URIRef

from kg.errors import CoveError
from kg.forms.fields import field_of
from kg.forms.inputs import Sheet
from kg.forms.statements import lint
from kg.identifiers import parts_of
from kg.namespaces import BASE, SH
from kg.readers.checks import check, normalise
from kg.readers.drafts import Path, Problem
from kg.readers.fields import fields_of
from kg.readers.structure import build
from kg.records import Author, Case, Claim, ClaimLink, Effect, Participant, Process, Study, Work
from kg.store.terms import engine_graph_name, engine_quad
from kg.triples import record_graph, to_triples
from kg.validation import Finding, validate_records

__all__ = ["Examined", "Message", "examine"]

_FIRST = re.compile(r"[a-z_]+")
_RECORDS: dict[str, type[Struct]] = {
    "authors": Author,
    "cases": Case,
    "processes": Process,
    "participants": Participant,
    "claims": Claim,
    "effects": Effect,
    "links": ClaimLink,
    "study": Study,
}


@dataclass(frozen=True, slots=True)
class Message:
    """Something to mend or to look at: where (`claims.0.subject`), what, and whether it blocks."""

    way: str
    text: str
    is_violation: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """What is said of a draft, and the record that it makes where nothing forbids one."""

    messages: tuple[Message, ...]
    work: Work | None

    @property
    def violations(self) -> tuple[Message, ...]:
        """What keeps the draft from being a record."""
        return tuple(one for one in self.messages if one.is_violation)

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What is worth a look."""
        return tuple(one for one in self.messages if not one.is_violation)

    def at(self, way: str) -> tuple[Message, ...]:
        """Return what is said of one field or part."""
        return tuple(one for one in self.messages if one.way == way)


def examine(sheet: Sheet) -> Examined:
    """Examine a draft by the rules of the sheet, the shapes, and the form of statements."""
    work, problems = build(sheet)
    if work is not None:
        problems += check(work)
    messages = [_from_problem(one) for one in problems]
    whole = None
    if work is not None and not any(not problem.path for problem in problems):
        part = _without(work, problems)
        try:
            findings = list(_findings(normalise(part)))
        except (CoveError, ValueError, KeyError):
            findings = []  # what the triples cannot say is among the problems
        messages += [_from_finding(one, work) for one in findings]
        if not any(message.is_violation for message in messages):
            whole = normalise(work)
    messages += _lints(sheet)
    return Examined(tuple(dict.fromkeys(messages)), whole)


def _from_problem(problem: Problem) -> Message:
    record = _record_at(problem.path)
    first = _FIRST.match(problem.what)
    names = {field.name for field in fields_of(record)} if record else set()
    way = [*map(str, problem.path)]
    if first and first[0] in names:
        way.append(first[0])
    return Message(".".join(way), problem.what, is_violation=True)


def _record_at(path: Path) -> type[Struct] | None:
    record: type[Struct] | None = Work
    for step in path:
        if isinstance(step, str):
            record = _RECORDS.get(step)
    return record


def _without(work: Work, problems: Iterable[Problem]) -> Work:
    """Leave the claims out that have a problem, so that the others can be validated.

    A problem of a case concerns all that is about it.
    """
    bad = {(one.path[0], one.path[1]) for one in problems if len(one.path) > 1}
    cases = tuple(c for n, c in enumerate(work.cases) if ("cases", n) not in bad)
    left = {case.id for case in work.cases} - {case.id for case in cases}
    claims = tuple(
        claim
        for number, claim in enumerate(work.claims)
        if ("claims", number) not in bad and claim.case not in left
    )
    authors = tuple(a for n, a in enumerate(work.authors) if ("authors", n) not in bad)
    return replace(work, cases=cases, claims=claims, authors=authors)


def _findings(work: Work) -> Iterator[Finding]:
    graph = engine_graph_name(record_graph(work.id))
    quads = [engine_quad(triple, graph) for triple in dict.fromkeys(to_triples(work))]
    for report in validate_records([quads]):
        yield from report.findings


def _from_finding(finding: Finding, work: Work) -> Message:
    path, record = _place(str(finding.focus_node), work)
    name = field_of(record, finding.path) if isinstance(finding.path, URIRef) else None
    way = ".".join([*map(str, path), *([name] if name else [])])
    return Message(way, finding.message, finding.severity == SH.Violation)


def _place(iri: str, work: Work) -> tuple[Path, type[Struct]]:
    """Find the part of a work that an IRI was minted for."""
    kind = iri.removeprefix(BASE).partition("/")[0]
    _, *ids = parts_of(URIRef(iri)) if iri.startswith(BASE) else ("",)
    if kind == "study":
        return ("study",), Study
    if kind in {"claim", "effect", "definition"} and ids:
        return _in_claim(kind, ids, work)
    if kind in {"case", "process", "involvement"} and ids:
        return _in_case(ids, work)
    return (), Work


def _in_claim(kind: str, ids: list[str], work: Work) -> tuple[Path, type[Struct]]:
    path = _step("claims", work.claims, ids[0])
    if kind == "effect" and len(ids) > 1:
        return (*path, "effects", int(ids[1]) - 1), Effect
    return path, Claim


def _in_case(ids: list[str], work: Work) -> tuple[Path, type[Struct]]:
    path = _step("cases", work.cases, ids[0])
    if len(ids) == 1 or not path:
        return path, Case
    path = (*path, *_step("processes", work.cases[int(path[1])].processes, ids[1]))
    if len(ids) > 2:
        return (*path, "participants", int(ids[2]) - 1), Participant
    return path, Process


def _step(name: str, parts: tuple[Case | Claim | Process, ...], id_: str) -> Path:
    return next(((name, n) for n, part in enumerate(parts) if part.id == id_), ())


def _lints(sheet: Sheet) -> Iterator[Message]:
    claims = sheet.get("claims")
    for number, claim in enumerate(claims if isinstance(claims, list) else ()):
        if isinstance(claim, dict) and isinstance(statement := claim.get("statement"), str):
            for what in lint(statement, is_hedged=claim.get("hedged") is True):
                text = f"statement {what}"
                yield Message(f"claims.{number}.statement", text, is_violation=False)
