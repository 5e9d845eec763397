"""References: the works of a version as entries of a bibliography."""

from __future__ import annotations

from rdflib import URIRef

from kg.errors import SourceError
from kg.identifiers import parts_of
from kg.records import Work
from kg.references import MEDIA_TYPES, write
from kg.triples import from_graph, record_graph
from server.problems import ProblemError
from server.reading import Version

__all__ = ["reference", "work_of"]

_FORMS = {media_type: form for form, media_type in MEDIA_TYPES.items()}


def reference(version: Version, iri: str, media_type: str) -> bytes:
    """Write one work as a reference."""
    return write([work_of(version, iri)], _FORMS[media_type]).encode()


def work_of(version: Version, iri: str) -> Work:
    """Read a work back from its record, or raise ProblemError where it has none."""
    node = URIRef(iri)
    try:
        (slug,) = parts_of(node)
        return from_graph(version.snapshot.graph(record_graph(slug)), node)
    except (SourceError, ValueError) as error:
        message = f"{iri[:200]} has no complete record, so no reference can be made of it: {error}"
        raise ProblemError("not-found", message) from error
