"""Documents: the triples of an RDF file, as far as it is safe to parse."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from types import MappingProxyType
from typing import IO
from xml.parsers import expat

import pyoxigraph as ox

from kg.errors import SourceError
from kg.readers.lines import refuse_encoding

__all__ = ["FORMATS", "SIZE_LIMIT", "parse_document"]

SIZE_LIMIT = 256 * 2**20
"""Bytes of the largest document that is parsed."""

FORMATS = MappingProxyType(
    {
        ".ttl": ox.RdfFormat.TURTLE,
        ".trig": ox.RdfFormat.TRIG,
        ".nt": ox.RdfFormat.N_TRIPLES,
        ".nq": ox.RdfFormat.N_QUADS,
        ".jsonld": ox.RdfFormat.JSON_LD,
        ".rdf": ox.RdfFormat.RDF_XML,
    }
)
"""The formats by the suffix of the file."""

_TRIPLE_TERMS = 1000
_DEPTH = 64


def parse_document(
    stream: IO[bytes],
    source: str,
    format_: ox.RdfFormat,
    *,
    base: str | None = None,
    rename_blank_nodes: bool = False,
) -> Iterator[ox.Quad]:
    """Yield the quads of a document; raise SourceError, with the line, at the first fault.

    Nothing is fetched: a JSON-LD context must stand in the document. Relative IRIs are resolved
    against `base`.
    """
    content = stream.read(SIZE_LIMIT + 1)
    if len(content) > SIZE_LIMIT:
        what = f"is larger than {SIZE_LIMIT // 2**20} MiB; split it by record"
        raise SourceError(what, source=source)
    refuse_encoding(content[:4], source)
    content = content.removeprefix(codecs.BOM_UTF8)
    if format_ == ox.RdfFormat.RDF_XML:
        _inspect_xml(content, source)
    elif content.count(b"<<") > _TRIPLE_TERMS:
        # triple terms nested some ten thousand deep end the process, and no record has one
        raise SourceError("has too many triple terms (<<); leave them out", source=source)
    try:
        yield from ox.parse(
            content, format=format_, base_iri=base, rename_blank_nodes=rename_blank_nodes
        )
    except SyntaxError as error:
        what = f"is not {format_.name}: {_reason(error)}; correct it there"
        raise SourceError(what, source=source, line=error.lineno) from error
    except (MemoryError, ValueError) as error:
        what = f"cannot be parsed as {format_.name}: {error}; shorten what is so long"
        raise SourceError(what, source=source) from error


def _reason(error: SyntaxError) -> str:
    """Say what the parser found; the line is told apart from it."""
    reason = error.msg.splitlines()[0]
    column = f" at column {error.offset}" if error.offset else ""
    if "LoadDocumentCallback" in reason:
        return "its context is at another address, which is not fetched; write the context out"
    reason = reason.partition(": ")[2] if reason.startswith("Parser error at") else reason
    return f"{reason.removesuffix(f'(line {error.lineno})').strip()[:300]}{column}"


def _inspect_xml(content: bytes, source: str) -> None:
    """Refuse what makes RDF/XML dangerous: entities, and depth, whose cost grows by its square."""
    parser = expat.ParserCreate()
    depth = 0

    def begin(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise SourceError(
                f"is nested deeper than {_DEPTH} elements; write it flat", source=source
            )

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_declaration: object) -> None:
        what = "has a DOCTYPE, which is not taken; write entities out and remove it"
        raise SourceError(what, source=source, line=parser.CurrentLineNumber)

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        line = error.lineno if isinstance(error, expat.ExpatError) else None
        what = f"is not XML: {error}; correct it there"
        raise SourceError(what, source=source, line=line) from error
