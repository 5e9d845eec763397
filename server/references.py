"""References: the works of a version as entries of a bibliography."""

from __future__ import annotations

import msgspec
from msgspec import structs
from rdflib import URIRef

from kg.errors import SourceError
from kg.identifiers import parts_of
from kg.records import Work, to_sheet
from kg.references import MEDIA_TYPES, write
from kg.triples import from_graph, record_graph
from server.pages import reading
from server.problems import ProblemError
from server.reading import Version

__all__ = ["entry_of", "reference", "work_of"]

_FORMS = {media_type: form for form, media_type in MEDIA_TYPES.items()}


def reference(version: Version, iri: str, media_type: str) -> bytes:
    """Write one work as a reference."""
    return write([entry_of(version, iri)], _FORMS[media_type]).encode()


def entry_of(version: Version, iri: str) -> Work:
    """Return what a reference needs of a work, read once for each version."""
    key = (version.number, "entry", iri)
    body = reading().pages.get(key)
    if body is None:
        entry = structs.replace(work_of(version, iri), claims=(), cases=(), cites=())
        reading().pages.put(key, to_sheet(entry))
        return entry
    return msgspec.json.decode(body, type=Work)


def work_of(version: Version, iri: str) -> Work:
    """Read a work back from its record, or raise ProblemError where it has none."""
    node = URIRef(iri)
    try:
        (slug,) = parts_of(node)
        return from_graph(version.snapshot.graph(record_graph(slug)), node)
    except (SourceError, ValueError) as error:
        message = f"{iri[:200]} has no complete record, so no reference can be made of it: {error}"
        raise ProblemError("not-found", message) from error
