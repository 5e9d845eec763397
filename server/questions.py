"""The question library: a form with pick-lists, and the answer as table, picture or data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for
from markupsafe import Markup
from rdflib import URIRef
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import ParameterError
from kg.questions import Answer, Question, Row, compare, questions, search
from kg.questions.writers import WRITERS
from server.asking import answered, found_question, refused
from server.forms import Field, fields_of
from server.linking import FORMATS as THINGS
from server.linking import linked, marked, split_suffix
from server.negotiation import choose
from server.pages import page_number, reading, version_of
from server.pictures import draw
from server.reading import Version
from server.tables import LENGTH, Table, View, opened_address, tabulate
from server.things import thing
from server.views import VIEWS

__all__ = ["BLUEPRINT", "DATA", "Page"]

BLUEPRINT = Blueprint("questions", __name__)

DATA: Mapping[str, str] = MappingProxyType(
    {
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
        "json": "application/json",
        "jsonld": "application/ld+json",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
"""The forms in which an answer can be taken away, each with its media type."""

_FORMATS = {"html": "text/html", **DATA}
_SUFFIXES = ",".join(_FORMATS)
_OF_THE_TABLE = frozenset({"page", "sort", "find"})


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a question shows."""

    question: Question
    fields: tuple[Field, ...]
    query: str
    view: View
    version: Version
    given: Mapping[str, str]
    table: Table | None = None
    picture: Markup | None = None

    @property
    def parameters(self) -> str:
        """What was asked, as an address has it."""
        return urlencode(self.given)

    @property
    def shown_at(self) -> tuple[str, str] | None:
        """The view that shows the question as a page of its own: its endpoint and its name."""
        return VIEWS.get(self.question.name)

    @property
    def formats(self) -> Mapping[str, str]:
        """The forms in which the answer can be taken away."""
        return DATA


@BLUEPRINT.route("/questions")
@BLUEPRINT.route("/questions/")
@BLUEPRINT.route(f"/questions.<any({','.join(THINGS)}):suffix>")
def library(suffix: str | None = None) -> Response:
    """List the questions, or those that hold the words looked for; or give all as RDF."""
    media_type = choose(request.accept_mimetypes, THINGS, asked=suffix, first=THINGS["html"])
    if media_type != THINGS["html"]:
        return _catalogue(media_type)
    words = request.args.get("q", "").strip()
    found = search(words) if words else tuple(questions().values())
    response = make_response(render_template("questions/library.html", found=found, words=words))
    response.vary.add("Accept")
    return response


def _catalogue(media_type: str) -> Response:
    """Answer with the graph that holds every question."""
    version = version_of()
    iri = f"{version.addresses.base}questions"
    key = (version.number, "questions", media_type)
    body = reading().pages.get(key)
    if body is None:
        body = version.document("thing_document", media_type, node=URIRef(iri))
        reading().pages.put(key, body)
    return linked(marked(body, version.number, media_type, is_pinned=False), "/questions", iri)


@BLUEPRINT.route("/questions/<name>")
@BLUEPRINT.route(f"/questions/<name>.<any({_SUFFIXES}):suffix>")
@BLUEPRINT.route("/version/<int:number>/questions/<name>")
@BLUEPRINT.route(f"/version/<int:number>/questions/<name>.<any({_SUFFIXES}):suffix>")
def ask(name: str, suffix: str | None = None, number: int | None = None) -> BaseResponse:
    """Ask a question with what the form gave."""
    asked = found_question(name)
    if asked.name != name:
        return redirect(request.full_path.replace(f"/{name}", f"/{asked.name}", 1).rstrip("?"), 308)
    version = version_of(number)
    media_type = choose(request.accept_mimetypes, _FORMATS, asked=suffix, first="text/html")
    given = {key: value for key, value in request.args.items() if value}
    key = (version.number, version.addresses, asked.name, media_type, urlencode(given))
    body = reading().pages.get(key)
    status = 200
    if body is None:
        try:
            body = _body(asked, version, media_type, given)
            reading().pages.put(key, body)
        except ParameterError as error:
            if media_type != "text/html":
                raise refused(error) from error
            body, status = _form(asked, version, given, error), 400
    response = marked(body, version.number, media_type, is_pinned=bool(number))
    if status != 200:
        response.status_code = status
        response.headers["Cache-Control"] = "no-store"
    return response


@BLUEPRINT.route("/question/<name>")
@BLUEPRINT.route("/version/<int:number>/question/<name>")
def named(name: str, number: int | None = None) -> BaseResponse:
    """Lead people from the IRI of a question to its page, and programs to its description."""
    stem, suffix = split_suffix(name)
    is_page = choose(request.accept_mimetypes, THINGS, asked=suffix, first="text/html")
    if is_page == "text/html":
        asked = found_question(stem)
        return redirect(url_for("questions.ask", name=asked.name, number=number), 303)
    return thing("question", name, number)


@BLUEPRINT.route("/questions/<name>/since/<int:number>")
def since(name: str, number: int) -> Response:
    """Show what the answer has gained and lost since a version."""
    asked, then, now = found_question(name), version_of(number), version_of()
    given = {key: value for key, value in request.args.items() if value}
    try:
        later = answered(now, asked, given)
        earlier = answered(then, asked, given)
    except ParameterError as error:
        raise refused(error) from error
    found = compare(earlier, later)
    parts = {
        "gained": _table_of(later, found.gained, now),
        "lost": _table_of(earlier, found.lost, then),
    }
    html = render_template(
        "questions/since.html", one=asked, then=then, now=now, parts=parts, given=given
    )
    return marked(html.encode(), now.number, "text/html", is_pinned=False)


def _table_of(answer: Answer, rows: tuple[Row, ...], version: Version) -> Table:
    part = Answer(answer.question, answer.terms, answer.query, rows)
    return tabulate(part, version, View(), {}, is_part=False)


def _body(asked: Question, version: Version, media_type: str, given: Mapping[str, str]) -> bytes:
    if media_type == "text/html":
        return _page(asked, version, given)
    write: Callable[[Answer], bytes] = next(
        WRITERS[name] for name, form in DATA.items() if form == media_type
    )
    return write(answered(version, asked, _asked_with(given)))


def _asked_with(given: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in given.items() if key not in _OF_THE_TABLE}


def _page(asked: Question, version: Version, given: Mapping[str, str]) -> bytes:
    """Make the page with the answer; of a listing only what the page shows is asked for."""
    parameters = _asked_with(given)
    view = View(page_number(), given.get("sort", ""), given.get("find", ""))
    is_part = asked.is_listing and view.is_plain
    if is_part:
        start = (view.page - 1) * LENGTH
        found = answered(version, asked, parameters, first=start, most=LENGTH + 1)
    else:
        found = answered(version, asked, parameters)
    shown = replace(found, rows=found.rows[:LENGTH]) if is_part else found
    page = Page(
        asked,
        fields_of(asked, version, parameters, None),
        found.query,
        view,
        version,
        parameters,
        tabulate(found, version, view, parameters, is_part=is_part),
        _picture(shown, version),
    )
    return render_template("questions/question.html", page=page, wrong=None).encode()


def _form(
    asked: Question, version: Version, given: Mapping[str, str], wrong: ParameterError
) -> bytes:
    """Make the page that keeps what was typed and says what is wrong with it."""
    fields = fields_of(asked, version, given, wrong)
    page = Page(asked, fields, asked.query, View(), version, _asked_with(given))
    return render_template("questions/question.html", page=page, wrong=wrong).encode()


def _picture(found: Answer, version: Version) -> Markup | None:
    drawn = draw(found, lambda row, name: opened_address(found, row, name, version))
    # the picture is our own XML, in which all text is escaped
    return Markup(drawn) if drawn else None  # noqa: S704
