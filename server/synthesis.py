"""Synthesis by direction of effect: votes of studies, their test, and their plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup

from kg.errors import ParameterError, QueryError
from kg.questions import Answer, question
from kg.synthesis import (
    Synthesis,
    Vote,
    effect_direction_plot,
    harvest_plot,
    synthesise,
    votes_of,
)
from server.asking import answered
from server.forms import Field, fields_of
from server.pages import version_of
from server.problems import ProblemError
from server.reading import Version

__all__ = ["BLUEPRINT", "Page"]

BLUEPRINT = Blueprint("synthesis", __name__)

_QUESTION = "outcome-directions"
_MOST_OUTCOMES = 6  # columns of the effect direction plot that a page can hold


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a synthesis shows."""

    question: str
    fields: tuple[Field, ...]
    given: Mapping[str, str]
    share: int
    outcomes: tuple[Synthesis, ...]
    votes: tuple[Vote, ...]
    plots: tuple[Markup, ...]
    caution: str
    version: Version


@BLUEPRINT.route("/synthesis")
def synthesis() -> Response:
    """Count the votes of studies on the outcomes of a concept."""
    version, asked = version_of(), question(_QUESTION)
    given = {name: text for name, text in request.args.items() if text}
    share = _percent(given.pop("share", "70"))
    wrong, found = None, None
    try:
        found = answered(version, asked, given)
    except ParameterError as error:
        wrong = error
    page = _page(version, given, found, share, fields_of(asked, version, given, wrong))
    html = render_template("synthesis/synthesis.html", page=page, wrong=wrong)
    return make_response(html, 400 if wrong else 200)


def _page(
    version: Version,
    given: Mapping[str, str],
    found: Answer | None,
    share: int,
    fields: tuple[Field, ...],
) -> Page:
    votes = _votes(found, share)
    outcomes = synthesise(votes)
    drawn = {one.outcome for one in outcomes[:_MOST_OUTCOMES]}
    shown = [vote for vote in votes if vote.outcome in drawn]
    # the plots are our own XML, in which all text is escaped
    plots = [Markup(plot(shown)) for plot in (effect_direction_plot, harvest_plot)]  # noqa: S704
    return Page(
        _QUESTION,
        fields,
        given,
        share,
        outcomes,
        votes,
        tuple(plots if shown else ()),
        question(_QUESTION).header.caution,
        version,
    )


def _votes(found: Answer | None, share: int) -> tuple[Vote, ...]:
    try:
        return votes_of(found.rows if found else (), share=share / 100)
    except QueryError as error:
        raise ProblemError("malformed-request", str(error)) from error


def _percent(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 50 < int(text[:4]) <= 100:
        message = f"share={text[:20]!r} is no percentage above 50 and up to 100."
        raise ProblemError("malformed-request", message, members={"parameter": "share"})
    return int(text)
