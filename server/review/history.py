"""The history of a review: every event, the newest first."""

from __future__ import annotations

from sqlite3 import Connection

import msgspec
from flask import make_response, request
from werkzeug.wrappers import Response

from kg.review import (
    Entry,
    Event,
    appraisals,
    asides,
    coding,
    duplicates,
    members,
    proposals,
    protocols,
    publications,
    ranking,
    records,
    reports,
    screening,
    searches,
)
from kg.review.members import Role
from kg.review.provenance import provenance
from kg.review.screening import VoteCast, is_sealed
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []

_LENGTH = 100
_OPEN = (
    protocols.ProtocolSet,
    members.MemberSet,
    members.MemberLeft,
    searches.SearchRecorded,
    searches.SearchCorrected,
    records.FileImported,
    records.RecordImported,
    duplicates.DuplicatesSought,
    duplicates.RecordsMerged,
    duplicates.RecordsSplit,
    duplicates.DuplicatesDenied,
    screening.ConflictSettled,
    screening.RecordsRemoved,
    screening.RecordsRestored,
    screening.ScreeningStopped,
    reports.ReportRetrieved,
    reports.ReportMissed,
    reports.StudyNamed,
    ranking.RecordsRanked,
    coding.WorkTaken,
    coding.DraftDone,
    coding.DraftOpened,
    asides.DraftSetAside,
    asides.DraftTakenBack,
    proposals.ConceptProposed,
    appraisals.StudyAppraised,
    appraisals.FindingRated,
    publications.PublicationAnnounced,
    publications.PublicationDone,
    publications.PublicationFailed,
)
_LONGEST = 200


@BLUEPRINT.get("/<slug>/provenance.ttl")
@entered(Role.READER)
def decisions(desk: Desk) -> Response:
    """Send every decision as Turtle in the terms of PROV, without votes that are blind yet."""
    with desk.reading() as db:
        graph = provenance(desk.project.journal, db, desk.slug)
    response = make_response(graph.serialize(format="turtle"))
    response.content_type = "text/turtle; charset=utf-8"
    response.headers.set("Content-Disposition", "attachment", filename=f"{desk.slug}.ttl")
    return response


@BLUEPRINT.get("/<slug>/history")
@entered(Role.READER)
def history(desk: Desk) -> Response:
    """Show what was done, a hundred events at a time, the newest first."""
    asked = request.args.get("before", "")
    journal = desk.project.journal
    with desk.reading() as db:
        newest = journal.last(db)
        before = min(int(asked[:12]), newest + 1) if asked.isdecimal() else newest + 1
        entries = journal.history(db, after=max(0, before - 1 - _LENGTH), most=_LENGTH)
        entries = [entry for entry in reversed(entries) if entry.number < before]
        shown = [(entry, _told(db, desk, entry)) for entry in entries]
    first = entries[-1].number if entries else 0
    is_later = before <= newest
    return page("history.html", desk, entries=shown, before=first, later=is_later)


def _told(db: Connection, desk: Desk, entry: Entry[Event]) -> str:
    """Return the beginning of what an event holds; not what others judge before both have."""
    if entry.agent != desk.name and _is_sealed(db, entry.event):
        return "not shown before it is decided"
    text = msgspec.json.encode(entry.event).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_sealed(db: Connection, event: Event) -> bool:
    """Tell whether an event is a judgement that the second reviewer must not see yet.

    A kind is open where every member may see what it holds at once; any other is not.
    """
    if isinstance(event, VoteCast):
        return is_sealed(db, event)
    return not isinstance(event, _OPEN)
