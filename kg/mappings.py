"""Read mapping sets (SSSOM/TSV) as triples."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping

from rdflib import Graph, Literal, URIRef

from kg.errors import SourceError
from kg.namespaces import OWL, PREFIXES, RDF, RDFS, SSSOM, XSD

__all__ = ["read"]

_NEEDED = (
    "subject_id",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "confidence",
    "author_label",
)


def read(text: str, *, name: str) -> Graph:
    """Read one mapping set; rows without an object are matches still to be found.

    Each mapping becomes its own triple (subject, predicate, object) and a node that says why,
    how sure and who, named after the set and the number of the row.
    """
    lines = text.splitlines()
    body = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    prefixes = dict(_prefixes(lines[:body]))
    graph = Graph(bind_namespaces="none")
    rows = csv.DictReader(lines[body:], delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = sorted(set(_NEEDED) - set(rows.fieldnames or ()))
    if missing:
        raise SourceError(f"no column {', '.join(missing)}; add it", source=name, line=body + 1)
    for number, row in enumerate(rows, start=1):
        if row["object_id"]:
            mapping = URIRef(f"{PREFIXES['mapping']}{name.removesuffix('.sssom.tsv')}/{number}")
            _add(graph, mapping, row, prefixes, place=(name, body + 1 + number))
    return graph


def _add(
    graph: Graph,
    mapping: URIRef,
    row: Mapping[str, str],
    prefixes: Mapping[str, str],
    *,
    place: tuple[str, int],
) -> None:
    subject, predicate, target, justification = (
        _expand(row[column], prefixes, place=place) for column in _NEEDED[:4]
    )
    graph.add((subject, predicate, target))
    graph.add((mapping, RDF.type, SSSOM.Mapping))
    graph.add((mapping, OWL.annotatedSource, subject))
    graph.add((mapping, OWL.annotatedProperty, predicate))
    graph.add((mapping, OWL.annotatedTarget, target))
    graph.add((mapping, SSSOM.mapping_justification, justification))
    graph.add((mapping, SSSOM.confidence, Literal(row["confidence"], datatype=XSD.decimal)))
    graph.add((mapping, SSSOM.author_label, Literal(row["author_label"])))
    if comment := row.get("comment"):
        graph.add((mapping, RDFS.comment, Literal(comment, lang="en")))


def _prefixes(header: list[str]) -> Iterator[tuple[str, str]]:
    # the metadata block is YAML; its curie_map, one prefix a line, is all that is needed
    inside = False
    for line in header:
        entry = line.removeprefix("#")
        if not entry.startswith(" "):
            inside = entry.strip() == "curie_map:"
        elif inside:
            prefix, _, namespace = entry.strip().partition(": ")
            yield prefix, namespace.strip("\"'")


def _expand(curie: str, prefixes: Mapping[str, str], *, place: tuple[str, int]) -> URIRef:
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in prefixes:
        name, line = place
        raise SourceError(
            f"{curie!r} has no prefix of the curie_map; declare it", source=name, line=line
        )
    return URIRef(prefixes[prefix] + local)
