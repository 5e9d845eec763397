"""Checks: whether the parts of a work agree with the coding guide."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kg import codes
from kg.errors import CodeError
from kg.identifiers import is_slug, normalise_doi, slugify
from kg.readers.drafts import Path, Problem, quote
from kg.readers.fields import SheetField, fields_of
from kg.records import Author, Case, Claim, ClaimLink, Participant, Process, Work
from kg.triples.mapping import BEARINGS, SIDES

__all__ = ["check", "normalise"]

_STATEMENT = range(20, 401)  # characters: one sentence that stands on its own
_CASE_YEARS = range(1000, 2101)
_LONGEST_CODE = 100
_UNDIRECTED = frozenset({"part-of", "kind-of", "contrasts-with", "defines", "describes"})
_OF_ITSELF = frozenset({"defines", "describes"})
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`/]+[^\s<>\"{}|\\^`]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_SLUG_FORM = "a-z, 0-9 and single hyphens"


def check(work: Work) -> list[Problem]:
    """Tell everything that the coding guide refuses, in the order of the sheet.

    A field that is None, even where a record must have it, was refused before and is skipped.
    """
    return [
        Problem(path, what)
        for path, part in _parts((), work)
        for what in (*_unknown_codes(part), *_rules(part))
    ] + list(_settings(work))


def normalise(work: Work) -> Work:
    """Write the DOIs of a checked work bare, in lower case and once."""
    cites = tuple(dict.fromkeys(map(normalise_doi, work.cites)))
    return replace(work, doi=normalise_doi(work.doi) if work.doi else None, cites=cites)


def _parts(path: Path, part: Struct) -> Iterator[tuple[Path, Struct]]:
    yield path, part
    for field in _fields_with(type(part), records=True):
        value = getattr(part, field.attribute)
        if isinstance(value, tuple):
            for position, item in enumerate(value):
                yield from _parts((*path, field.name, position), item)
        elif value is not None:
            yield from _parts((*path, field.name), value)


@cache
def _fields_with(record: type[Struct], *, records: bool) -> tuple[SheetField, ...]:
    """List the fields of a record that hold further records, or those that hold codes."""
    return tuple(f for f in fields_of(record) if (f.record if records else f.scheme))


def _unknown_codes(part: Struct) -> Iterator[str]:
    for field in _fields_with(type(part), records=False):
        value = getattr(part, field.attribute)
        for code in value if isinstance(value, tuple) else (value,):
            if code is not None and (wrong := _unknown(field.scheme or "", code)):
                yield f"{field.name} {wrong}"


@lru_cache(maxsize=4096)
def _unknown(scheme: str, code: str) -> str | None:
    """Say that a code is in no vocabulary, or None: a misspelling is looked up only once."""
    if len(code) > _LONGEST_CODE:
        return f"{quote(code)} is not a code of {scheme}; see the coding guide"
    try:
        codes.resolve(scheme, code)
    except CodeError as error:
        return str(error)
    return None


def _rules(part: Struct) -> Iterable[str]:
    rules = _RULES.get(type(part))
    return rules(part) if rules else ()


def _work(work: Work) -> Iterator[str]:
    if work.id and not is_slug(work.id):
        yield f"id {quote(work.id)} is no slug; write family-year-word in {_SLUG_FORM}"
    yield from _year("year", work.year, range(1901, date.today().year + 2))
    if work.read_at and not _ADDRESS.fullmatch(work.read_at):
        yield f"read_at {quote(work.read_at)} is no web address; write http:// or https:// and on"
    if work.language and not _LANGUAGE.fullmatch(work.language):
        yield f"language {quote(work.language)} is no language tag; write it as en or pt-BR"
    if work.doi and (wrong := _wrong_doi(work.doi)):
        yield wrong
    yield from (f"cites: {wrong}" for wrong in map(_wrong_doi, work.cites) if wrong)
    if not work.claims:
        yield "has no claims; code at least one"
    yield from _repeated("case", work.cases)
    yield from _repeated("claim", work.claims)


def _wrong_doi(text: str) -> str | None:
    if len(text) > 2048:
        return f"DOI {quote(text)} is longer than a DOI can be; correct or remove it"
    try:
        normalise_doi(text)
    except ValueError as error:
        return str(error)
    return None


def _repeated(kind: str, parts: Iterable[Case | Process | Claim]) -> Iterator[str]:
    for id_, times in Counter(part.id for part in parts).items():
        if id_ and times > 1:
            yield f"{kind} {id_} is there {times} times; give each {kind} an id of its own"


def _author(author: Author) -> Iterator[str]:
    if not (author.family or author.literal):
        yield "has neither family nor literal; write the family name, or the body's as literal"
    elif not slugify(author.name):
        yield f"{quote(author.name)} has no letters; correct the name"


def _identified(part: Case | Process | Claim) -> Iterator[str]:
    if part.id and not is_slug(part.id):
        yield f"id {quote(part.id)} is no slug; write it in {_SLUG_FORM}"


def _case(case: Case) -> Iterator[str]:
    yield from _identified(case)
    yield from _repeated("process", case.processes)
    yield from _year("start", case.start, _CASE_YEARS)
    yield from _year("end", case.end, _CASE_YEARS)


def _year(name: str, year: int | None, years: range) -> Iterator[str]:
    if year is not None and year not in years:
        yield f"{name} {year} is not between {years[0]} and {years[-1]}; correct the year"


def _process(process: Process) -> Iterator[str]:
    yield from _identified(process)
    for feature in sorted(set(process.has) & set(process.lacks)):
        yield f"{feature} is both in has and in lacks; keep the one that the source settles"
    if all(participant.side == "regular" for participant in process.participants):
        yield "has no lay participant; name one, or leave the process out"


def _participant(participant: Participant) -> Iterator[str]:
    role, side = participant.role, participant.side
    if side not in SIDES:
        return
    if role and not _unknown("role", role) and codes.side(role) != side:
        yield f"role {role} is on the {codes.side(role)} side, not on the {side}; correct one"
    if participant.acts_as and side == "regular":
        yield "acts_as is for the lay side only; leave it out"


def _claim(claim: Claim) -> Iterator[str]:
    yield from _identified(claim)
    if claim.statement and len(claim.statement) not in _STATEMENT:
        yield (
            f"statement has {len(claim.statement)} characters; "
            f"write one sentence of {_STATEMENT[0]} to {_STATEMENT[-1]}"
        )
    if claim.subject and claim.subject == claim.object_ and claim.relation not in _OF_ITSELF:
        yield f"subject and object are both {quote(claim.subject)}; only defines and describes may"
    yield from _direction(claim)
    yield from _link(claim)
    if claim.requires and claim.kind and claim.kind != "definition":
        yield f"requires is for definitions only, and kind is {quote(claim.kind)}; leave it out"
    for link, times in Counter(claim.links).items():
        if times > 1:
            yield f"link to {quote(link.to)} is there {times} times; keep one"


def _direction(claim: Claim) -> Iterator[str]:
    if not (claim.relation and claim.direction) or _unknown("relation", claim.relation):
        return
    if claim.relation in _UNDIRECTED and claim.direction != "none":
        yield f"relation {claim.relation} takes direction none, not {quote(claim.direction)}"
    if claim.relation not in _UNDIRECTED and claim.direction == "none":
        yield f"relation {claim.relation} needs a direction; write what the source says of it"


def _link(claim: Claim) -> Iterator[str]:
    if claim.relation in BEARINGS and claim.link is None:
        yield f"relation {claim.relation} needs link; name the two concepts of the link"
    elif claim.link and claim.relation and claim.relation not in BEARINGS:
        yield f"link is for {' and '.join(sorted(BEARINGS))} only; leave it out"
    elif claim.link and claim.link.to and claim.object_ and claim.link.to != claim.object_:
        yield (
            f"object {quote(claim.object_)} is not {quote(claim.link.to)}, "
            "to which the link leads; repeat it"
        )


def _claim_link(link: ClaimLink) -> Iterator[str]:
    if link.to and not all(map(is_slug, link.to.split("#", maxsplit=1))):
        yield f"to {quote(link.to)} names no record; write record-id or record-id#claim-id"


def _settings(work: Work) -> Iterator[Problem]:
    """Look for claims about a case or process that the work does not have."""
    cases: dict[str, set[str]] = defaultdict(set)
    for case in work.cases:
        cases[case.id].update(process.id for process in case.processes)
    for position, claim in enumerate(work.claims):
        path: Path = ("claims", position)
        if claim.process and not claim.case:
            yield Problem(path, f"process {quote(claim.process)} needs its case; name it")
        elif claim.case and claim.case not in cases:
            yield Problem(
                path, f"case {quote(claim.case)} is not in this record; add or correct it"
            )
        elif claim.case and claim.process and claim.process not in cases[claim.case]:
            what = f"process {quote(claim.process)} is not in case {claim.case}; add or correct it"
            yield Problem(path, what)


_RULES: Mapping[type[Struct], Callable[[Any], Iterator[str]]] = {
    Work: _work,
    Author: _author,
    Case: _case,
    Process: _process,
    Participant: _participant,
    Claim: _claim,
    ClaimLink: _claim_link,
}
