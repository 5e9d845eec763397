"""The network: concepts and what is claimed of their links, walked from one concept on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from kg.codes import resolve
from kg.errors import CodeError
from kg.questions import Answer, Row, question
from server.forms import Field, fields_of
from server.pictures.walk import Edge, Node, draw_walk
from server.problems import ProblemError
from server.reading import Value, Version
from server.tables import opened_address
from server.views import Given, add_view, asked, number_of, pictures_of

__all__ = ["BLUEPRINT", "Link", "Opened", "Page"]

BLUEPRINT = Blueprint("network", __name__)

_QUESTION = "neighbours"
_START = "value-co-creation"
_MOST_OPEN, _MOST_LINKS, _FEWEST = 8, 14, 6
_COLUMNS: Mapping[str, tuple[str, str]] = {
    "increasing": ("increases", "increases"),
    "decreasing": ("decreases", "decreases"),
    "varying": ("mixed", "mixed"),
    "nothing": ("no-effect", "no effect"),
    "undirected": ("none", "without direction"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an opened concept, with what claims say of it."""

    proposition: Value
    source: Value
    target: Value
    counts: tuple[tuple[str, str, int, str | None], ...]
    claims: int
    opens: str | None
    edge: Edge


@dataclass(frozen=True, slots=True)
class Opened:
    """A concept that is opened: its links, those that are drawn, and the way to close it."""

    concept: Value
    links: tuple[Link, ...]
    left_out: int
    closes: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of the network shows."""

    opened: tuple[Opened, ...]
    links: tuple[Link, ...]
    picture: Markup | None
    field: Field
    at: tuple[str, ...]
    most: int
    caution: str
    queries: tuple[str, ...]
    version: Version


def _page(version: Version, given: Given) -> bytes:
    at = _at()
    answers = [asked(version, _QUESTION, {"concept": code}) for code in at]
    opened = tuple(_open(found, version, at, code) for code, found in zip(at, answers, strict=True))
    page = Page(
        opened,
        _drawn(opened),
        # our own XML, in which all text is escaped
        Markup(_picture(version, given)) if _drawn(opened) else None,  # noqa: S704
        fields_of(question(_QUESTION), version, {"concept": ""}, None)[0],
        at,
        _MOST_OPEN,
        answers[0].question.header.caution,
        tuple(found.query for found in answers),
        version,
    )
    return render_template("network/network.html", page=page).encode()


def _picture(version: Version, _given: Given) -> str:
    at = _at()
    opened = [_open(asked(version, _QUESTION, {"concept": code}), version, at, code) for code in at]
    links = _drawn(opened)
    nodes = {
        one.concept.iri or "": Node(
            one.concept.text, True, one.concept.address, f"The page of {one.concept.text}"
        )
        for one in opened
    }
    for link in links:
        for value in (link.source, link.target):
            more = _address((*at, value.code)) if len(at) < _MOST_OPEN else value.address
            words = f"Go on to {value.text}"
            nodes.setdefault(value.iri or "", Node(value.text, False, more, words))
    return draw_walk(nodes, [link.edge for link in links], title="Network of concepts")


def _at() -> tuple[str, ...]:
    """Return the codes of the concepts that the address opens."""
    named = [text for text in request.args.getlist("at") if text] or [_START]
    codes = tuple(dict.fromkeys(_code(text) for text in named))
    if len(codes) > _MOST_OPEN:
        message = f"{len(codes)} concepts are too many for one picture; open {_MOST_OPEN} at most."
        raise ProblemError("malformed-request", message)
    return codes


def _code(text: str) -> str:
    try:
        resolve("concept", text)
    except CodeError as error:
        near = f"; near it are {', '.join(error.nearest)}" if error.nearest else ""
        message = f"at={text[:80]!r} is the code of no concept{near}."
        raise ProblemError("malformed-request", message) from error
    return text


def _open(found: Answer, version: Version, at: tuple[str, ...], code: str) -> Opened:
    links = tuple(_link(found, row, version) for row in found.rows)
    most = max(_FEWEST, _MOST_LINKS - 2 * (len(at) - 1))
    others = [link for link in links if link.source.iri != link.target.iri]
    among = [link for link in others if {link.source.code, link.target.code} <= {*at}]
    drawn = tuple(dict.fromkeys((*among, *others[:most])))
    rest = tuple(each for each in at if each != code)
    return Opened(
        version.thing(str(found.terms["concept"])),
        drawn,
        len(others) - len(drawn),
        _address(rest) if rest else None,
    )


def _link(found: Answer, row: Row, version: Version) -> Link:
    source, target = (version.thing(str(row[name])) for name in ("subject", "object"))
    counts = tuple(
        (code, words, number_of(row, name), opened_address(found, row, name, version))
        for name, (code, words) in _COLUMNS.items()
        if number_of(row, name)
    )
    opens = opened_address(found, row, "claims", version)
    said = ", ".join(f"{count} {words}" for _, words, count, _ in counts)
    edge = Edge(
        source.iri or "",
        target.iri or "",
        _kind({code: count for code, _, count, _ in counts}),
        tuple((code, count) for code, _, count, _ in counts),
        opens,
        f"{source.text} → {target.text}: {said}",
    )
    proposition = version.thing(str(row["proposition"]))
    return Link(proposition, source, target, counts, number_of(row, "claims"), opens, edge)


def _kind(counts: Mapping[str, int]) -> str:
    """Say what most claims with a direction say; mixed where they are evenly divided.

    >>> _kind({"increases": 3, "decreases": 1}), _kind({"increases": 1, "no-effect": 1})
    ('increases', 'mixed')
    >>> _kind({"none": 4})
    'none'
    """
    directed = sorted(
        ((count, code) for code, count in counts.items() if code != "none"), reverse=True
    )
    if not directed:
        return "none"
    is_even = len(directed) > 1 and directed[0][0] == directed[1][0]
    return "mixed" if is_even else directed[0][1]


def _drawn(opened: tuple[Opened, ...] | list[Opened]) -> tuple[Link, ...]:
    """Return the links to draw, each once."""
    found = {link.proposition.iri: link for one in opened for link in one.links}
    pairs = {(link.source.iri, link.target.iri): link for link in reversed(found.values())}
    return tuple(reversed(pairs.values()))


def _address(codes: tuple[str, ...]) -> str:
    return url_for("network.network", at=list(codes))


add_view(BLUEPRINT, "/network", {"html": _page, **pictures_of(_picture)})
