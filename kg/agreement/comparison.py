"""Comparison: the records of two or more coders, field by field and concept by concept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from kg.agreement.coefficients import (
    Units,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    observed_agreement,
)
from kg.agreement.distances import Value
from kg.agreement.intervals import bootstrap_interval
from kg.agreement.pairing import Pairing, by_words, pair
from kg.agreement.ratings import RATED, Rated, concepts_of
from kg.records import Case, Claim, Process, Work

__all__ = ["Comparison", "Difference", "Measure", "compare", "measure"]

Sheet = Mapping[str, Work]


@dataclass(frozen=True, slots=True)
class Measure:
    """The agreement on one field or concept.

    `units` counts what at least two coders rated, `single` what one alone did. A coefficient is
    None where it is not defined; `kappa` is Cohen's for two coders, Fleiss' for more, and like
    `ac1` it is for codes without an order only.
    """

    name: str
    level: str
    units: int
    single: int
    observed: float | None
    alpha: float | None
    interval: tuple[float, float] | None
    kappa: float | None
    ac1: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Where coders differ: the work, the part in their words, the field, and what each wrote."""

    work: str
    part: str
    field: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What several coders made of the same works."""

    coders: int
    shared: int
    fields: tuple[Measure, ...]
    concepts: tuple[Measure, ...]
    differences: tuple[Difference, ...]


def compare(
    sheets: Sequence[Sheet],
    *,
    alike: Pairing = by_words,
    samples: int = 1000,
    seed: int = 1,
) -> Comparison:
    """Compare the records of several coders, each given as works by their id."""
    works = sorted({id_ for sheet in sheets for id_ in sheet})
    rows = [row for id_ in works for row in _rows([s.get(id_) for s in sheets], alike)]
    fields = [
        measure(
            one.name,
            [[_rating(one, part) for part in row.parts] for row in rows if row.kind is one.part],
            level=one.level,
            order=one.order,
            samples=samples,
            seed=seed,
        )
        for one in RATED
    ]
    coded = [[_concepts(sheet.get(id_)) for sheet in sheets] for id_ in works]
    sets = [
        measure(f"concepts of a work ({level})", coded, level=level, samples=samples, seed=seed)
        for level in ("masi", "jaccard", "hierarchical-sets")
    ]
    return Comparison(
        len(sheets),
        sum(sum(id_ in sheet for sheet in sheets) > 1 for id_ in works),
        tuple(one for one in (*fields, *sets) if one.units or one.single),
        tuple(_by_concept(coded, samples, seed)),
        tuple(_differences(rows)),
    )


def measure(  # a level and its order, a bootstrap and its seed
    name: str,
    units: Units,
    *,
    level: str = "nominal",
    order: Sequence[Value] | None = None,
    samples: int = 1000,
    seed: int = 1,
) -> Measure:
    """Measure the agreement on one thing that several coders rated."""

    def alpha(some: Units) -> float | None:
        return krippendorff_alpha(some, level=level, order=order)

    ratings = [sum(value is not None for value in unit) for unit in units]
    most = max(ratings, default=0)
    kappa = cohen_kappa if most <= 2 else fleiss_kappa
    return Measure(
        name,
        level,
        units=sum(count > 1 for count in ratings),
        single=sum(count == 1 for count in ratings),
        observed=observed_agreement(units),
        alpha=alpha(units),
        interval=bootstrap_interval(units, alpha, samples=samples, seed=seed),
        kappa=kappa(units) if level == "nominal" else None,
        ac1=gwet_ac1(units) if level == "nominal" else None,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A part of a work as each coder has it; None where a coder has not."""

    work: str
    kind: type[Struct]
    parts: tuple[Struct | None, ...]


def _rows(works: Sequence[Work | None], alike: Pairing) -> Iterator[_Row]:
    id_ = next(work.id for work in works if work)
    yield _Row(id_, Work, tuple(works))
    for cases in pair([work.cases if work else None for work in works], alike):
        yield _Row(id_, Case, cases)
        for processes in pair([case.processes if case else None for case in cases], alike):
            yield _Row(id_, Process, processes)
    for claims in pair([work.claims if work else None for work in works], alike):
        yield _Row(id_, Claim, claims)


def _rating(one: Rated, part: Struct | None) -> Value | None:
    return None if part is None else one.rating(part)


def _concepts(work: Work | None) -> Value | None:
    return None if work is None else frozenset(concepts_of(work))


def _by_concept(
    coded: Sequence[Sequence[Value | None]], samples: int, seed: int
) -> Iterator[Measure]:
    sets = [[each if isinstance(each, frozenset) else None for each in row] for row in coded]
    used = {concept for row in sets for each in row if each for concept in each}
    for concept in sorted(used, key=str):
        units = [[None if each is None else concept in each for each in row] for row in sets]
        yield measure(str(concept), units, samples=samples, seed=seed)


def _differences(rows: Iterable[_Row]) -> Iterator[Difference]:
    for row in rows:
        there = [part for part in row.parts if part is not None]
        name = _name(there[0])
        if len(there) < len(row.parts) and row.kind is not Work:
            said = tuple(None if part is None else _name(part) for part in row.parts)
            yield Difference(row.work, name, row.kind.__name__.lower(), said)
        for one in RATED if len(there) > 1 else ():
            if row.kind is one.part:
                ratings = [_rating(one, part) for part in row.parts]
                if len({each for each in ratings if each is not None}) > 1:
                    yield Difference(row.work, name, one.name, tuple(map(_told, ratings)))


def _name(part: Struct) -> str:
    if isinstance(part, Claim):
        return part.statement
    if isinstance(part, Case):
        return part.name
    return part.label if isinstance(part, Process) else str(getattr(part, "title", ""))


def _told(value: Value | None) -> str | None:
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value))) or "-"
    return None if value is None else str(value)
