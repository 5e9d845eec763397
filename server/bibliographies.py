"""Bibliographies: the works behind an answer as a list of references."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from kg.errors import ParameterError
from kg.questions import Question
from kg.records import Work
from kg.references import MEDIA_TYPES, SUFFIXES, write
from server.asking import answered, behind, found_question, refused
from server.linking import marked
from server.negotiation import choose
from server.pages import reading, version_of
from server.problems import ProblemError
from server.reading import Version
from server.references import entry_of

__all__ = ["BLUEPRINT", "LISTS", "MOST"]

BLUEPRINT = Blueprint("bibliographies", __name__)

MOST = 500
"""How many works a list of references may have."""

LISTS: Mapping[str, str] = MappingProxyType(
    {SUFFIXES[form]: MEDIA_TYPES[form] for form in ("bibtex", "ris", "csl", "text")}
)
"""The forms of a list of references, each with its media type."""

_FORMS = {media_type: form for form, media_type in MEDIA_TYPES.items()}
_SUFFIXES = ",".join(f'"{suffix}"' for suffix in LISTS)


@BLUEPRINT.route("/questions/<name>/references")
@BLUEPRINT.route(f"/questions/<name>/references.<any({_SUFFIXES}):suffix>")
@BLUEPRINT.route("/version/<int:number>/questions/<name>/references")
@BLUEPRINT.route(f"/version/<int:number>/questions/<name>/references.<any({_SUFFIXES}):suffix>")
def bibliography(name: str, suffix: str | None = None, number: int | None = None) -> Response:
    """List the works that an answer rests on, those behind its counts included."""
    asked, version = found_question(name), version_of(number)
    media_type = choose(request.accept_mimetypes, LISTS, asked=suffix, first=LISTS["ris"])
    given = {key: value for key, value in request.args.items() if value}
    key = (version.number, "references", asked.name, media_type, urlencode(sorted(given.items())))
    body = reading().pages.get(key)
    if body is None:
        body = write(_works(version, asked, given), _FORMS[media_type]).encode()
        reading().pages.put(key, body)
    response = marked(body, version.number, media_type, is_pinned=number is not None)
    ending = next(each for each, form in LISTS.items() if form == media_type)
    response.headers["Content-Disposition"] = f'inline; filename="cove-{asked.name}.{ending}"'
    return response


def _works(version: Version, asked: Question, given: Mapping[str, str]) -> list[Work]:
    """Read the works behind an answer, by author and year; all of them or none."""
    try:
        found = behind(version, answered(version, asked, given))
    except ParameterError as error:
        raise refused(error) from error
    if len(found) > MOST:
        message = (
            f"{len(found):,} works are behind this answer, and a list has at most {MOST:,}; "
            "give the question more to go by."
        )
        raise ProblemError("answer-too-large", message)
    return sorted((entry_of(version, iri) for iri in found), key=_order)


def _order(work: Work) -> tuple[list[str], int, str]:
    return [author.name.casefold() for author in work.authors], work.year, work.id
