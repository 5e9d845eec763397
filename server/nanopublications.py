"""Nanopublications of claims, by the name that their checksum gives them."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from rdflib import URIRef

from kg.nanopublications import Nanopublication, nanopublication
from server.answering import Answering
from server.linking import marked
from server.negotiation import GRAPHS
from server.pages import is_iri, version_of
from server.problems import ProblemError
from server.reading import Version

__all__ = ["BLUEPRINT", "nanopublication_of"]

BLUEPRINT = Blueprint("nanopublications", __name__)


@BLUEPRINT.route("/version/<int:number>/claim/<path:slug>/nanopub/<checksum>")
def named(number: int, slug: str, checksum: str) -> Response:
    """Answer with the nanopublication of this name."""
    version = version_of(number)
    found = nanopublication_of(version, f"{version.addresses.base}claim/{slug}")
    if found.checksum != checksum:
        message = f"The nanopublication of this claim in version {number} is {found.checksum}."
        raise ProblemError("not-found", message)
    return marked(found.trig(), version.number, GRAPHS["trig"], is_pinned=True)


def nanopublication_of(version: Version, iri: str) -> Nanopublication:
    """Make the nanopublication of a claim, or raise ProblemError where there is none."""
    answering: Answering = current_app.extensions["answering"]
    created = answering.home.info(version.number).created
    found = nanopublication(version.snapshot, URIRef(iri), created) if is_iri(iri) else None
    if found is None:
        raise ProblemError("not-found", f"This version has no claim {iri[:200]}.")
    return found
