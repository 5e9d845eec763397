"""Read records from RDF in the terms of the ontology."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import IO

import pyoxigraph as ox
from msgspec import to_builtins
from rdflib import Literal
from rdflib.term import Node

from kg.errors import CodeError, SourceError
from kg.identifiers import is_slug, mint
from kg.namespaces import COVE, RDF
from kg.readers.documents import parse_document
from kg.readers.drafts import Draft, Place, Reading, quote
from kg.readers.examination import examine
from kg.readers.partition import Parts, partition
from kg.triples import Triple, from_graph, to_triples

__all__ = ["rdf_reader"]

_DOI_PREFIX = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)")


_Carried = set[tuple[str, str, str]]  # what the records of a document say, in plain text


def rdf_reader(
    format_: ox.RdfFormat,
) -> Callable[[IO[bytes], str], Iterator[Reading | SourceError]]:
    """Make the reader of a format."""
    return partial(_read, format_)


def _read(format_: ox.RdfFormat, stream: IO[bytes], source: str) -> Iterator[Reading | SourceError]:
    """Yield the works of a document; a statement that no record carries is an error."""
    parts = partition(parse_document(stream, source, format_))
    carried: _Carried = set()
    refused: set[str] = set()
    for work_id in parts.works:
        for found in _work(parts, work_id, source, carried):
            if isinstance(found, SourceError):
                refused.add(work_id)
            yield found
    strangers = [
        *parts.strangers,
        *(triple for triple in parts.shared_by_others_than(refused) if _key(triple) not in carried),
    ]
    if strangers:
        yield SourceError(_what_is_lost(strangers), source=source)
    elif not parts.works:
        yield SourceError("describes no work; load it apart, or see the ontology", source=source)


def _work(
    parts: Parts, work_id: str, source: str, carried: _Carried
) -> Iterator[Reading | SourceError]:
    node, graph = mint("work", work_id), parts.graph(work_id)
    error = partial(SourceError, source=source, record=work_id if is_slug(work_id) else None)
    if (node, RDF.type, COVE.Work) not in graph:
        yield error(f"describes parts of {quote(work_id)}, but no cove:Work; add {node}")
        return
    try:
        work = from_graph(graph, node)
    except SourceError as gap:
        yield error(f"{gap.source}: {gap.what}")
    except CodeError as unknown:
        yield error(str(unknown))
    except (ValueError, LookupError, TypeError) as unfit:
        yield error(f"a value or IRI is not of the form that the ontology asks for: {unfit}")
    else:
        for found in examine(Draft(to_builtins(work), Place(source))):
            lost: list[Triple] = []
            if isinstance(found, Reading):
                carried |= {_key(triple) for triple in to_triples(found.work)}
                lost = sorted(t for t in parts.works[work_id] if _key(t) not in carried)
            yield error(_what_is_lost(lost)) if lost else found


def _key(triple: Triple) -> tuple[str, str, str]:
    subject, predicate, term = triple
    return subject, predicate, _plain(term)


def _plain(term: Node) -> str:
    """Write a term so that it equals what the reader makes of it: trimmed, and DOIs bare."""
    value = term.value if isinstance(term, Literal) and term.value is not None else term
    return _DOI_PREFIX.sub("", " ".join(str(value).casefold().split()))


def _what_is_lost(triples: Sequence[Triple]) -> str:
    more = f" and {len(triples) - 1} more" if len(triples) > 1 else ""
    first = " ".join(str(term) if len(str(term)) < 200 else quote(str(term)) for term in triples[0])
    return f"says what no record carries: {first}{more}; remove it, or load it apart"
