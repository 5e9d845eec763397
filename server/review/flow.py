"""The flow: the PRISMA diagram, each number of which opens its records."""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Connection

from flask import make_response, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from kg.review.diagram import draw, write_csv
from kg.review.duplicates import item_of, records_of
from kg.review.members import Role
from kg.review.prisma import BOXES, flow, identities
from kg.review.protocols import Stage, protocol
from kg.review.records import Imported, imported, reference
from kg.review.screening import votes_on
from kg.review.searches import last_round
from server.problems import ProblemError
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []

_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A record in a list."""

    number: int
    title: str
    authors: str
    year: int | None


@BLUEPRINT.get("/<slug>/flow")
@entered(Role.READER)
def prisma(desk: Desk) -> Response:
    """Show the diagram of a round or of all, and where its sums do not hold."""
    number = _round()
    with desk.reading() as db:
        found, rounds = flow(db, number), last_round(db)

    def address(box: str) -> str:
        return url_for("review.box", slug=desk.slug, name=box, round=number)

    picture = Markup(draw(found, address))  # noqa: S704 - drawn from numbers and escaped words
    return page(
        "flow.html",
        desk,
        found=found,
        rounds=rounds,
        picture=picture,
        boxes=BOXES,
        told=identities(found),
    )


@BLUEPRINT.get("/<slug>/flow.<any(svg,csv):suffix>")
@entered(Role.READER)
def prisma_file(desk: Desk, suffix: str) -> Response:
    """Send the diagram as a picture, or as the file that the PRISMA2020 package of R reads."""
    with desk.reading() as db:
        found = flow(db, _round())
    response = make_response(draw(found) if suffix == "svg" else write_csv(found))
    response.mimetype = "image/svg+xml" if suffix == "svg" else "text/csv"
    response.headers.set("Content-Disposition", "attachment", filename=f"{desk.slug}.{suffix}")
    return response


@BLUEPRINT.get("/<slug>/flow/<name>")
@entered(Role.READER)
def box(desk: Desk, name: str) -> Response:
    """List the records in a box of the diagram."""
    if name not in BOXES:
        raise ProblemError("not-found", f"The diagram has no box {name[:50]!r}.")
    number, asked = _round(), request.args.get("page", "1")
    at = int(asked[:6]) if asked.isascii() and asked.isdigit() else 1
    with desk.reading() as db:
        found = flow(db, number).boxes[name]
        shown = found.records[(max(at, 1) - 1) * _LENGTH :][:_LENGTH]
        lines = [_line(db, each) for each in shown]
    is_more = at * _LENGTH < len(found.records)
    return page("box.html", desk, box=found, lines=lines, at=at, is_more=is_more, round=number)


@BLUEPRINT.get("/<slug>/records/<int:number>")
@entered(Role.READER)
def record(desk: Desk, number: int) -> Response:
    """Show a record as it was imported, and what became of it."""
    with desk.reading() as db:
        found = reference(db, number)
        item = item_of(db, number)
        stages = [
            (stage, state, why, votes_on(db, item, stage, to=desk.name))
            for stage, state, why in _states(db, item)
        ]
        others = [each for each in records_of(db, item) if each != number]
        made = _import_of(db, number)
    return page(
        "record.html",
        desk,
        number=number,
        found=found,
        item=item,
        others=others,
        made=made,
        stages=stages,
    )


def _states(db: Connection, item: int) -> list[tuple[Stage, str, str]]:
    rows = db.execute("SELECT stage, state, reason FROM decisions WHERE item = ?", (item,))
    found = {Stage(stage): (state, why) for stage, state, why in rows}
    return [(stage, *found[stage]) for stage in protocol(db).stages if stage in found]


def _import_of(db: Connection, number: int) -> Imported:
    row = db.execute("SELECT import FROM records WHERE number = ?", (number,)).fetchone()
    return next(each for each in imported(db) if each.number == row[0])


def _line(db: Connection, number: int) -> Line:
    row = db.execute(
        "SELECT number, title, authors, year FROM records WHERE number = ?", (number,)
    ).fetchone()
    return Line(*row)


def _round() -> int | None:
    text = request.args.get("round", "")
    return int(text[:3]) if text.isascii() and text.isdigit() and int(text[:3]) else None
