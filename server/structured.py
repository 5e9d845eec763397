"""Structured data: what a page is about in the words of schema.org, for search engines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kg.identifiers import doi_iri
from kg.namespaces import BASE, DATASET, LICENCE, SCHEMA
from kg.records import Work
from kg.references.datasets import CREATOR, NAME
from server.describing import Description
from server.problems import ProblemError
from server.reading import Version
from server.references import entry_of
from server.roots import STAND_IN
from server.signposting import WORK_TYPES

__all__ = ["Structured", "of_dataset", "of_thing"]

Structured = Mapping[str, object]

_CONTEXT = str(SCHEMA)
_DUMPS = {"cove.nq.gz": "application/n-quads", "cove.trig.gz": "application/trig"}
_PLACES = {"article-journal": "Periodical", "chapter": "Book"}
_LICENCE = str(LICENCE)


def of_thing(version: Version, about: Description, kind: str) -> Structured | None:
    """Describe a work, a concept or a scheme; None for what schema.org has no word for."""
    if kind == "work":
        return _work(version, about)
    if kind == "concept":
        return _concept(about)
    return _scheme(about) if kind == "scheme" else None


def of_dataset(number: int, changed: date, description: str) -> Structured:
    """Describe the dataset, with a stand-in for the root of the site."""
    files = [
        {
            "@type": "DataDownload",
            "contentUrl": f"{STAND_IN}dumps/current/{name}",
            "encodingFormat": media_type,
        }
        for name, media_type in _DUMPS.items()
    ]
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": str(DATASET),
        "name": NAME,
        "description": description,
        "url": BASE,
        "version": str(number),
        "dateModified": changed.isoformat(),
        "license": _LICENCE,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": CREATOR},
        "distribution": files,
    }


def _work(version: Version, about: Description) -> Structured | None:
    try:
        work = entry_of(version, about.thing.iri or "")
    except ProblemError:  # it has no complete record: the page says what there is
        return None
    type_ = str(WORK_TYPES.get(work.type, SCHEMA.CreativeWork)).removeprefix(_CONTEXT)
    return {
        "@context": _CONTEXT,
        "@type": type_,
        "@id": about.thing.iri,
        "name": work.title,
        "author": [
            {"@type": "Organization" if author.literal else "Person", "name": author.name}
            for author in work.authors
        ],
        "datePublished": str(work.year),
        **_present(
            isPartOf=_container(work),
            pagination=work.pages,
            publisher=work.publisher and {"@type": "Organization", "name": work.publisher},
            inLanguage=work.language,
            isbn=work.isbn,
            sameAs=str(doi_iri(work.doi)) if work.doi else None,
        ),
    }


def _container(work: Work) -> Structured | None:
    if not work.container:
        return None
    kind = _PLACES.get(work.type, "CreativeWork")
    return {
        "@type": kind,
        "name": work.container,
        **_present(volumeNumber=work.volume, issueNumber=work.issue if kind[0] == "P" else None),
    }


def _concept(about: Description) -> Structured:
    scheme = about.first("inScheme")
    same = [value.iri for value in about["exactMatch"] if value.iri]
    return {
        "@context": _CONTEXT,
        "@type": "DefinedTerm",
        "@id": about.thing.iri,
        "name": about.thing.text,
        **_present(
            description=_text(about, "definition"),
            termCode=_text(about, "notation"),
            inDefinedTermSet=scheme.iri if scheme else None,
            alternateName=[value.text for value in about["altLabel"]],
            sameAs=same,
            license=_LICENCE,
        ),
    }


def _scheme(about: Description) -> Structured:
    return {
        "@context": _CONTEXT,
        "@type": "DefinedTermSet",
        "@id": about.thing.iri,
        "name": about.thing.text,
        **_present(
            description=_text(about, "description") or _text(about, "definition"),
            license=_LICENCE,
        ),
    }


def _text(about: Description, local: str) -> str | None:
    found = about.first(local)
    return found.text if found else None


def _present(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}
