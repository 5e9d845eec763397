"""Reviews: the list of those that one takes part in, a new one, its protocol, its members."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.accounts import Role as AccountRole
from kg.accounts import Users
from kg.errors import ReviewError
from kg.review import Protocol
from kg.review.members import Role, members, remove, role_of, set_role
from kg.review.protocols import Stage, protocol, set_protocol
from server.review.entrance import BLUEPRINT, Desk, entered, page, signed_in
from server.review.entrance import projects as all_projects

__all__: list[str] = []


@dataclass(frozen=True, slots=True)
class Listed:
    """A review in the list."""

    slug: str
    title: str
    role: Role


@BLUEPRINT.get("/")
@BLUEPRINT.get("")
def reviews() -> Response:
    """List the reviews that one takes part in."""
    user = signed_in()
    found = []
    for project in all_projects().all():
        with project.reading() as db:
            if role := role_of(db, user.name):
                found.append(Listed(project.slug, protocol(db).title, role))
    may_open = user.role.includes(AccountRole.REVIEWER)
    return page("reviews.html", found=found, may_open=may_open)


@BLUEPRINT.route("/new", methods=["GET", "POST"])
def new() -> Response:
    """Open a review, whose owner is who does this."""
    user = signed_in(AccountRole.REVIEWER)
    if request.method == "GET":
        return page("new.html", form=Protocol(""), stages=_STAGES)
    wanted = _protocol()
    try:
        project = all_projects().create(wanted, agent=user.name)
    except ReviewError as error:
        return page("new.html", message=f"{error}.", form=wanted, stages=_STAGES)
    return redirect(url_for("review.project", slug=project.slug), 303)


@BLUEPRINT.route("/<slug>/protocol", methods=["GET", "POST"])
@entered(Role.READER)
def review_protocol(desk: Desk) -> Response:
    """Show the protocol, and let an owner change it."""
    if request.method == "GET":
        with desk.reading() as db:
            return page("protocol.html", desk, form=protocol(db), stages=_STAGES)
    wanted = _protocol()
    try:
        with desk.writing() as writing:
            set_protocol(writing, wanted)
    except ReviewError as error:
        return page("protocol.html", desk, message=f"{error}.", form=wanted, stages=_STAGES)
    return redirect(url_for("review.project", slug=desk.slug), 303)


@BLUEPRINT.route("/<slug>/members", methods=["GET", "POST"])
@entered(Role.READER)
def review_members(desk: Desk) -> Response:
    """Show who takes part, and let an owner change it."""
    message = ""
    if request.method == "POST":
        try:
            _change_members(desk)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.review_members", slug=desk.slug), 303)
    with desk.reading() as db:
        found = members(db)
    return page("members.html", desk, message=message, members=found, roles=list(Role))


def _change_members(desk: Desk) -> None:
    name, role = request.form.get("name", "").strip(), request.form.get("role", "")
    users: Users = current_app.extensions["users"]
    with desk.writing() as writing:
        if role == "none":
            remove(writing, name)
            return
        if users.find(name) is None and role_of(writing.db, name) is None:
            raise ReviewError(f"there is no user {name[:80]!r}; cove user add makes one")
        set_role(writing, name, Role(role) if role in _ROLES else Role.READER)


_ROLES = frozenset(role.value for role in Role)
_STAGES = {
    "title-abstract full-text": "title and abstract together, then full text",
    "title abstract full-text": "title, then abstract, then full text",
    "full-text": "full text alone",
}


def _protocol() -> Protocol:
    """Read the form: one criterion a line."""
    form = request.form
    stages = form.get("stages", "")
    named = stages if stages in _STAGES else next(iter(_STAGES))
    return Protocol(
        " ".join(form.get("title", "").split()),
        question=form.get("question", "").strip(),
        plan=form.get("plan", "").replace("\r\n", "\n").strip(),
        inclusion=_lines("inclusion"),
        exclusion=_lines("exclusion"),
        stages=tuple(Stage(each) for each in named.split()),
        votes=1 if form.get("votes") == "1" else 2,
        previous_studies=_count("previous_studies"),
        previous_reports=_count("previous_reports"),
    )


def _lines(name: str) -> tuple[str, ...]:
    lines = (line.strip() for line in request.form.get(name, "").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _count(name: str) -> int:
    text = request.form.get(name, "").strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else 0
