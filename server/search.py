"""Search: what holds the words that a person typed, as a page, data and references."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import StringIO
from types import MappingProxyType
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import Markup

from kg.errors import ParameterError
from kg.references import MEDIA_TYPES, SUFFIXES, write
from kg.search import FACETS, KINDS, Facet, Found, Hit, Wanted, find, kept_index
from server.asking import refused
from server.descriptions import publishing
from server.linking import marked
from server.negotiation import choose
from server.pages import page_number, reading, version_of
from server.pictures.countries import draw_countries
from server.pictures.marks import Mark
from server.problems import ProblemError
from server.reading import Version
from server.references import work_of

__all__ = ["BLUEPRINT", "FORMATS", "Page"]

BLUEPRINT = Blueprint("search", __name__)

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "html": "text/html",
        "json": "application/json",
        "csv": "text/csv",
        **{SUFFIXES[form]: MEDIA_TYPES[form] for form in ("bibtex", "ris", "csl", "text")},
    }
)
"""The suffixes of a search, each with its media type."""

_FORMS = {media_type: form for form, media_type in MEDIA_TYPES.items()}
_SUFFIXES = ",".join(f'"{suffix}"' for suffix in FORMATS)
_TABLE = "table"  # instead of a list
_LENGTH = 25  # hits on a page
_MOST_VALUES = 60  # of a facet on a page
_MOST_WORKS = 2_000  # in one bibliography
_COLUMNS = ("kind", "title", "about", "year", "iri", "work", "score")


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a search shows."""

    wanted: Wanted
    found: Found
    number: int
    version: Version
    map: Markup | None = None
    form: str = ""

    @property
    def first(self) -> int:
        """The number of the first hit that is shown."""
        return self.wanted.first + 1

    @property
    def last(self) -> int:
        """The number of the last hit that is shown."""
        return self.wanted.first + len(self.found.hits)

    @property
    def most(self) -> int:
        """How many values of a facet are shown."""
        return _MOST_VALUES

    def kind(self, hit: Hit) -> str:
        """Name the kind of a hit."""
        return KINDS[hit.kind]

    def address(self, suffix: str = "", page: int = 1, **changed: str) -> str:
        """Return the address of this search with some facets changed; empty leaves one out."""
        given = {"q": self.wanted.text, **self.wanted.facets, "as": self.form, **changed}
        said = {name: text for name, text in given.items() if text}
        if page > 1:
            said["page"] = str(page)
        pinned = self.version.addresses.pinned
        start = f"/version/{pinned}/search" if pinned else "/search"
        return f"{start}{suffix and '.'}{suffix}?{urlencode(said)}"


@BLUEPRINT.route("/search")
@BLUEPRINT.route(f"/search.<any({_SUFFIXES}):suffix>")
@BLUEPRINT.route("/version/<int:number>/search")
@BLUEPRINT.route(f"/version/<int:number>/search.<any({_SUFFIXES}):suffix>")
def search(suffix: str | None = None, number: int | None = None) -> Response:
    """Find what holds the words and has the values of facets that the address names."""
    version = version_of(number)
    media_type = choose(request.accept_mimetypes, FORMATS, asked=suffix, first="text/html")
    is_paged = media_type in {FORMATS["html"], FORMATS["json"]}
    wanted = _wanted(is_paged=is_paged)
    form = _TABLE if request.args.get("as") == _TABLE else ""
    key = (version.number, version.addresses, "search", media_type, str(wanted), form)
    body = reading().pages.get(key)
    if body is None:
        body = _WRITERS.get(media_type, _references)(_found(version, wanted, form), media_type)
        reading().pages.put(key, body)
    return marked(body, version.number, media_type, is_pinned=bool(number))


def _wanted(*, is_paged: bool) -> Wanted:
    """Read what is looked for; data that is no page is the whole list."""
    args = request.args
    facets = {name: text for name, text in args.items() if name in FACETS and text}
    text = " ".join(args.get("q", "").split())
    if not is_paged:
        return Wanted(text, facets)
    return Wanted(text, facets, first=(page_number() - 1) * _LENGTH, most=_LENGTH)


def _found(version: Version, wanted: Wanted, form: str) -> Page:
    """Search the index, which another process makes where it is missing."""
    home = current_app.extensions["answering"].home
    if kept_index(home, version.number) is None:
        publishing().make("search indexes", version.number)
    try:
        found = find(home, version.number, wanted)
    except ParameterError as error:
        raise refused(error) from error
    return Page(wanted, found, page_number(), version, form=form)


def _html(page: Page, _media_type: str) -> bytes:
    places = next((facet for facet in page.found.facets if facet.name == "country"), None)
    drawn = _map(page, places) if places else None
    return render_template("search/search.html", page=replace(page, map=drawn)).encode()


def _map(page: Page, places: Facet) -> Markup:
    marks = [
        Mark(each.code, each.label, each.count, page.address(country=each.code))
        for each in places.values
    ]
    # the picture is our own XML, in which all text is escaped
    return Markup(draw_countries(marks, title="Where it was found"))  # noqa: S704


def _json(page: Page, _media_type: str) -> bytes:
    found = page.found
    facets = {
        facet.name: [
            {"code": v.code, "label": v.label, "count": v.count, "chosen": v.is_chosen}
            for v in facet.values
        ]
        for facet in found.facets
    }
    whole = {
        "query": page.wanted.text,
        "corrected": found.corrected or None,
        "any": found.is_any,
        "filters": dict(page.wanted.facets),
        "version": page.version.number,
        "count": found.count,
        "first": page.first,
        "hits": [{**_row(hit), "snippet": _plain(hit)} for hit in found.hits],
        "next": page.address("json", page.number + 1) if page.last < found.count else None,
        "facets": facets,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _csv(page: Page, _media_type: str) -> bytes:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    writer.writerows(_row(hit) for hit in page.found.hits)
    return text.getvalue().encode()


def _references(page: Page, media_type: str) -> bytes:
    """Write the works that were found, and those of the claims and cases that were."""
    works = list(dict.fromkeys(hit.work for hit in page.found.hits if hit.work))
    if len(works) > _MOST_WORKS:
        message = (
            f"The search finds {len(works):,} works, more than the {_MOST_WORKS:,} of one "
            "bibliography; narrow it by a facet, or take the CSV."
        )
        raise ProblemError("malformed-request", message)
    return write([work_of(page.version, iri) for iri in works], _FORMS[media_type]).encode()


def _row(hit: Hit) -> dict[str, str | float]:
    values = (hit.kind, hit.name, hit.about, hit.year, hit.iri, hit.work, hit.score)
    return dict(zip(_COLUMNS, values, strict=True))


def _plain(hit: Hit) -> str:
    return "".join(part.text for part in hit.snippet)


_WRITERS: Mapping[str, Callable[[Page, str], bytes]] = MappingProxyType(
    {FORMATS["html"]: _html, FORMATS["json"]: _json, FORMATS["csv"]: _csv}
)
