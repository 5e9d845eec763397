"""Exporting: a review in the formats that others read, one by one or together as an RO-Crate.

An export is for the members of the review. What is in the crate may be handed on: it has no
abstracts and no texts, and of passages at most twelve words.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from io import BytesIO, StringIO
from sqlite3 import Connection
from types import MappingProxyType

import msgspec

from kg.agreement import Measure
from kg.anchors import find
from kg.appraisal import instruments, robvis, write_summary
from kg.exchange import Coded, Passage, write_codebook, write_eppi, write_project
from kg.identifiers import mint
from kg.namespaces import LICENCE, RO_CRATE
from kg.readers.writing import WRITERS
from kg.records import Work
from kg.references import write as write_references
from kg.review.appraisals import appraisals, findings
from kg.review.coding import Draft, coded_works, drafts
from kg.review.differences import agreement_of, codings
from kg.review.prisma import BOXES, flow
from kg.review.projects import Project
from kg.review.protocols import protocol
from kg.review.publications import agreed
from kg.review.searches import searches

__all__ = ["EXPORTS", "export"]

_Writer = Callable[[Connection, Project], bytes]
_HAS_DOCX = find_spec("docx") is not None  # of the extra review
_EARLIEST = (1980, 1, 1, 0, 0, 0)

EXPORTS: Mapping[str, str] = MappingProxyType(
    {
        "ro-crate.zip": "Everything, as an RO-Crate",
        "records.xlsx": "Coded records as a workbook",
        "records.jsonl": "Coded records as a coding sheet",
        "references.json": "References as CSL-JSON",
        "references.ris": "References as RIS",
        "references.bib": "References as BibTeX",
        "eppi.json": "Codes and references for EPPI-Reviewer",
        "project.qdpx": "Texts and coded passages as a REFI-QDA project",
        "codebook.qdc": "Concepts as a REFI-QDA codebook",
        "flow.csv": "The flow of records in numbers",
        "agreement.csv": "Agreement of coders",
        "findings.csv": "Summary of qualitative findings as a table",
        "findings.html": "Summary of qualitative findings as a page",
        **({"findings.docx": "Summary of qualitative findings for Word"} if _HAS_DOCX else {}),
        "robvis.csv": "Risk of bias for robvis",
        "protocol.json": "Protocol and searches",
    }
)
"""What can be taken along, by the name of the file."""


def export(project: Project, name: str) -> bytes | None:
    """Return one file, None where there is none of that name."""
    writer = _WRITERS.get(name) if name in EXPORTS else None
    if writer is None:
        return None
    with project.reading() as db:
        return writer(db, project)


def _works(db: Connection) -> list[Work]:
    return codings(one.draft for one in agreed(db))


def _sheet(suffix: str) -> _Writer:
    def write(db: Connection, _: Project) -> bytes:
        stream = BytesIO()
        WRITERS[suffix](_works(db), stream)
        return stream.getvalue()

    return write


def _project(db: Connection, project: Project) -> bytes:
    coded = [_coded(project, db, one.one.text, one.draft) for one in agreed(db)]
    return write_project(protocol(db).title, coded, made=_newest(db))


def _coded(project: Project, db: Connection, digest: str | None, one: Draft) -> Coded:
    """Return a text with its passages; without one, the statements are the text."""
    (work,) = codings([one])
    content = project.journal.file(db, digest) if digest else None
    text = content.decode() if content else "\n".join(claim.statement for claim in work.claims)
    passages = []
    for claim in work.claims:
        concepts = tuple(dict.fromkeys((claim.subject, claim.object_)))
        anchor = one.anchors.get(claim.id)
        found = find(text, anchor) if anchor and content else None
        if found:
            passages.append(Passage(found.start, found.end, claim.statement, concepts))
        elif not content:
            start = text.index(claim.statement)
            end = start + len(claim.statement)
            passages.append(Passage(start, end, claim.statement, concepts))
    return Coded(str(mint("work", work.id)), work.short_form, text, one.agent, tuple(passages))


def _flow(db: Connection, _: Project) -> bytes:
    diagram = flow(db)
    return _csv(("data", "description", "n"), [(n, BOXES[n], diagram.count(n)) for n in BOXES])


def _agreement(db: Connection, _: Project) -> bytes:
    double = [drafts(db, o.number) for o in coded_works(db) if o.is_ready and len(o.coders) > 1]
    coders = sorted({each.coder for done in double for each in done})
    found = agreement_of(double, coders) if double else None
    rows = [_measured(one) for one in (*found.fields, *found.concepts)] if found else []
    names = ("name", "level", "units", "single", "observed", "alpha", "low", "high", "kappa", "ac1")
    return _csv(names, rows)


def _measured(one: Measure) -> tuple[object, ...]:
    low, high = one.interval or (None, None)
    numbers = (one.observed, one.alpha, low, high, one.kappa, one.ac1)
    return (one.name, one.level, one.units, one.single, *numbers)


def _protocol(db: Connection, _: Project) -> bytes:
    document = {"protocol": protocol(db), "searches": [one.search for one in searches(db)]}
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def _robvis(db: Connection, _: Project) -> bytes:
    given = [one.appraisal for one in appraisals(db)]
    by_domain = [one for one in given if instruments()[one.instrument].has_overall]
    return robvis(by_domain).encode() if by_domain else b"Study,Overall,Weight\n"


def _findings(form: str) -> _Writer:
    def write(db: Connection, _: Project) -> bytes:
        printed = {work.id: work.short_form for work in _works(db)}
        return write_summary(
            [one.finding for one in findings(db)], form, references=printed
        ).encode()

    return write


def _document(db: Connection, _: Project) -> bytes:
    from kg.appraisal.documents import write_document  # noqa: PLC0415  # an optional extra

    printed = {work.id: work.short_form for work in _works(db)}
    return write_document([one.finding for one in findings(db)], references=printed)


def _csv(header: tuple[str, ...], rows: list[tuple[object, ...]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def _crate(db: Connection, project: Project) -> bytes:
    """Put all that may be handed on into one archive, described as RO-Crate 1.1 asks."""
    # itself, what holds the texts, and what differs each time that it is written
    left = {"ro-crate.zip", "project.qdpx", "findings.docx"}
    files = {name: _WRITERS[name](db, project) for name in EXPORTS if name not in left}
    described = json.dumps(_metadata(db, project, list(files)), ensure_ascii=False, indent=1)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"ro-crate-metadata.json": described.encode(), **files}.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content)
    return stream.getvalue()


def _metadata(db: Connection, project: Project, names: list[str]) -> dict[str, object]:
    plan = protocol(db)
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": plan.title,
        "description": plan.question or plan.title,
        "datePublished": _newest(db).date().isoformat(),
        "license": {"@id": str(LICENCE)},
        "identifier": str(mint("evidence-review", project.slug)),
        "hasPart": [{"@id": name} for name in names],
    }
    about = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": RO_CRATE},
        "about": {"@id": "./"},
    }
    licence = {"@id": str(LICENCE), "@type": "CreativeWork", "name": "CC BY 4.0"}
    files = [
        {"@id": name, "@type": "File", "name": EXPORTS[name], "encodingFormat": _MEDIA[name]}
        for name in names
    ]
    return {"@context": f"{RO_CRATE}/context", "@graph": [about, root, licence, *files]}


def _newest(db: Connection) -> datetime:
    row = db.execute("SELECT time FROM events ORDER BY number DESC LIMIT 1").fetchone()
    return datetime.fromisoformat(row[0]).astimezone(UTC)


_WRITERS: Mapping[str, _Writer] = MappingProxyType(
    {
        "ro-crate.zip": _crate,
        "records.xlsx": _sheet(".xlsx"),
        "records.jsonl": _sheet(".jsonl"),
        "references.json": lambda db, _: write_references(_works(db), "csl").encode(),
        "references.ris": lambda db, _: write_references(_works(db), "ris").encode(),
        "references.bib": lambda db, _: write_references(_works(db), "bibtex").encode(),
        "eppi.json": lambda db, _: write_eppi(_works(db)),
        "project.qdpx": _project,
        "codebook.qdc": lambda _db, _project: write_codebook(),
        "flow.csv": _flow,
        "agreement.csv": _agreement,
        "findings.csv": _findings("csv"),
        "findings.html": _findings("html"),
        "findings.docx": _document,
        "robvis.csv": _robvis,
        "protocol.json": _protocol,
    }
)
_MEDIA: Mapping[str, str] = MappingProxyType(
    {
        "ro-crate.zip": "application/zip",
        "records.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "records.jsonl": "application/jsonl",
        "references.json": "application/vnd.citationstyles.csl+json",
        "references.ris": "application/x-research-info-systems",
        "references.bib": "application/x-bibtex",
        "eppi.json": "application/json",
        "project.qdpx": "application/zip",
        "codebook.qdc": "application/xml",
        "flow.csv": "text/csv",
        "agreement.csv": "text/csv",
        "findings.csv": "text/csv",
        "findings.html": "text/html",
        "robvis.csv": "text/csv",
        "protocol.json": "application/json",
    }
)
