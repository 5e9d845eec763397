"""Typologies that are grids say which rows, columns and properties make them."""

from __future__ import annotations

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import OWL, RDF, SKOS

from kg import ontology
from kg.namespaces import PREFIXES

COVE = Namespace(PREFIXES["cove"])
SCHEME = Namespace(PREFIXES["scheme"])


def _one(graph: Graph, subject: URIRef, predicate: URIRef) -> object:
    (found,) = graph.objects(subject, predicate)
    return found


def _texts(graph: Graph, subject: URIRef, predicate: URIRef) -> list[str]:
    return sorted(str(text) for text in graph.objects(subject, predicate))


@pytest.mark.parametrize(
    ("scheme", "cells", "rows", "columns"),
    [("ors2016", 4, 2, 2), ("nss2017", 12, 3, 4), ("bh2016", 4, 2, 2), ("bov2007", 1, 1, 1)],
)
def test_a_grid_has_one_cell_at_each_crossing(
    graph: Graph, scheme: str, cells: int, rows: int, columns: int
) -> None:
    places = {
        (
            _one(graph, cell, COVE.hasRowCoordinate),
            frozenset(graph.objects(cell, COVE.hasColumnCoordinate)),
        )
        for cell in graph.subjects(SKOS.inScheme, SCHEME[scheme])
        if isinstance(cell, URIRef) and (cell, COVE.hasRowCoordinate, None) in graph
    }
    assert len(places) == cells
    assert len({row for row, _ in places}) == rows
    assert len({column for _, column in places}) == columns
    assert all(column for _, column in places)


@pytest.mark.parametrize(
    ("scheme", "rows", "columns"), [("ors2016", 2, 2), ("nss2017", 3, 4), ("bov2007", 3, 3)]
)
def test_a_grid_names_its_rows_and_columns_in_their_order(
    graph: Graph, scheme: str, rows: int, columns: int
) -> None:
    for named, count in ((COVE.hasRow, rows), (COVE.hasColumn, columns)):
        found = list(graph.objects(SCHEME[scheme], named))
        order = sorted(_texts(graph, one, COVE.position)[0] for one in found)  # type: ignore[arg-type]  # as above
        assert order == [str(number) for number in range(1, count + 1)]


@pytest.mark.parametrize("scheme", ["ors2016", "nss2017", "bov2007", "bh2016"])
def test_a_grid_names_the_properties_that_place_a_process(graph: Graph, scheme: str) -> None:
    core = ontology.core()
    for named in (COVE.rowProperty, COVE.columnProperty):
        assert (_one(graph, SCHEME[scheme], named), RDF.type, OWL.ObjectProperty) in core
