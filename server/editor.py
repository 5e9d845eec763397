"""What the query editor knows: our prefixes, the terms in use, and the library's queries."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, current_app

from kg.descriptions import Facts
from kg.namespaces import BASE, PREFIXES
from kg.questions import questions, runnable
from server.answering import Answering
from server.descriptions import facts_of_version
from server.linking import marked
from server.pages import reading, version_of
from server.reading import Version

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("editor", __name__)


class Term(msgspec.Struct, frozen=True):
    """A class or property in use: how often, and for a property by the things of which classes."""

    iri: str
    label: str
    uses: int
    classes: list[str] = []


class Example(msgspec.Struct, frozen=True):
    """A question of the library as a query that runs as it is."""

    name: str
    title: str
    query: str


class Vocabulary(msgspec.Struct, frozen=True):
    """What completion offers, from the same counts as the dataset's VoID description."""

    version: int
    base: str
    prefixes: dict[str, str]
    classes: list[Term]
    properties: list[Term]
    examples: list[Example]


@BLUEPRINT.route("/sparql/vocabulary.json")
def vocabulary() -> Response:
    """Answer with what the editor completes from; made once for each version."""
    version = version_of()
    key = (version.number, "vocabulary")
    body = reading().pages.get(key)
    if body is None:
        answering: Answering = current_app.extensions["answering"]
        found = facts_of_version(answering.home.info(version.number))
        body = msgspec.json.encode(_vocabulary(version, found))
        reading().pages.put(key, body)
    return marked(body, version.number, "application/json", is_pinned=False)


def _vocabulary(version: Version, facts: Facts) -> Vocabulary:
    counts = facts.counts
    asserted = set(facts.asserted)
    classes_of: dict[str, list[str]] = {}
    for key in counts.used:
        if key[0] in asserted:
            classes_of.setdefault(key[1], []).append(key[0])
    return Vocabulary(
        version.number,
        BASE,
        dict(PREFIXES),
        [Term(iri, version.label(iri), n) for iri, n in counts.classes.most_common()],
        [
            Term(iri, version.label(iri), n, sorted(classes_of.get(iri, [])))
            for iri, n in counts.properties.most_common()
        ],
        [Example(one.name, one.header.summary, runnable(one)) for one in questions().values()],
    )
