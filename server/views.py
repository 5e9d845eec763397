"""Views: pages of a question that also answer as data, as a picture and as their query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Blueprint, Response, request

from kg.errors import ParameterError
from kg.questions import Answer, Row, question
from kg.questions.writers import WRITERS
from server.asking import answered, refused
from server.linking import marked
from server.negotiation import choose
from server.pages import reading, version_of
from server.pictures.files import as_file, to_png
from server.reading import Version

__all__ = ["VIEWS", "Given", "Maker", "add_view", "asked", "data_of", "number_of", "pictures_of"]

Given = Mapping[str, str]
"""What the address of a view says, the parts of its path included."""

Maker = Callable[[Version, Given], bytes]
"""What makes a view of a version in one form."""

VIEWS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "evidence-map": ("evidence_map.evidence_map", "the evidence map"),
        "disagreements": ("contradictions.contradictions", "the contradictions"),
        "claims-over-time": ("timeline.timeline", "the timeline"),
        "evidence-by-country": ("countries.countries", "the map of countries"),
        "concept-tree": ("concepts.concepts", "the tree of concepts"),
        "typology-types": ("typologies.typologies", "the typologies"),
        "types-of-case": ("typologies.compare", "the typologies side by side"),
        "definitions-tested": ("definitions.definitions", "the definitions side by side"),
        "typologies-crossed": ("typologies.crossing", "the typologies crossed"),
    }
)
"""The questions that a view shows: where it is, and what it is called."""

_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "html": "text/html",
        "svg": "image/svg+xml",
        "png": "image/png",
        "csv": "text/csv",
        "json": "application/json",
        "rq": "application/sparql-query",
        "argdown": "text/plain",
    }
)


def add_view(
    blueprint: Blueprint, path: str, makers: Mapping[str, Maker], *, name: str = ""
) -> None:
    """Let a blueprint answer at a path: in each form, and for every version."""
    formats = {suffix: _TYPES[suffix] for suffix in makers}

    def view(suffix: str | None = None, number: int | None = None, **parts: str) -> Response:
        version = version_of(number)
        media_type = choose(request.accept_mimetypes, formats, asked=suffix, first="text/html")
        given = {key: text for key, text in request.args.items() if text} | parts
        several = tuple(sorted(request.args.items(multi=True)))
        key = (version.number, version.addresses, path, media_type, several, *parts.values())
        body = reading().pages.get(key)
        if body is None:
            make = next(make for form, make in makers.items() if formats[form] == media_type)
            try:
                body = make(version, given)
            except ParameterError as error:
                raise refused(error) from error
            reading().pages.put(key, body)
        return marked(body, version.number, media_type, is_pinned=bool(number))

    endpoint, suffixes = name or blueprint.name, ",".join(makers)
    for start in ("", "/version/<int:number>"):
        blueprint.add_url_rule(f"{start}{path}", endpoint, view)
        blueprint.add_url_rule(f"{start}{path}.<any({suffixes}):suffix>", endpoint, view)


def asked(version: Version, name: str, given: Given, *, own: tuple[str, ...] = ()) -> Answer:
    """Ask a question with what the address says, but for what is the page's own."""
    return answered(version, question(name), _without(given, own))


def data_of(name: str, *, own: tuple[str, ...] = ()) -> dict[str, Maker]:
    """Return what makes the data of a view of one question: its rows and its query."""

    def written(form: str) -> Maker:
        return lambda version, given: WRITERS[form](asked(version, name, given, own=own))

    def query(_version: Version, given: Given) -> bytes:
        one = question(name)
        return one.bound(one.terms(_without(given, own))).encode()

    return {"csv": written("csv"), "json": written("json"), "rq": query}


def pictures_of(draw: Callable[[Version, Given], str]) -> dict[str, Maker]:
    """Return what makes the picture of a view: as a drawing and as pixels."""
    return {
        "svg": lambda version, given: as_file(draw(version, given)).encode(),
        "png": lambda version, given: to_png(draw(version, given)),
    }


def number_of(row: Row, name: str) -> int:
    """Return a count of a row."""
    return int(row[name] or 0)


def _without(given: Given, own: tuple[str, ...]) -> dict[str, str]:
    return {name: text for name, text in given.items() if name not in own}
