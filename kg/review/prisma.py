"""PRISMA 2020: the flow of records, reports and studies, counted from decisions.

Each box is a list of records, never a number that somebody typed. `identities` says which of the
sums of the statement do not hold, and why: while a review is under way, most do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from sqlite3 import Connection
from types import MappingProxyType

from kg.review.protocols import Stage, protocol
from kg.review.searches import Source

__all__ = ["BOXES", "EARLIER", "Box", "Flow", "flow", "flow_of", "identities"]

_RECORD_STAGES = tuple(stage.value for stage in Stage if stage is not Stage.FULL_TEXT)

BOXES: dict[str, str] = {
    "database_results": "Records identified from databases",
    "register_results": "Records identified from registers",
    "website_results": "Records identified from websites",
    "organisation_results": "Records identified from organisations",
    "citations_results": "Records identified from citation searching",
    "duplicates": "Duplicate records removed",
    "excluded_automatic": "Records marked as ineligible by automation tools",
    "excluded_other": "Records removed for other reasons",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "dbr_sought_reports": "Reports sought for retrieval",
    "dbr_notretrieved_reports": "Reports not retrieved",
    "dbr_assessed": "Reports assessed for eligibility",
    "dbr_excluded": "Reports excluded",
    "other_sought_reports": "Reports sought for retrieval (other methods)",
    "other_notretrieved_reports": "Reports not retrieved (other methods)",
    "other_assessed": "Reports assessed for eligibility (other methods)",
    "other_excluded": "Reports excluded (other methods)",
    "new_studies": "New studies included in review",
    "new_reports": "Reports of new included studies",
}
"""The boxes that records are in, by the names of the statement's own data file."""

EARLIER: dict[str, str] = {
    "previous_studies": "Studies included in previous version of review",
    "previous_reports": "Reports of studies included in previous version of review",
    "total_studies": "Total studies included in review",
    "total_reports": "Reports of total included studies",
}
"""What a review that brings an earlier one up to date counts beside them."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the diagram: its records, and into what they part."""

    name: str
    records: tuple[int, ...]
    parts: dict[str, int] = field(default_factory=dict)
    studies: int | None = None

    @property
    def label(self) -> str:
        """What the statement calls it."""
        return BOXES[self.name] if self.name in BOXES else EARLIER[self.name]

    @property
    def count(self) -> int:
        """How many it counts: studies in the box of studies, records elsewhere."""
        return len(self.records) if self.studies is None else self.studies


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole diagram, of one round or of all."""

    round: int | None
    boxes: dict[str, Box]
    previous_studies: int
    previous_reports: int
    open: dict[str, int]
    left_out: tuple[int, ...]

    def count(self, name: str) -> int:
        """Return the number of a box."""
        return self.boxes[name].count

    @property
    def is_update(self) -> bool:
        """Tell whether an earlier version of the review had included anything."""
        return bool(self.previous_studies or self.previous_reports)

    @property
    def total_studies(self) -> int:
        """Studies of the earlier version and the new ones."""
        return self.previous_studies + self.count("new_studies")

    @property
    def total_reports(self) -> int:
        """Reports of the earlier version and the new ones."""
        return self.previous_reports + self.count("new_reports")


@dataclass(frozen=True, slots=True)
class _Row:
    item: int
    state: str
    reason: str
    by_tool: bool
    is_left: bool


def flow(db: Connection, number: int | None = None) -> Flow:
    """Count the flow of one round, or of all together."""
    plan = protocol(db)
    boxes = {name: Box(name, ()) for name in BOXES}
    for source in Source:
        _put(boxes, *_identified(db, source, number))
    stages = {stage: _rows(db, stage, number) for stage in plan.stages}
    first = stages[plan.stages[0]]
    items = {row.item for row in first if row.is_left}
    records = {
        record
        for (record,) in db.execute(
            "SELECT number FROM records WHERE is_left AND (?1 IS NULL OR round = ?1)", (number,)
        )
    }
    _put(boxes, "duplicates", sorted(records - items), {})
    removed = [row for row in first if row.is_left and row.state == "removed"]
    _put(boxes, "excluded_automatic", [r.item for r in removed if r.by_tool], {})
    other = [row for row in removed if not row.by_tool]
    _put(boxes, "excluded_other", [r.item for r in other], Counter(r.reason for r in other))
    reading = [stage for stage in plan.stages if stage is not Stage.FULL_TEXT]
    _screened(boxes, {stage: stages[stage] for stage in reading}, first)
    reports = stages[Stage.FULL_TEXT]
    for side, is_left in (("dbr", True), ("other", False)):
        _assessed(boxes, side, [row for row in reports if row.is_left is is_left])
    included = [row.item for row in reports if row.state == "included"]
    _put(boxes, "new_reports", included, {})
    boxes["new_studies"] = Box("new_studies", tuple(included), studies=_studies(db, included))
    waiting = {
        stage.label: sum(row.state in {"waiting", "started", "conflict"} for row in rows)
        for stage, rows in stages.items()
    }
    left_out = [
        row.item
        for rows in (stages[s] for s in reading)
        for row in rows
        if not row.is_left and row.state in {"excluded", "removed"}
    ]
    is_whole = number in {None, 1}
    return Flow(
        number,
        boxes,
        plan.previous_studies if is_whole else 0,
        plan.previous_reports if is_whole else 0,
        {label: count for label, count in waiting.items() if count},
        tuple(left_out),
    )


def flow_of(
    counts: Mapping[str, int], parts: Mapping[str, Mapping[str, int]] = MappingProxyType({})
) -> Flow:
    """Make the flow again from its numbers alone, as they are published: without records."""
    boxes = {
        name: Box(name, (), dict(parts.get(name, {})), studies=counts.get(name, 0))
        for name in BOXES
    }
    previous = (counts.get("previous_studies", 0), counts.get("previous_reports", 0))
    return Flow(None, boxes, *previous, {}, ())


def identities(found: Flow) -> list[str]:
    """Say which sums of the statement do not hold, each with its two sides."""
    count = found.count
    identified = count("database_results") + count("register_results")
    gone = count("duplicates") + count("excluded_automatic") + count("excluded_other")
    left = count("dbr_assessed") - count("dbr_excluded")
    right = count("other_assessed") - count("other_excluded")
    sums = (
        ("records screened", count("records_screened"), "identified - removed", identified - gone),
        (
            "reports sought",
            count("dbr_sought_reports"),
            "screened - excluded",
            count("records_screened") - count("records_excluded"),
        ),
        (
            "reports assessed",
            count("dbr_assessed"),
            "sought - not retrieved",
            count("dbr_sought_reports") - count("dbr_notretrieved_reports"),
        ),
        (
            "reports assessed (other methods)",
            count("other_assessed"),
            "sought - not retrieved",
            count("other_sought_reports") - count("other_notretrieved_reports"),
        ),
        ("new reports", count("new_reports"), "assessed - excluded, both columns", left + right),
    )
    told = [
        f"{what} is {is_}, and {other} is {should}"
        for what, is_, other, should in sums
        if is_ != should
    ]
    for side in ("dbr", "other"):
        box = found.boxes[f"{side}_excluded"]
        if sum(box.parts.values()) != box.count:
            told.append(f"the reasons of {box.label} add up to {sum(box.parts.values())}")
    if count("new_studies") > count("new_reports"):
        told.append("there are more studies than reports")
    return told + [f"{n} not decided at {label}" for label, n in found.open.items()]


def _put(boxes: dict[str, Box], name: str, records: list[int], parts: dict[str, int]) -> None:
    boxes[name] = Box(name, tuple(records), dict(parts))


def _identified(
    db: Connection, source: Source, number: int | None
) -> tuple[str, list[int], dict[str, int]]:
    rows = db.execute(
        "SELECT records.number, searches.name FROM records JOIN imports ON imports.number ="
        " records.import JOIN searches ON searches.number = imports.search WHERE source = ?1"
        " AND (?2 IS NULL OR records.round = ?2) ORDER BY records.number",
        (source.value, number),
    ).fetchall()
    return f"{source.value}_results", [n for n, _ in rows], Counter(name for _, name in rows)


def _rows(db: Connection, stage: Stage, number: int | None) -> list[_Row]:
    rows = db.execute(
        "SELECT item, state, reason, by_tool, is_left FROM decisions WHERE stage = ?1"
        " AND (?2 IS NULL OR round = ?2) ORDER BY item",
        (stage.value, number),
    )
    return [_Row(item, state, why, bool(tool), bool(left)) for item, state, why, tool, left in rows]


def _screened(boxes: dict[str, Box], stages: dict[Stage, list[_Row]], first: list[_Row]) -> None:
    """Count who was screened by title and abstract, in one stage or in two."""
    if not stages:
        seen = [row.item for row in first if row.is_left and row.state != "removed"]
        _put(boxes, "records_screened", seen, {})
        return
    excluded = {
        stage: [row.item for row in rows if row.is_left and row.state == "excluded"]
        for stage, rows in stages.items()
    }
    last = list(stages.values())[-1]
    passed = [row.item for row in last if row.is_left and row.state == "included"]
    out = [item for items in excluded.values() for item in items]
    parts = {f"by {stage.label}": len(items) for stage, items in excluded.items() if items}
    _put(boxes, "records_screened", sorted(out + passed), {})
    _put(boxes, "records_excluded", sorted(out), parts if len(stages) > 1 else {})


def _assessed(boxes: dict[str, Box], side: str, rows: list[_Row]) -> None:
    def of(*states: str) -> list[int]:
        return [row.item for row in rows if row.state in states]

    reasons = Counter(row.reason or "no reason given" for row in rows if row.state == "excluded")
    _put(boxes, f"{side}_sought_reports", [row.item for row in rows if row.state != "removed"], {})
    _put(boxes, f"{side}_notretrieved_reports", of("not-retrieved"), {})
    _put(boxes, f"{side}_assessed", of("included", "excluded"), {})
    _put(boxes, f"{side}_excluded", of("excluded"), dict(reasons.most_common()))


def _studies(db: Connection, items: list[int]) -> int:
    """Count studies: reports that were put together are of one, others of one each."""
    wanted = set(items)
    named = {
        item: study
        for item, study in db.execute(
            "SELECT item, MAX(study) FROM studies JOIN items USING (record) GROUP BY item"
        )
        if item in wanted
    }
    return len(set(named.values())) + len(wanted - named.keys())
