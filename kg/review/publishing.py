"""Publishing: what a review has agreed on goes into the public dataset, and is corrected there.

A publication is announced in the journal, written to the dataset as one version, and then noted as
done. Where the process dies between, the dataset says which it was: `reconcile` asks it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import version
from sqlite3 import Connection

import msgspec
from rdflib import URIRef

from kg.errors import ConformanceError, CoveError, ReviewError
from kg.ingest import publish_records
from kg.records import Work
from kg.review.appraisals import publishable
from kg.review.coding import Coded, Draft, coded_works, drafts, examined
from kg.review.describing import Coding, Published, Released, describe, review_iri
from kg.review.differences import agreement_of
from kg.review.members import Role, members, require
from kg.review.prisma import flow
from kg.review.projects import Project
from kg.review.proposals import proposals
from kg.review.protocols import protocol
from kg.review.publications import (
    PublicationAnnounced,
    PublicationDone,
    PublicationFailed,
    agreed,
    judged_anew,
    publications,
    published,
)
from kg.review.searches import searches
from kg.review.synthesis import said_of, synthesis_of
from kg.store import Place
from kg.store.terms import engine_graph_name
from kg.triples.writing import Triple

__all__ = ["publish", "reconcile"]


def publish(  # noqa: PLR0913  # who, why, what
    project: Project,
    home: Place,
    *,
    agent: str,
    reason: str,
    slugs: Sequence[str] | None = None,
    withdrawn: Sequence[str] = (),
    before_commit: Callable[[], None] = lambda: None,
) -> int:
    """Publish what is agreed, or of it what is named; return the number of the version.

    A record that is withdrawn is taken back from the dataset, and the review says so.
    """
    reconcile(project, home)
    number = _announce(project, agent, reason, slugs, withdrawn)
    try:
        with project.reading() as db:
            works, description = _prepared(db, project, number)
            event = {n: e for n, e, _, _ in publications(db)}[number]
        written = publish_records(
            home,
            [work for work in works if work.id in event.records],
            withdrawn=event.withdrawn,
            graph=review_iri(project.slug),
            description=description,
            agent=agent,
            reason=reason,
            before_commit=before_commit,
        )
    except CoveError as error:
        why = str(error)[:2000]
        with project.writing(agent) as writing:
            writing.add(PublicationFailed(number, why))
        if isinstance(error, ConformanceError):
            raise ReviewError(f"nothing was published: {error}") from error
        raise
    made = written.version.number if written.version else home.current() or 0
    with project.writing(agent) as writing:
        writing.add(PublicationDone(number, made))
    return made


def reconcile(project: Project, home: Place) -> None:
    """Note what became of publications that were cut off: the dataset knows."""
    with project.reading() as db:
        open_ones = [n for n, _, made, failure in publications(db) if made is None and not failure]
        last = project.journal.entry(db, open_ones[-1]) if open_ones else None
    if last is None or home.current() is None:
        return
    graph = engine_graph_name(review_iri(project.slug))
    with home.open() as now, project.writing(last.agent) as writing:
        for number in open_ones:
            node = engine_graph_name(URIRef(f"{review_iri(project.slug)}/publication/{number}"))
            if next(iter(now.quads_for_pattern(node, None, None, graph)), None) is not None:
                writing.add(PublicationDone(number, home.current() or 0))
            else:
                writing.add(PublicationFailed(number, "it was cut off; nothing was published"))


def _announce(
    project: Project,
    agent: str,
    reason: str,
    slugs: Sequence[str] | None,
    withdrawn: Sequence[str],
) -> int:
    if not reason.strip():
        raise ReviewError("say in a sentence what this publication brings or mends")
    with project.writing(agent) as writing:
        require(writing.db, agent, Role.OWNER)
        standing = {one.one.slug: one for one in agreed(writing.db)}
        there = published(writing.db)
        if unknown := sorted(set(withdrawn) - there.keys()):
            raise ReviewError(f"{', '.join(unknown)} is not published; nothing to take back")
        wanted = [slug for slug, one in standing.items() if one.is_new] if slugs is None else slugs
        if missing := sorted(set(wanted) - standing.keys()):
            raise ReviewError(f"{', '.join(missing)} is not agreed on yet")
        records = {s: standing[s].draft.number for s in wanted if s not in set(withdrawn)}
        if not records and not withdrawn and not judged_anew(writing.db):
            raise ReviewError("nothing is new since the last publication; agree on codings first")
        return writing.add(PublicationAnnounced(records, tuple(withdrawn), reason.strip()[:500]))


def _prepared(db: Connection, project: Project, number: int) -> tuple[list[Work], list[Triple]]:
    """Return the works and what is said of the review once a publication is done."""
    history = [p for p in publications(db) if p[2] is not None or p[0] == number]
    there = published(db)
    event = next(e for n, e, _, _ in history if n == number)
    there |= event.records
    for slug in event.withdrawn:
        there.pop(slug, None)
    by_slug = {one.slug: one for one in coded_works(db)}
    works, released = [], []
    for slug, saved in there.items():
        one = by_slug[slug]
        work, found = _released(db, project, one, saved)
        works.append(work)
        released.append(found)
    double = [drafts(db, o.number) for o in by_slug.values() if o.is_ready and len(o.coders) > 1]
    coders = sorted({each.coder for done in double for each in done})
    judged, rated = publishable(db, there.keys())
    described = describe(
        project.slug,
        protocol=protocol(db),
        owners=[m.name for m in members(db) if m.role is Role.OWNER],
        searches=[(found_.number, found_.search) for found_ in searches(db)],
        flow=flow(db),
        agreement=agreement_of(double, coders).fields if double else (),
        synthesis=[(one.outcome, said_of(one)) for one in synthesis_of(works)],
        publications=[_told(project, db, n, e) for n, e, _, _ in history],
        released=released,
        proposed=proposals(db),
        judged=judged,
        rated=rated,
        software=f"cove-kg {version('cove-kg')}",
    )
    return works, list(described)


def _released(db: Connection, project: Project, one: Coded, saved: int) -> tuple[Work, Released]:
    entry = project.journal.entry(db, saved)
    sheet = getattr(entry.event, "sheet", {}) if entry else {}
    kept = getattr(entry.event, "anchors", {}) if entry else {}
    found = examined(sheet, kept)
    if found.work is None or entry is None:
        first = found.violations[0].text if found.violations else "it is no coding"
        raise ReviewError(f"cannot publish {one.slug}: {first}; open its coding again")
    codings = [_coding(each) for each in drafts(db, one.number)]
    if getattr(entry.event, "is_adjudication", False):
        codings.append(Coding(entry.number, entry.agent, entry.time, _digest(sheet), True))
    ids = {claim.id for claim in found.work.claims}
    passages = {id_: anchor for id_, anchor in kept.items() if id_ in ids}
    return found.work, Released(one.slug, found.work.read_at, tuple(codings), passages)


def _coding(one: Draft) -> Coding:
    time = datetime.fromisoformat(one.time)
    return Coding(one.number, one.coder, time, _digest(one.sheet))


def _digest(sheet: object) -> str:
    return hashlib.sha256(msgspec.json.encode(sheet, order="sorted")).hexdigest()


def _told(project: Project, db: Connection, number: int, event: PublicationAnnounced) -> Published:
    entry = project.journal.entry(db, number)
    if entry is None:
        raise ReviewError(f"there is no event {number}")
    return Published(
        number, entry.agent, entry.time, event.reason, tuple(event.records), event.withdrawn
    )
