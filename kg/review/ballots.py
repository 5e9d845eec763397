"""Ballots: the votes of one reviewer on a sheet, out as CSV and back in."""

from __future__ import annotations

import csv
import io
from sqlite3 import Connection

from kg.errors import ReviewError, SourceError
from kg.review.duplicates import whole
from kg.review.journal import Writing
from kg.review.protocols import Stage
from kg.review.screening import Verdict, next_items, vote, votes_on

__all__ = ["COLUMNS", "take_ballot", "write_ballot"]

COLUMNS = (
    "record",
    "verdict",
    "reason",
    "note",
    "title",
    "authors",
    "year",
    "container",
    "doi",
    "abstract",
)
_LONGEST = 32 << 20


def write_ballot(db: Connection, stage: Stage, name: str) -> str:
    """Write what a reviewer has to judge and has judged at a stage; others' votes are not there."""
    mine = [
        item
        for (item,) in db.execute(
            "SELECT DISTINCT item FROM votes JOIN items USING (record)"
            " JOIN decisions USING (item, stage)"
            " WHERE stage = ? AND reviewer = ? ORDER BY item",
            (stage.value, name),
        )
    ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in [*mine, *next_items(db, stage, name, most=-1)]:
        found = whole(db, item)
        cast = [v for v in votes_on(db, item, stage, to=name) if v.reviewer == name]
        said = (cast[0].verdict.value, cast[0].reason, cast[0].note) if cast else ("", "", "")
        authors = "; ".join(each.whole for each in found.author)
        about = (found.title, authors, found.year or "", found.container_title, found.doi)
        writer.writerow((item, *said, *about, found.abstract))
    return out.getvalue()


def take_ballot(writing: Writing, stage: Stage, text: str, *, source: str) -> int:
    """Cast the votes on a sheet, all or none; a row without a verdict is no vote."""
    if len(text) > _LONGEST:
        raise SourceError("has more than 32 MiB; send it in parts", source=source)
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if missing := {"record", "verdict"} - set(reader.fieldnames or ()):
        columns = ", ".join(sorted(missing))
        raise SourceError(
            f"has no column {columns}; begin with the sheet as it was written", source=source
        )
    before, count = writing.number, 0
    for row in reader:
        verdict = (row["verdict"] or "").strip().lower()
        if not verdict:
            continue
        try:
            judged = Verdict(verdict)
            number = int(row["record"] or "")
        except ValueError as error:
            what = f"{row['record']!r} is judged {verdict[:40]!r}; use include, unsure or exclude"
            raise SourceError(what, source=source, line=reader.line_num) from error
        reason, note = (row.get("reason") or "").strip(), (row.get("note") or "").strip()
        try:
            vote(writing, number, stage, judged, reason=reason, note=note)
        except ReviewError as error:
            raise SourceError(str(error), source=source, line=reader.line_num) from error
        count = writing.number - before
    return count
