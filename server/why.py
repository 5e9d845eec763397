"""Why an inferred statement holds: the axioms and the asserted statements that it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, make_response, render_template, request

from kg.entailment import explain
from kg.entailment.explanation import Explanation
from kg.ingest import entailer
from server.pages import is_iri, version_of
from server.problems import ProblemError
from server.reading import Value, Version

__all__ = ["BLUEPRINT", "Step"]

BLUEPRINT = Blueprint("why", __name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a proof, with what it rests on."""

    subject: Value
    predicate: Value
    object: Value
    graphs: tuple[Value, ...]
    axiom: str
    sources: tuple[str, ...]
    premises: tuple[Step, ...]


@BLUEPRINT.route("/why")
@BLUEPRINT.route("/version/<int:number>/why")
def why(number: int | None = None) -> Response:
    """Explain one statement, down to what records assert."""
    version = version_of(number)
    terms = [request.args.get(name, "") for name in ("subject", "predicate", "object")]
    if not all(":" in term and is_iri(term) for term in terms):
        raise ProblemError("malformed-request", "Give subject, predicate and object, each an IRI.")
    found = explain(version.snapshot, entailer().rules, ox.Triple(*map(ox.NamedNode, terms)))
    if found is None:
        raise ProblemError("not-found", f"Version {version.number} holds no such statement.")
    page = render_template("why/why.html", step=_step(version, found), version=version)
    return make_response(page)


def _step(version: Version, found: Explanation) -> Step:
    triple = found.triple
    return Step(
        subject=_shown(version, triple.subject),
        predicate=_shown(version, triple.predicate),
        object=_shown(version, triple.object),
        graphs=tuple(version.thing(graph.value) for graph in found.graphs),
        axiom=found.axiom.text if found.axiom else "",
        sources=found.axiom.sources if found.axiom else (),
        premises=tuple(_step(version, premise) for premise in found.premises),
    )


def _shown(version: Version, term: object) -> Value:
    if isinstance(term, ox.NamedNode):
        return version.thing(term.value)
    return Value(str(getattr(term, "value", term)))
