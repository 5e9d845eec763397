"""The questions as an interface for programs: answers, choices, and their OpenAPI description."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from flask import Blueprint, Response, current_app, request

from kg.errors import ParameterError
from kg.questions import Answer, Question, choices, questions, search
from kg.questions.writers import WRITERS
from server.asking import answered, behind, found_question, refused
from server.linking import marked
from server.negotiation import choose
from server.openapi import describe
from server.pages import version_of
from server.problems import ProblemError
from server.questions import DATA
from server.reading import Version

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("api", __name__, url_prefix="/api")

_JSON = {"json": "application/json"}
_WINDOW = frozenset({"limit", "offset"})
_MOST = 1_000_000


@BLUEPRINT.route("/openapi.json")
def openapi() -> Response:
    """Describe the interface in OpenAPI 3.1."""
    document = describe(current_app.extensions["answering"].settings)
    return _json(version_of(), document, "application/vnd.oai.openapi+json;version=3.1")


@BLUEPRINT.route("/questions")
def library() -> Response:
    """List the questions, or those that hold the words looked for."""
    _refuse_unknown({"q"})
    words = request.args.get("q", "").strip()
    found = search(words) if words else tuple(questions().values())
    return _json(version_of(), {"questions": [_summary(one) for one in found]})


@BLUEPRINT.route("/questions/<name>")
@BLUEPRINT.route("/version/<int:number>/questions/<name>")
def ask(name: str, number: int | None = None) -> Response:
    """Answer a question in the form that the client likes best."""
    asked, version = found_question(name), version_of(number)
    media_type = choose(request.accept_mimetypes, DATA, first=DATA["json"])
    given = _once()
    offset, limit = _whole(given, "offset", 0), _whole(given, "limit", _MOST)
    parameters = {key: value for key, value in given.items() if key not in _WINDOW}
    _refuse_empty_numbers(asked, parameters)
    try:
        asked.terms(parameters)
    except ParameterError as error:
        raise refused(error) from error
    try:
        found = _answer(asked, version, parameters, offset=offset, limit=limit)
    except ParameterError as error:
        # well written, but this version says nothing of it
        raise ProblemError(
            "not-found", str(error), members={"parameter": error.parameter}
        ) from error
    suffix = next(name for name, form in DATA.items() if form == media_type)
    body = WRITERS[suffix](found)
    return marked(body, version.number, media_type, is_pinned=number is not None)


@BLUEPRINT.route("/questions/<name>/works")
def works_of(name: str) -> Response:
    """List the works that an answer rests on, those behind its counts included."""
    asked, version = found_question(name), version_of()
    given = _once()
    _refuse_empty_numbers(asked, given)
    try:
        asked.terms(given)
    except ParameterError as error:
        raise refused(error) from error
    try:
        found = behind(version, answered(version, asked, given))
    except ParameterError as error:
        raise ProblemError(
            "not-found", str(error), members={"parameter": error.parameter}
        ) from error
    works = [{"work": iri, "label": version.label(iri)} for iri in found]
    return _json(version, {"works": works})


@BLUEPRINT.route("/questions/<name>/choices/<parameter>")
def choices_of(name: str, parameter: str) -> Response:
    """List what a parameter can be given, or what of it holds the words typed so far."""
    _refuse_unknown({"q"})
    asked, version = found_question(name), version_of()
    try:
        found = choices(version.snapshot.select, asked, parameter, request.args.get("q", ""))
    except ParameterError as error:
        raise ProblemError("not-found", str(error)) from error
    return _json(
        version, {"choices": [{"value": each.value, "label": each.label} for each in found]}
    )


def _answer(
    asked: Question, version: Version, given: Mapping[str, str], *, offset: int, limit: int
) -> Answer:
    """Answer a question; a listing is asked for a part only, of others the part is cut out."""
    if asked.is_listing:
        return answered(version, asked, given, first=offset, most=limit)
    found = answered(version, asked, given)
    return Answer(asked, found.terms, found.query, found.rows[offset : offset + limit])


def _summary(one: Question) -> dict[str, object]:
    return {
        "name": one.name,
        "summary": one.header.summary,
        "description": one.header.description,
        "caution": one.header.caution,
        "number": one.header.question,
        "tags": list(one.header.tags),
        "parameters": list(one.header.parameters),
        "columns": list(one.variables),
        "address": f"/api/questions/{one.name}",
    }


def _once() -> dict[str, str]:
    """Return the parameters of the address, each of which may be there once."""
    given = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            message = f"The parameter {name[:50]!r} is there {len(values)} times; send it once."
            raise ProblemError("malformed-request", message, members={"parameter": name})
        given[name] = values[0]
    return given


def _whole(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    least = 1 if name == "limit" else 0
    if not (text.isascii() and text.isdigit() and len(text) < 8 and least <= int(text) <= _MOST):
        message = f"{name}={text[:50]!r} is no number from {least} to {_MOST}."
        raise ProblemError("malformed-request", message, members={"parameter": name})
    return int(text)


def _refuse_empty_numbers(asked: Question, given: Mapping[str, str]) -> None:
    """Refuse a number without digits; other parameters are empty where they are left out."""
    for name, about in asked.header.parameters.items():
        if about.type == "integer" and given.get(name) == "":
            message = f"The parameter {name!r} is empty; give a number, or leave it out."
            raise ProblemError("malformed-request", message, members={"parameter": name})


def _refuse_unknown(known: set[str]) -> None:
    for name in _once():
        if name not in known:
            message = f"There is no parameter {name[:50]!r} here; there is {', '.join(known)}."
            raise ProblemError("malformed-request", message, members={"parameter": name})


def _json(version: Version, document: object, media_type: str = _JSON["json"]) -> Response:
    choose(request.accept_mimetypes, {"json": media_type.partition(";")[0], **_JSON})
    body = msgspec.json.format(msgspec.json.encode(document), indent=1)
    return marked(body, version.number, media_type, is_pinned=False)
