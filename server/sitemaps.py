"""Sitemaps: the address of every page about a thing, for crawlers."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from uuid import uuid4
from xml.sax.saxutils import escape

import pyoxigraph as ox

from kg.errors import StoreError
from kg.namespaces import BASE, COVE, OWL, RDF, SKOS
from kg.store import OpenVersion, Place
from server.addresses import Addresses
from server.kinds import LISTED
from server.roots import STAND_IN

__all__ = ["MOST", "make_sitemap", "part_of_sitemap", "parts_of_sitemap"]

MOST = 50_000
"""How many addresses a sitemap may have (https://www.sitemaps.org/protocol.html)."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)
_PAGES = (
    *("", "questions", "ontology", "shapes", "mappings", "versions", "void", "dcat"),
    *("map", "contradictions", "network", "timeline", "countries"),
    *("concepts", "concepts/index", "typologies", "definitions"),
)
_TYPE = ox.NamedNode(str(RDF.type))
_CLASSES = (*LISTED.values(), SKOS.ConceptScheme)
_TERM_CLASSES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


def make_sitemap(home: Place, number: int) -> tuple[Path, ...]:
    """Write the sitemap of a version where it is missing, in parts; remove those of others."""
    folder = _folder(home, number)
    if folder.is_dir():
        return parts_of_sitemap(home, number)
    unfinished = folder.with_name(f".{uuid4().hex}")
    try:
        unfinished.mkdir(parents=True)
        changed = f"{home.info(number).created:%Y-%m-%d}"
        with home.open(number) as snapshot:
            for place, part in enumerate(_parts(_addresses(snapshot)), 1):
                _write(unfinished / f"{place}.xml", part, changed)
        for other in folder.parent.iterdir():
            if other.name.isdigit() and int(other.name) < number:
                shutil.rmtree(other, ignore_errors=True)
        unfinished.rename(folder)
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error}; see to the disk") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return parts_of_sitemap(home, number)


def parts_of_sitemap(home: Place, number: int) -> tuple[Path, ...]:
    """Return the parts of a version's sitemap, none where it has not been made."""
    folder = _folder(home, number)
    found = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(found, key=lambda path: int(path.stem)))


def part_of_sitemap(home: Place, number: int, place: int) -> bytes | None:
    """Return one part, with a stand-in for the root of the site; None where there is none."""
    path = _folder(home, number) / f"{place}.xml"
    return path.read_bytes() if path.is_file() else None


def _addresses(snapshot: OpenVersion) -> Iterator[str]:
    """Give the paths of all pages, those about things in the order of their IRIs."""
    at = Addresses(BASE)
    yield from _PAGES
    for class_ in LISTED:
        yield f"{class_}/"
    for classes, start in ((_CLASSES, BASE), (_TERM_CLASSES, str(COVE._NS))):
        for class_ in classes:
            found = snapshot.quads_for_pattern(None, _TYPE, ox.NamedNode(str(class_)))
            iris = {q.subject.value for q in found if isinstance(q.subject, ox.NamedNode)}
            for iri in sorted(iri for iri in iris if iri.startswith(start)):
                yield (at.of(iri) or "").removeprefix("/")


def _parts(addresses: Iterable[str]) -> Iterator[list[str]]:
    # A thing of two classes has one page.
    waiting = iter(dict.fromkeys(addresses))
    while part := list(islice(waiting, MOST)):
        yield part


def _write(path: Path, addresses: Iterable[str], changed: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        for address in addresses:
            place = escape(STAND_IN + address)
            file.write(f"<url><loc>{place}</loc><lastmod>{changed}</lastmod></url>\n")
        file.write("</urlset>\n")


def _folder(home: Place, number: int) -> Path:
    return home.path / "sitemaps" / f"{number:06d}"
