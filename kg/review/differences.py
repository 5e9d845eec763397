"""Differences: the codings of one publication side by side, and a first draft of what all agree on.

Claims and cases are lined up by their words, as for the agreement. Who adjudicates picks for each
row whose it is; a claim that is about a case brings the case along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from msgspec import json, structs

from kg.agreement import Comparison, by_words, compare
from kg.agreement.pairing import pair
from kg.anchors import Anchor
from kg.errors import ReviewError
from kg.forms import Sheet
from kg.readers.checks import normalise
from kg.readers.structure import build
from kg.records import Claim, Work, to_sheet
from kg.review.coding import Draft

__all__ = ["Row", "agreement_of", "codings", "line_up", "merge"]


@dataclass(frozen=True, slots=True)
class Row:
    """One claim as each coder has it, None where a coder has none like it."""

    claims: tuple[Claim | None, ...]
    differing: frozenset[str]

    @property
    def choice(self) -> int:
        """Return the first coder who has the claim: what is picked until somebody chooses."""
        return next(n for n, claim in enumerate(self.claims) if claim is not None)


def codings(drafts: Iterable[Draft]) -> list[Work]:
    """Return drafts that are done as the records that they make."""
    works = []
    for one in drafts:
        work, problems = build(one.sheet)
        if work is None or problems:
            raise ReviewError(f"the coding of {one.coder} is no record any more; open it again")
        works.append(normalise(work))
    return works


def line_up(works: Sequence[Work]) -> tuple[Row, ...]:
    """Line the claims of several coders up, each row with the fields in which they differ."""
    rows = pair([work.claims for work in works], by_words)
    return tuple(Row(claims, frozenset(_differing(claims))) for claims in rows)


def merge(
    drafts: Sequence[Draft], base: int, choices: Mapping[int, int | None]
) -> tuple[Sheet, dict[str, Anchor]]:
    """Make one sheet: publication, study and cases of one coder, each claim of whom it is picked.

    `choices` has the coder for each row of `line_up`, None where nobody's claim is taken.
    """
    works = codings(drafts)
    claims: list[Claim] = []
    anchors: dict[str, Anchor] = {}
    ids = map(str, count(1))
    for place, row in enumerate(line_up(works)):
        coder = choices.get(place, row.choice)
        claim = row.claims[coder] if coder is not None and coder < len(works) else None
        if claim is None or coder is None:
            continue
        id_ = next(ids)
        if anchor := drafts[coder].anchors.get(claim.id):
            anchors[id_] = anchor
        settings = {} if coder == base else _setting(claim, works[coder], works[base])
        claims.append(structs.replace(claim, id=id_, **settings))
    merged = structs.replace(works[base], claims=tuple(claims))
    sheet: Sheet = json.decode(to_sheet(merged))
    return sheet, anchors


def agreement_of(
    coded: Iterable[Sequence[Draft]], coders: Sequence[str], *, samples: int = 500
) -> Comparison:
    """Measure the agreement of coders over the publications of which their codings are done."""
    sheets: list[dict[str, Work]] = [{} for _ in coders]
    for drafts in coded:
        for one, work in zip(drafts, codings(drafts), strict=True):
            if one.coder in coders:
                sheets[coders.index(one.coder)][work.id] = work
    return compare(sheets, samples=samples)


def _differing(claims: Sequence[Claim | None]) -> Iterable[str]:
    there = [claim for claim in claims if claim is not None]
    names = [name for name in Claim.__struct_fields__ if name not in {"id", "statement", "locator"}]
    for name in names:
        if len({repr(getattr(claim, name)) for claim in there}) > 1:
            yield name.rstrip("_")
    if len(there) < len(claims):
        yield "claim"


def _setting(claim: Claim, work: Work, base: Work) -> dict[str, str | None]:
    """Point a claim at the case and process of the base that are like its own."""
    case = next((c for c in work.cases if c.id == claim.case), None)
    if case is None:
        return {"case": None, "process": None}
    like = max(base.cases, key=lambda other: by_words(case, other), default=None)
    if like is None or by_words(case, like) == 0:
        return {"case": None, "process": None}
    process = next((p for p in case.processes if p.id == claim.process), None)
    near = (
        max(like.processes, key=lambda p: by_words(process, p), default=None) if process else None
    )
    return {"case": like.id, "process": near.id if near else None}
