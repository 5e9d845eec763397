"""Preparing: the pages of the whole graph are made for a new version before anybody asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from kg.store import Home
from server import create_app
from server.pages import reading
from server.preparing import PREPARED, make_pages


@pytest.fixture(scope="module")
def app(corpus_home: Home) -> Iterator[Flask]:
    app = create_app({"home": corpus_home.path})
    yield app
    app.extensions["answering"].close()


def test_prepared_pages_are_answered_without_a_query(
    app: Flask, corpus_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = corpus_home.current() or 0
    with app.app_context():
        made = make_pages(app, number)
        assert made > len(PREPARED), "each typology has a page of its own"
        kept = dict(reading().pages._answers)
    client = app.test_client()
    monkeypatch.setattr(app.extensions["answering"].workers, "run", pytest.fail)
    monkeypatch.setattr("server.reading.Version.rows", pytest.fail)
    for path in (*PREPARED, "/typologies/bh2016", "/concept/co-production"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path
    with app.app_context():
        assert dict(reading().pages._answers).keys() == kept.keys()


def test_no_page_is_prepared_for_a_version_that_is_over(app: Flask, corpus_home: Home) -> None:
    assert make_pages(app, (corpus_home.current() or 0) + 1) == 0


def test_no_page_is_prepared_once_the_server_stops(app: Flask, corpus_home: Home) -> None:
    assert make_pages(app, corpus_home.current() or 0, is_over=lambda: True) == 0


def test_a_page_that_cannot_be_made_does_not_keep_the_others(
    app: Flask, corpus_home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("server.preparing.PREPARED", ("/none", "/definitions"))
    monkeypatch.setattr("server.preparing._MORE", re.compile(b"nothing more"))
    with caplog.at_level("WARNING"):
        assert make_pages(app, corpus_home.current() or 0) == 1 + 40
    assert caplog.messages == ["/none could not be prepared: 404 NOT FOUND"]
