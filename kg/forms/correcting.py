"""Correcting: the record of a version as a sheet, and the triples that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import msgspec
import pyoxigraph as ox
from rdflib import URIRef

from kg.errors import SourceError
from kg.forms.inputs import Sheet
from kg.identifiers import mint
from kg.records import Work, to_sheet
from kg.store import OpenVersion
from kg.store.terms import engine_graph_name, engine_quad
from kg.triples import from_graph, record_graph, to_triples

__all__ = ["Standing", "corrected", "standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A record as a version has it: its graph, what names its content, and its sheet."""

    graph: URIRef
    digest: str
    work: Work
    sheet: Sheet


def standing(snapshot: OpenVersion, slug: str) -> Standing | None:
    """Read a record, None where there is none; raise SourceError where it is not from a sheet."""
    graph = record_graph(slug)
    digest = snapshot.digest(graph)
    if digest is None:
        return None
    node = mint("work", slug)
    try:
        work = from_graph(snapshot.graph(graph), node)
    except (SourceError, KeyError, ValueError) as error:
        raise SourceError(
            f"says what no coding sheet can say ({error}); write it as RDF", source=graph
        ) from error
    return Standing(graph, digest, work, cast("Sheet", msgspec.json.decode(to_sheet(work))))


def corrected(snapshot: OpenVersion, before: Standing, work: Work) -> bytes:
    """Write a corrected record as N-Triples: the new sheet, and what else the graph says.

    What no sheet says (who coded it, the passages of claims) stays with the things that stay.
    """
    name = engine_graph_name(before.graph)
    old = {engine_quad(triple, name).triple for triple in to_triples(before.work)}
    new = dict.fromkeys(engine_quad(triple, name).triple for triple in to_triples(work))
    gone = {triple.subject for triple in old} - {triple.subject for triple in new}
    more = [
        quad.triple
        for quad in snapshot.quads_for_pattern(None, None, None, name)
        if quad.triple not in old and not gone & {quad.subject, quad.object}
    ]
    return ox.serialize([*new, *more], format=ox.RdfFormat.N_TRIPLES) or b""
