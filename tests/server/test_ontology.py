"""The ontology's own pages: what each term means, how the classes are linked, what changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.namespaces import COVE, ONTOLOGY_GRAPH, SKOS
from kg.ontology import core, terms
from kg.store import Home
from server import create_app


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    app = create_app({"home": corpus_home.path, "workers": 1})
    with app.test_client() as found:
        yield found
    app.extensions["answering"].close()


def page_of(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200
    return response.text


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", "", page)).split())


def test_every_term_is_on_the_page_once_with_its_definition(client: FlaskClient) -> None:
    page = page_of(client, "/ontology")
    words = words_of(page)
    found = terms(core())
    assert len(found) > 300
    for term in found:
        assert page.count(f' id="{term.iri.rpartition("#")[2]}"') == 1
        assert " ".join(term.definition.split()) in words


def test_the_picture_has_the_links_that_the_ontology_states(client: FlaskClient) -> None:
    page = page_of(client, "/ontology")
    picture = page[page.index("<svg xmlns") : page.index("The same as a table")]
    for words in ("claim reports value effect value effect", "work has authorship authorship"):
        assert f"<title>{words}</title>" in picture


def test_a_term_says_what_it_is_defined_as_and_opens_its_members(client: FlaskClient) -> None:
    page = page_of(client, "/ontology/CoDestructionUnderMandate")
    words = words_of(page)
    assert "evidence of co-destruction and 'has evidence lay volition' value mandated" in words
    counted = re.search(r"(\d+) inferred", words)
    link = re.search(r'href="([^"]*/sparql[^"]*)"[^>]*>open them', page)
    assert counted
    assert link
    answer = client.get(unescape(link[1]), headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) - 1 == int(counted[1]) > 0


def test_a_term_names_the_rules_that_concern_it(client: FlaskClient) -> None:
    assert "A claim has exactly one statement" in words_of(page_of(client, "/ontology/statement"))


def test_changes_of_the_ontology_are_told(home: Home) -> None:
    term = ox.NamedNode(str(COVE.Case))
    graph = ox.NamedNode(str(ONTOLOGY_GRAPH))
    definition = ox.NamedNode(str(SKOS.definition))
    with home.begin(agent="tests", reason="made for a test") as new:
        new.discard(list(new.quads_for_pattern(term, definition, None, graph)))
    app = create_app({"home": home.path, "workers": 1})
    with app.test_client() as client:
        words = words_of(page_of(client, "/ontology/changes"))
        assert "1 difference between version 1 and version 2" in words
        assert str(core().value(COVE.Case, SKOS.definition)) in words
        same = words_of(page_of(client, "/ontology/changes?since=1&until=1"))
        assert "is the same in version 1 and version 1" in same
        for wrong in ("since=x", "until=0", "since=99"):
            assert client.get(f"/ontology/changes?{wrong}").status_code in {400, 404}
    app.extensions["answering"].close()
