"""Dumps: the whole of a version to take away, with checksums."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, current_app, render_template, request, send_file, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from kg.descriptions import DUMPS, Dump, dumps_of
from server.answering import Answering
from server.descriptions import publishing
from server.problems import ProblemError

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("dumps", __name__)

_NAMES = ",".join(DUMPS)
_SUMS = "SHA256SUMS"


@BLUEPRINT.route("/dumps/", strict_slashes=False)
@BLUEPRINT.route("/dumps", strict_slashes=False)
def dumps() -> str:
    """Show what there is to take."""
    answering: Answering = current_app.extensions["answering"]
    info = answering.home.info(answering.version())
    made = {dump.name: dump for dump in dumps_of(answering.home, info.number)}
    return render_template("dumps/dumps.html", info=info, names=DUMPS, made=made)


@BLUEPRINT.route(f"/dumps/current/<any({_NAMES},{_SUMS}):name>")
def newest(name: str) -> BaseResponse:
    """Lead to a file of the newest version."""
    answering: Answering = current_app.extensions["answering"]
    response = redirect(url_for("dumps.dump", number=answering.version(), name=name), 302)
    response.headers["Cache-Control"] = "no-cache"
    return response


@BLUEPRINT.route(f"/dumps/<int:number>/<any({_NAMES}):name>")
def dump(number: int, name: str) -> Response:
    """Answer with a file, or with a range of it; the first to ask has it made."""
    found = next(each for each in _made(number) if each.name == name)
    # The server below may take the file in pieces, however slowly, without holding a thread.
    request.environ["cove.is_streamed"] = True
    response = send_file(
        found.path,
        mimetype="application/gzip",
        as_attachment=True,
        download_name=f"cove-{number}{name.removeprefix('cove')}",
        etag=found.sha256,
        conditional=True,
    )
    digest = base64.b64encode(bytes.fromhex(found.sha256)).decode("ascii")
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530 §3
    return _lasting(response)


@BLUEPRINT.route(f"/dumps/<int:number>/{_SUMS}")
def sums(number: int) -> Response:
    """Answer with the checksums in the form that sha256sum reads."""
    lines = [f"{each.sha256}  {each.name}\n" for each in _made(number)]
    return _lasting(Response("".join(lines), mimetype="text/plain"))


def _made(number: int) -> tuple[Dump, ...]:
    """Return the dumps of a version; only of the newest and of releases are there any."""
    answering: Answering = current_app.extensions["answering"]
    home = answering.home
    is_newest = answering.version(number) == answering.version()
    if found := dumps_of(home, number):
        return found
    if not is_newest and not home.info(number).is_release:
        message = (
            f"There is no dump of version {number}, for it is no release; take the newest from "
            "/dumps/ and apply the patches of /versions backwards."
        )
        raise ProblemError("not-found", message)
    publishing().make("dumps", number)
    found = dumps_of(home, number)
    if not found:
        raise ProblemError("no-data", "The dump is not here yet.", retry_after=10)
    return found


def _lasting(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
