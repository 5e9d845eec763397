"""DCAT: the dataset as an entry of a catalogue, with its versions, dumps and endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox
from rdflib import URIRef

from kg.descriptions.about import DESCRIPTION, KEYWORDS, TITLE, About, Sheet, moment
from kg.descriptions.dumps import Dump
from kg.namespaces import (
    BASE,
    DATASET,
    DCAT,
    DCTERMS,
    FOAF,
    LICENCE,
    MEDIA_TYPES,
    PROV,
    RDF,
    RDFS,
    SPDX,
    XSD,
)
from kg.store import VersionInfo

__all__ = ["catalogue", "entry"]

_PUBLISHER = URIRef(BASE + "dcat#publisher")
_CATALOGUE = URIRef(BASE + "dcat#catalogue")
_SERVICE = URIRef(BASE + "dcat#service")
_GZIP = MEDIA_TYPES["application/gzip"]


def catalogue(
    about: About, newest: Sequence[VersionInfo], dumps: Iterable[Dump]
) -> list[ox.Triple]:
    """Describe a catalogue with the dataset in it, its newest versions and its dumps."""
    sheet = Sheet()
    sheet.say(_CATALOGUE, RDF.type, DCAT.Catalog)
    sheet.say(_CATALOGUE, DCTERMS.title, "The catalogue of CoVE")
    sheet.say(_CATALOGUE, DCTERMS.description, "What CoVE publishes, and where to take it from.")
    sheet.say(_CATALOGUE, DCTERMS.publisher, _PUBLISHER)
    sheet.say(_CATALOGUE, DCTERMS.license, LICENCE)
    sheet.say(_CATALOGUE, FOAF.homepage, about.at(""))
    sheet.say(_CATALOGUE, DCAT.dataset, DATASET)
    sheet.say(_CATALOGUE, DCAT.service, _SERVICE)
    sheet.say(_PUBLISHER, RDF.type, FOAF.Agent)
    sheet.say(_PUBLISHER, FOAF.name, "The CoVE developers")
    _add_dataset(sheet, about, newest)
    _add_service(sheet, about)
    for dump in dumps:
        _add_dump(sheet, about, dump)
    for info in newest:
        _add_version(sheet, about, info)
    return sheet.triples


def entry(about: About) -> list[ox.Triple]:
    """Describe one version: who made it, when, why and from which, and where its patch is."""
    sheet = Sheet()
    _add_version(sheet, about, about.info)
    sheet.say(DATASET, RDF.type, DCAT.Dataset)
    sheet.say(DATASET, DCTERMS.title, TITLE)
    sheet.say(DATASET, DCAT.hasVersion, _version(about.info.number))
    sheet.say(_PUBLISHER, RDF.type, FOAF.Agent)
    sheet.say(_PUBLISHER, FOAF.name, "The CoVE developers")
    return sheet.triples


def _add_dataset(sheet: Sheet, about: About, newest: Sequence[VersionInfo]) -> None:
    sheet.say_what(about)
    sheet.say(DATASET, RDF.type, DCAT.Dataset)
    sheet.say(DATASET, DCTERMS.publisher, _PUBLISHER)
    sheet.say(DATASET, DCAT.version, ox.Literal(str(about.info.number)))
    sheet.say(DATASET, DCAT.keyword, *KEYWORDS)
    sheet.say(DATASET, DCAT.landingPage, about.at(""))
    sheet.say(DATASET, DCAT.hasCurrentVersion, _version(about.info.number))
    sheet.say(DATASET, DCAT.hasVersion, *(_version(info.number) for info in newest))


def _add_service(sheet: Sheet, about: About) -> None:
    sheet.say(_SERVICE, RDF.type, DCAT.DataService)
    sheet.say(_SERVICE, DCTERMS.title, "The SPARQL endpoint of CoVE")
    sheet.say(_SERVICE, DCTERMS.description, DESCRIPTION)
    sheet.say(_SERVICE, DCAT.endpointURL, about.at("sparql"))
    sheet.say(_SERVICE, DCAT.endpointDescription, about.at("sparql"))
    sheet.say(_SERVICE, DCAT.servesDataset, DATASET)
    sheet.say(_SERVICE, DCTERMS.license, LICENCE)


def _add_dump(sheet: Sheet, about: About, dump: Dump) -> None:
    path = f"dumps/{dump.version}/{dump.name}"
    node, checksum = URIRef(f"{BASE}dcat#{dump.name}"), URIRef(f"{BASE}dcat#{dump.name}-checksum")
    sheet.say(DATASET, DCAT.distribution, node)
    sheet.say(node, RDF.type, DCAT.Distribution)
    sheet.say(node, DCTERMS.title, f"{TITLE}: {dump.name}")
    sheet.say(node, DCAT.downloadURL, about.at(path))
    sheet.say(node, DCAT.accessURL, about.at("dumps/"))
    sheet.say(node, DCAT.mediaType, MEDIA_TYPES[dump.media_type])
    sheet.say(node, DCAT.compressFormat, _GZIP)
    size = ox.Literal(str(dump.size), datatype=ox.NamedNode(str(XSD.nonNegativeInteger)))
    sheet.say(node, DCAT.byteSize, size)
    sheet.say(node, DCTERMS.license, LICENCE)
    sheet.say(node, SPDX.checksum, checksum)
    sheet.say(checksum, RDF.type, SPDX.Checksum)
    sheet.say(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    digest = ox.Literal(dump.sha256, datatype=ox.NamedNode(str(XSD.hexBinary)))
    sheet.say(checksum, SPDX.checksumValue, digest)


def _add_version(sheet: Sheet, about: About, info: VersionInfo) -> None:
    node = _version(info.number)
    activity, agent = URIRef(f"{node}#activity"), URIRef(f"{node}#agent")
    title = f"{TITLE}, version {info.number}"
    sheet.say(node, RDF.type, DCAT.Dataset)
    sheet.say(node, DCTERMS.title, f"{title} ({info.label})" if info.label else title)
    sheet.say(node, DCTERMS.description, info.reason or DESCRIPTION)
    sheet.say(node, DCAT.isVersionOf, DATASET)
    sheet.say(node, DCAT.version, ox.Literal(str(info.number)))
    sheet.say(node, DCTERMS.issued, moment(info.created))
    sheet.say(node, DCTERMS.license, LICENCE)
    sheet.say(node, DCTERMS.publisher, _PUBLISHER)
    sheet.say(node, PROV.wasGeneratedBy, activity)
    sheet.say(activity, RDF.type, PROV.Activity)
    sheet.say(activity, PROV.endedAtTime, moment(info.created))
    sheet.say(activity, RDFS.comment, info.reason)
    sheet.say(activity, PROV.wasAssociatedWith, agent)
    sheet.say(agent, RDF.type, PROV.Agent)
    sheet.say(agent, RDFS.label, ox.Literal(info.agent))
    if info.base is not None:
        sheet.say(node, DCAT.previousVersion, _version(info.base))
        sheet.say(activity, PROV.used, _version(info.base))
    patch = URIRef(f"{node}#patch")
    sheet.say(node, DCAT.distribution, patch)
    sheet.say(patch, RDF.type, DCAT.Distribution)
    sheet.say(patch, DCTERMS.title, "What the version changed, as RDF Patch")
    sheet.say(patch, DCAT.downloadURL, about.at(f"version/{info.number}/patch"))
    sheet.say(patch, DCAT.accessURL, about.at(f"version/{info.number}"))
    sheet.say(patch, DCAT.compressFormat, _GZIP)
    sheet.say(patch, DCTERMS.license, LICENCE)


def _version(number: int) -> URIRef:
    return URIRef(f"{BASE}version/{number}")
