"""Provenance: who decided what in a review, when, as triples in the terms of PROV."""

from __future__ import annotations

from sqlite3 import Connection

import msgspec
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD

from kg.identifiers import agent_iri, mint
from kg.review.appraisals import FindingRated, StudyAppraised
from kg.review.asides import DraftSetAside, DraftTakenBack
from kg.review.coding import DraftDone, DraftOpened, WorkTaken
from kg.review.duplicates import (
    DuplicatesDenied,
    DuplicatesSought,
    RecordsMerged,
    RecordsSplit,
)
from kg.review.events import Entry, Event
from kg.review.journal import Journal
from kg.review.members import MemberLeft, MemberSet
from kg.review.proposals import ConceptProposed
from kg.review.protocols import ProtocolSet
from kg.review.publications import PublicationAnnounced, PublicationDone, PublicationFailed
from kg.review.ranking import RecordsRanked
from kg.review.records import FileImported
from kg.review.reports import ReportMissed, ReportRetrieved, StudyNamed
from kg.review.screening import (
    ConflictSettled,
    RecordsRemoved,
    RecordsRestored,
    ScreeningStopped,
    VoteCast,
    is_sealed,
)
from kg.review.searches import SearchCorrected, SearchRecorded
from kg.store.history import software

__all__ = ["DECISIONS", "provenance"]

DECISIONS: tuple[type[Event], ...] = (
    ProtocolSet,
    MemberSet,
    MemberLeft,
    SearchRecorded,
    SearchCorrected,
    FileImported,
    DuplicatesSought,
    RecordsMerged,
    RecordsSplit,
    DuplicatesDenied,
    RecordsRemoved,
    RecordsRestored,
    RecordsRanked,
    VoteCast,
    ConflictSettled,
    ScreeningStopped,
    ReportRetrieved,
    ReportMissed,
    StudyNamed,
    WorkTaken,
    DraftDone,
    DraftOpened,
    DraftSetAside,
    DraftTakenBack,
    ConceptProposed,
    StudyAppraised,
    FindingRated,
    PublicationAnnounced,
    PublicationDone,
    PublicationFailed,
)
"""What somebody did or decided; a record as imported is none, and its abstract is never told."""


def provenance(journal: Journal, db: Connection, slug: str) -> Graph:
    """Tell every decision as an activity: by whom, when, on which records, making which version.

    A vote that is blind yet is left out.
    """
    graph = Graph()
    for prefix, namespace in (("prov", PROV), ("dcterms", DCTERMS), ("rdfs", RDFS)):
        graph.bind(prefix, namespace)
    review = mint("review", slug)
    graph.add((review, RDF.type, PROV.Entity))
    program = Literal(software())
    before: URIRef | None = None
    for entry in journal.history(db, kinds=DECISIONS):
        if isinstance(entry.event, VoteCast) and is_sealed(db, entry.event):
            continue
        activity = mint("review", slug, "event", entry.number)
        version = mint("review", slug, "version", entry.number)
        who = agent_iri(entry.agent)
        graph.add((who, RDF.type, PROV.Agent))
        graph.add((who, RDFS.label, Literal(entry.agent)))
        graph.add((activity, RDF.type, PROV.Activity))
        graph.add((activity, RDFS.label, Literal(entry.kind.replace("-", " "))))
        graph.add((activity, PROV.wasAssociatedWith, who))
        graph.add(
            (activity, PROV.endedAtTime, Literal(entry.time.isoformat(), datatype=XSD.dateTime))
        )
        graph.add((activity, DCTERMS.description, Literal(_told(entry))))
        for record in _records(entry.event):
            graph.add((activity, PROV.used, mint("review", slug, "record", record)))
        graph.add((version, RDF.type, PROV.Entity))
        graph.add((version, PROV.wasGeneratedBy, activity))
        graph.add((version, PROV.specializationOf, review))
        if before is not None:
            graph.add((version, PROV.wasRevisionOf, before))
        before = version
    graph.add((review, DCTERMS.provenance, program))
    return graph


def _told(entry: Entry[Event]) -> str:
    """Return what an event holds as JSON; of an order of records only how it was made."""
    event = entry.event
    if isinstance(event, RecordsRanked):
        event = msgspec.structs.replace(event, order=())
    return msgspec.json.encode(event).decode()


def _records(event: Event) -> tuple[int, ...]:
    match event:
        case VoteCast() | ConflictSettled() | ReportRetrieved() | ReportMissed():
            return (event.record,)
        case RecordsMerged() | RecordsSplit() | DuplicatesDenied() | StudyNamed():
            return event.records
        case RecordsRemoved() | RecordsRestored():
            return event.records
    return ()
