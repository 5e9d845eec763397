"""The question library: a form with pick-lists, and the answer as table, CSV or JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg import codes
from kg.errors import ParameterError, QueryError
from kg.questions import Answer, Parameter, Question, question, questions, search
from kg.questions.parameters import kind_of
from server.asking import answered
from server.config import Settings
from server.linking import marked
from server.negotiation import choose
from server.pages import reading, version_of
from server.problems import ProblemError
from server.reading import Value, Version

__all__ = ["BLUEPRINT", "Field", "Page"]

BLUEPRINT = Blueprint("questions", __name__)

FORMATS: Mapping[str, str] = {
    "html": "text/html",
    "csv": "text/csv",
    "json": "application/json",
}


_MOST_ROWS = 250  # what a phone loads in a moment; CSV and JSON hold every row


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its parameter, its choices and what was typed."""

    name: str
    parameter: Parameter
    choices: tuple[tuple[str, str], ...]
    value: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of an answer; a count leads to what was counted."""

    text: str
    address: str | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a question shows."""

    question: Question
    fields: tuple[Field, ...]
    query: str
    titles: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    count: int = 0
    is_asked: bool = False
    parameters: str = ""
    version: Version | None = None


@BLUEPRINT.route("/questions")
@BLUEPRINT.route("/questions/")
def library() -> Response:
    """List the questions, or those that hold the words looked for."""
    words = request.args.get("q", "").strip()
    found = search(words) if words else tuple(questions().values())
    return make_response(render_template("questions/library.html", found=found, words=words))


@BLUEPRINT.route("/questions/<name>")
@BLUEPRINT.route("/questions/<name>.<any(html,csv,json):suffix>")
@BLUEPRINT.route("/version/<int:number>/questions/<name>")
def ask(name: str, suffix: str | None = None, number: int | None = None) -> Response:
    """Ask a question with what the form gave."""
    version, asked = version_of(number), _question(name)
    media_type = choose(request.accept_mimetypes, FORMATS, asked=suffix, first="text/html")
    given = {key: value for key, value in request.args.items() if value}
    key = (version.number, version.addresses, asked.name, media_type, urlencode(given))
    body = reading().pages.get(key)
    if body is None:
        body = _BODIES[media_type](version, asked, given)
        reading().pages.put(key, body)
    return marked(body, version.number, media_type, is_pinned=bool(number))


@BLUEPRINT.route("/api/questions/<name>")
def api(name: str) -> Response:
    """Ask a question and be answered in JSON."""
    return ask(name, "json")


def _question(name: str) -> Question:
    try:
        return question(name)
    except QueryError as error:
        raise ProblemError("not-found", str(error)) from error


def _answered(version: Version, asked: Question, given: Mapping[str, str]) -> Answer:
    try:
        return answered(version, asked, given)
    except ParameterError as error:
        raise ProblemError("malformed-request", str(error)) from error


def _as_json(version: Version, asked: Question, given: Mapping[str, str]) -> bytes:
    found = _answered(version, asked, given)
    document = {
        "question": asked.name,
        "summary": asked.header.summary,
        "caution": asked.header.caution,
        "version": version.number,
        "parameters": {name: str(term) for name, term in found.terms.items()},
        "columns": {name: found.column(name).title for name in found.variables},
        "rows": [dict(row) for row in found.rows],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def _as_csv(version: Version, asked: Question, given: Mapping[str, str]) -> bytes:
    found = _answered(version, asked, given)
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(found.variables)
    writer.writerows([row[name] for name in found.variables] for row in found.rows)
    return output.getvalue().encode()


def _as_html(version: Version, asked: Question, given: Mapping[str, str]) -> bytes:
    wrong, found = None, None
    if given or not any(one.is_required for one in asked.header.parameters.values()):
        try:
            found = answered(version, asked, given)
        except ParameterError as error:
            wrong = error
    fields = tuple(_field(name, one, given, wrong) for name, one in asked.header.parameters.items())
    page = Page(asked, fields, found.query if found else asked.query, version=version)
    if found:
        page = _with_rows(page, found, version, given)
    return render_template("questions/question.html", page=page, wrong=wrong).encode()


def _with_rows(page: Page, found: Answer, version: Version, given: Mapping[str, str]) -> Page:
    columns = page.question.header.columns
    settings: Settings = current_app.extensions["answering"].settings
    most = min(settings.page_rows, _MOST_ROWS)
    rows = tuple(
        tuple(_cell(found, row, name, version) for name in columns) for row in found.rows[:most]
    )
    titles = tuple(column.title for column in columns.values())
    return Page(
        page.question,
        page.fields,
        page.query,
        titles,
        rows,
        len(found.rows),
        is_asked=True,
        parameters=urlencode(given),
        version=version,
    )


def _cell(found: Answer, row: Mapping[str, object], name: str, version: Version) -> Cell:
    value = row[name]
    if value is None:
        return Cell("")
    opened = found.openings(row).get(name)  # type: ignore[arg-type]  # the rows of this answer
    if opened:
        query = urlencode({key: text for key, text in opened.parameters.items() if text})
        return Cell(str(value), f"/questions/{opened.question}?{query}", is_number=True)
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, int | float):
        return Cell(f"{value:g}" if isinstance(value, float) else str(value), is_number=True)
    if found.column(name).type == "text" or ":" not in str(value):
        return Cell(str(value))
    thing: Value = version.thing(str(value))
    return Cell(str(row.get(f"{name}Label") or thing.text), thing.address)


def _field(
    name: str, parameter: Parameter, given: Mapping[str, str], wrong: ParameterError | None
) -> Field:
    default = "" if parameter.default is None else str(parameter.default)
    value = given.get(name, default)
    message = str(wrong) if wrong and wrong.parameter == name else ""
    return Field(name, parameter, _choices(parameter), value, message)


def _choices(parameter: Parameter) -> tuple[tuple[str, str], ...]:
    """List what can be picked, each with its label; nothing where any text goes."""
    kind, scheme = kind_of(parameter)
    if kind == "choice":
        return tuple((word, word) for word in parameter.choices)
    if kind not in {"code", "concept"}:
        return ()
    found = ((code, codes.label(str(iri))) for code, iri in codes.codes(scheme).items())
    return tuple(sorted(found, key=lambda pair: pair[1].casefold()))


_BODIES = {
    FORMATS["html"]: _as_html,
    FORMATS["csv"]: _as_csv,
    FORMATS["json"]: _as_json,
}
