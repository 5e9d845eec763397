"""Answers of the library outlive commits that cannot have changed them."""

from __future__ import annotations

import pytest
from rdflib import Literal, Namespace, URIRef

from kg.namespaces import COVE
from kg.store import Home
from server import create_app

EX = Namespace("https://example.org/")


def test_an_unrelated_commit_leaves_answers_cached(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app({"home": home.path, "workers": 1})
    answering = app.extensions["answering"]
    client = app.test_client()
    path = "/api/questions/evidence-by-country"
    try:
        first = client.get(path)
        with home.begin(agent="test", reason="unrelated") as new:
            new.replace(EX.g, [(EX.a, EX.p, Literal("x"))])
        asked = []
        run = answering.workers.run
        monkeypatch.setattr(
            answering.workers, "run", lambda *a, **k: (asked.append(a), run(*a, **k))[1]
        )
        second = client.get(path)
        assert second.get_json()["rows"] == first.get_json()["rows"]
        assert (asked, answering.carrying.carried) == ([], 1)
        with home.begin(agent="test", reason="related") as new:
            claim = URIRef("https://w3id.org/cove/claim/made-nowhere/1")
            new.replace(EX.g, [(claim, COVE.evidenceCountry, EX.country)])
        assert client.get(path).status_code == 200
        assert len(asked) == 1
        assert answering.carrying.carried == 1
    finally:
        answering.close()
