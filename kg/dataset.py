"""The dataset: one version, opened for questions, as a notebook and the command line use it."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType, TracebackType

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.entailment import explain, is_record
from kg.entailment.explanation import labels
from kg.errors import ConfigurationError, QueryError, StoreError
from kg.identifiers import mint
from kg.ingest import entailer
from kg.namespaces import ONTOLOGY_GRAPH, PREFIXES
from kg.questions import Answer, answer
from kg.readers import WRITERS
from kg.records import Work
from kg.store import OpenVersion, Table, place
from kg.store.terms import engine_graph_name, engine_quad
from kg.triples import from_graph, record_graph, works
from kg.validation import Report, check_dataset

__all__ = ["FORMATS", "Dataset", "expand", "open_dataset"]

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "table": "text/tab-separated-values",
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
        "json": "application/sparql-results+json",
        "xml": "application/sparql-results+xml",
        "ttl": "text/turtle",
        "nt": "application/n-triples",
        "jsonld": "application/ld+json",
        "rdf": "application/rdf+xml",
    }
)
"""The forms of an answer, each with its media type; `table` is text in columns for people."""

_DUMPS = {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG}


class Dataset:
    """One version of the graph; it stays what it is while newer versions are made."""

    def __init__(self, snapshot: OpenVersion) -> None:
        self._snapshot = snapshot

    def __enter__(self) -> Dataset:
        """Use the dataset for a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the dataset."""
        self.close()

    def close(self) -> None:
        """Let the version go, which may then be pruned."""
        self._snapshot.close()

    @property
    def version(self) -> int | None:
        """The number of the version."""
        return self._snapshot.version

    def question(self, name: str, /, **parameters: object) -> Answer:
        """Ask a question of the library; `to_pandas()` of the answer gives a data frame."""
        return answer(self._snapshot, name, **parameters)

    def select(self, query: str) -> Table:
        """Answer a SELECT query of your own."""
        return self._snapshot.select(query)

    def ask(self, query: str) -> bool:
        """Answer an ASK query of your own."""
        return self._snapshot.ask(query)

    def construct(self, query: str) -> Graph:
        """Answer a CONSTRUCT or DESCRIBE query of your own."""
        return self._snapshot.construct(query)

    def describe(self, thing: str) -> Graph:
        """Return the triples about a thing, named by its IRI or compact IRI."""
        return self._snapshot.describe(URIRef(expand(thing)))

    def answer(self, query: str, format_: str) -> bytes:
        """Answer any query in one of `FORMATS`."""
        if format_ == "table":
            return _columns(self._snapshot.select(query))
        return self._snapshot.answer(query, FORMATS[format_])

    def work(self, slug: str) -> Work:
        """Return the coding sheet of one work."""
        graph = self._snapshot.graph(record_graph(slug))
        if not graph:
            raise StoreError(f"no work {slug!r} in version {self.version}; find it with a search")
        return from_graph(graph, mint("work", slug))

    def works(self) -> Iterator[Work]:
        """Return the coding sheets of all works, in the order of their slugs."""
        for name in self._snapshot.graph_names():
            if is_record(engine_graph_name(name)):
                graph = self._snapshot.graph(name)
                yield from (from_graph(graph, work) for work in works(graph))

    def why(self, subject: str, predicate: str, object_: str) -> str:
        """Explain a triple in plain words, down to what records assert."""
        terms = (URIRef(expand(subject)), URIRef(expand(predicate)), URIRef(expand(object_)))
        triple = engine_quad(terms, engine_graph_name(ONTOLOGY_GRAPH)).triple
        found = explain(self._snapshot, entailer().rules, triple)
        if found is None:
            raise QueryError(
                f"{subject} {predicate} {object_} is not in version {self.version}; "
                "check its three terms"
            )
        return "\n".join(found.lines(labels(self._snapshot)))

    def check(self) -> Report:
        """Check the rules that hold across records."""
        return check_dataset(self._snapshot)

    def export(self, path: Path) -> tuple[int, str]:
        """Write the graph (.nq, .trig) or its coding sheets (.jsonl, .csv, .xlsx) to a file.

        `.gz` may follow. Returns how many were written, and of what.
        """
        suffixes = [suffix for suffix in path.suffixes if suffix in {*_DUMPS, *WRITERS}]
        if not suffixes:
            formats = " ".join((*_DUMPS, *WRITERS))
            raise ConfigurationError(f"cannot export to {path.name}; use one of {formats}")
        written = _Counted(self.works())
        if suffixes[-1] in _DUMPS:
            data, what = self._dump(_DUMPS[suffixes[-1]]), "quads"
        else:
            stream = BytesIO()
            WRITERS[suffixes[-1]](written, stream)
            data, what = stream.getvalue(), "works"
        _write_whole(path, gzip.compress(data) if path.suffix == ".gz" else data)
        return (len(self._snapshot) if what == "quads" else written.count), what

    def _dump(self, form: ox.RdfFormat) -> bytes:
        stream = BytesIO()
        quads = self._snapshot.quads_for_pattern(None, None, None)
        prefixes = None if form == ox.RdfFormat.N_QUADS else PREFIXES
        ox.serialize(quads, stream, format=form, prefixes=prefixes)
        return stream.getvalue()


class _Counted:
    """Pass works on and count them."""

    def __init__(self, works_: Iterable[Work]) -> None:
        self._works = works_
        self.count = 0

    def __iter__(self) -> Iterator[Work]:
        for work in self._works:
            self.count += 1
            yield work


def open_dataset(
    home: str | os.PathLike[str] | None = None, *, version: int | None = None
) -> Dataset:
    """Open the graph in a folder, COVE_HOME, or behind an address: the newest version, or one."""
    return Dataset(place(home).open(version))


def expand(name: str) -> str:
    """Return the IRI that a compact IRI stands for, and an IRI as it is.

    >>> expand("cove:Claim"), expand("https://example.org/x")
    ('https://w3id.org/cove/ontology#Claim', 'https://example.org/x')
    """
    prefix, colon, local = name.strip("<>").partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        return PREFIXES[prefix] + local
    return name.strip("<>")


def _columns(table: Table) -> bytes:
    """Return a table as text in columns, compact IRIs in place of long ones."""
    rows = [table.variables, *(tuple(_shown(term) for term in row.terms) for row in table)]
    widths = [min(60, max(map(len, column))) for column in zip(*rows, strict=True)]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    count = f"({len(table)} {'row' if len(table) == 1 else 'rows'})"
    return "\n".join([*(line.rstrip() for line in lines), count, ""]).encode()


def _shown(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, URIRef):
        for prefix, namespace in PREFIXES.items():
            if term.startswith(namespace):
                return f"{prefix}:{term.removeprefix(namespace)}"
    return " ".join(str(term).split())


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"cannot write {path}: {error.strerror}; choose another place") from error
