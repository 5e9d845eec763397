"""The Flask application: protocol, linked data, pages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from kg.accounts import Accounts, Users
from kg.errors import CapabilityError, MembershipError, ReviewError, StoreError
from server import (
    api,
    assets,
    bibliographies,
    changes,
    citing,
    concepts,
    contradictions,
    countries,
    crawling,
    data,
    definitions,
    descriptions,
    dumps,
    editor,
    evidence_map,
    explanations,
    guides,
    home,
    linksets,
    lists,
    metrics,
    nanopublications,
    network,
    ontology,
    operations,
    questions,
    review,
    running,
    search,
    sparql,
    synthesis,
    things,
    timeline,
    typologies,
    update,
    why,
)
from server.admission import AdmissionError
from server.answering import Answering
from server.config import Settings, load_settings
from server.envelopes import Envelopes
from server.errands import Errands
from server.keeping import Keeping
from server.metrics import Metrics
from server.problems import ProblemError
from server.renewal import renew, settle
from server.replies import is_html_wanted, problem_response
from server.sessions import Sessions
from server.writers import Writer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

__all__ = ["create_app"]

_LOG = logging.getLogger(__name__)
_BLUEPRINTS = (
    home.BLUEPRINT,
    assets.BLUEPRINT,
    sparql.BLUEPRINT,
    editor.BLUEPRINT,
    data.BLUEPRINT,
    update.BLUEPRINT,
    operations.BLUEPRINT,
    metrics.BLUEPRINT,
    explanations.BLUEPRINT,
    running.BLUEPRINT,
    linksets.BLUEPRINT,
    lists.BLUEPRINT,
    questions.BLUEPRINT,
    api.BLUEPRINT,
    citing.BLUEPRINT,
    bibliographies.BLUEPRINT,
    evidence_map.BLUEPRINT,
    contradictions.BLUEPRINT,
    network.BLUEPRINT,
    timeline.BLUEPRINT,
    countries.BLUEPRINT,
    concepts.BLUEPRINT,
    typologies.BLUEPRINT,
    definitions.BLUEPRINT,
    search.BLUEPRINT,
    synthesis.BLUEPRINT,
    changes.BLUEPRINT,
    descriptions.BLUEPRINT,
    dumps.BLUEPRINT,
    crawling.BLUEPRINT,
    ontology.BLUEPRINT,
    guides.BLUEPRINT,
    why.BLUEPRINT,
    nanopublications.BLUEPRINT,
    review.BLUEPRINT,
    things.BLUEPRINT,
)
_HTTP_KINDS = {
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "request-too-large",
    415: "unsupported-media-type",
}


class _App(Flask):
    """The application; none of its views is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is: looking whether it is a coroutine takes time."""
        return func


def create_app(config: Settings | Mapping[str, object] | None = None) -> Flask:
    """Make the application: defaults, then COVE_* variables, then the argument."""
    settings = config if isinstance(config, Settings) else load_settings(config)
    app = _App(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.query_bytes + 65_536
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    app.url_map.merge_slashes = False
    answering = app.extensions["answering"] = Answering(settings)
    metrics = app.extensions["metrics"] = Metrics()
    kept = Keeping(app.wsgi_app, answering.current, most=settings.cache_bytes // 2)
    app.extensions["keeping"] = kept
    outside: WSGIApplication = Envelopes(kept, metrics)
    if settings.proxies:
        count = settings.proxies
        outside = ProxyFix(outside, x_for=count, x_proto=count, x_host=count, x_prefix=count)
    app.wsgi_app = outside  # type: ignore[assignment,method-assign]  # Flask's documented way
    app.extensions["accounts"] = Accounts(settings.home)
    users = app.extensions["users"] = Users(settings.home)
    app.extensions["errands"] = Errands(
        seconds=settings.write_seconds, memory=settings.write_memory
    )
    app.extensions["sessions"] = Sessions(settings.home, users)
    app.extensions["writer"] = Writer(
        settings.home,
        seconds=settings.write_seconds,
        memory=settings.write_memory,
        patience=settings.patience,
        store=settings.store,
        settle=partial(settle, app),
    )
    renew(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_error_handler(ProblemError, _on_problem)
    app.register_error_handler(AdmissionError, _on_refusal)
    app.register_error_handler(CapabilityError, _on_lack)
    app.register_error_handler(StoreError, _on_store_error)
    app.register_error_handler(ReviewError, _on_review_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_fault)
    app.before_request(_preflight)
    app.jinja_env.globals["address_of"] = _address_of(settings.base)
    app.jinja_env.globals["has_asset"] = assets.has_asset
    return app


def _address_of(base: str) -> object:
    def address_of(iri: str) -> str | None:
        """Return where the document about an IRI is; None where a link could do harm."""
        if iri.startswith(base):
            return "/" + iri.removeprefix(base)
        return iri if iri.startswith(("http://", "https://")) else None

    return address_of


def _on_problem(problem: ProblemError) -> Response:
    html = None
    if is_html_wanted():
        html = render_template("problems/problem.html", problem=problem, query=_query())
    return problem_response(problem, html)


def _on_refusal(error: AdmissionError) -> Response:
    members: dict[str, str | int | float | list[str]] = {}
    if error.line is not None and error.column is not None:
        members = {"line": error.line, "column": error.column}
    return _on_problem(ProblemError(error.kind, str(error), members=members))


def _on_store_error(error: StoreError) -> Response:
    _LOG.error("the dataset cannot be read: %s", error)
    message = "The dataset cannot be read at the moment; the operator's log says why."
    return _on_problem(ProblemError("no-data", message, retry_after=30))


def _on_review_error(error: ReviewError) -> Response:
    kind = "not-a-member" if isinstance(error, MembershipError) else "review-refused"
    told = str(error)
    return _on_problem(ProblemError(kind, f"{told[:1].upper()}{told[1:]}."))


def _on_lack(error: CapabilityError) -> Response:
    members: dict[str, str | int | float | list[str]] = {"capability": error.capability}
    return _on_problem(ProblemError("not-supported", str(error), members=members))


def _on_http_error(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    problem = ProblemError(_HTTP_KINDS.get(status, "http-error"), _told(error))
    response = _on_problem(problem)
    response.status_code = status
    for name, value in error.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def _told(error: HTTPException) -> str:
    if isinstance(error, RequestEntityTooLarge):
        most = request.max_content_length or 0
        return f"The request has more than the {most:,} bytes that are read here; send less."
    return error.description or error.name


def _on_fault(error: Exception) -> Response:
    _LOG.error("a request failed", exc_info=error)
    message = "This is a fault of the server, not of your request; it has been noted."
    return _on_problem(ProblemError("internal-error", message))


def _query() -> str | None:
    """Return the query that a browser sent, so that its error page keeps it."""
    try:
        return request.args.get("query") or request.form.get("query")
    except RequestEntityTooLarge:  # the body cannot be read, which is what the page will say
        return None


def _preflight() -> Response | None:
    """Answer the question that a browser asks before a request from another site."""
    if request.method != "OPTIONS":
        return None
    response = Response(status=204)
    del response.headers["Content-Type"]  # of nothing (RFC 9110 §8.3)
    allowed = _methods_of(request.path.rstrip("/"))
    response.headers["Allow"] = ", ".join(allowed)
    response.headers["Access-Control-Allow-Methods"] = ", ".join(allowed)
    if asked := request.headers.get("Access-Control-Request-Headers"):
        response.headers["Access-Control-Allow-Headers"] = asked
        response.vary.add("Access-Control-Request-Headers")
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _methods_of(path: str) -> list[str]:
    """Name the methods of an address."""
    if path == "/update" or path.endswith(("/q", "/permalink")):
        return ["OPTIONS", "POST"]
    reading = ["GET", "HEAD", "OPTIONS"]
    if path.endswith("/sparql"):
        return [*reading, "POST", "QUERY"]
    if path.startswith("/operations/queries/"):
        return ["DELETE", "OPTIONS"]
    if path == "/data" or path.startswith("/data/"):
        return [*reading, "PUT", "POST", "DELETE"]
    return reading
