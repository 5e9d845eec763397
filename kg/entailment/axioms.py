"""Compile the axioms of an OWL 2 RL ontology to rules.

One rule or a few for each axiom, after the tables of OWL 2 Profiles §4.3. What has no rule is
refused, never skipped: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations, count

from pyoxigraph import NamedNode, Variable
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from kg.entailment.expressions import Draft, bodies, constant, drafts, edge, unequal
from kg.entailment.profile import describe, refuse_what_has_no_rule
from kg.entailment.rules import RDF_TYPE, Atom, Axiom, Rule
from kg.errors import OntologyError
from kg.namespaces import COVE, OWL, RDF, RDFS
from kg.ontology.expressions import members

__all__ = ["compile_rules"]

_X, _Y, _Z = Variable("x"), Variable("y"), Variable("z")
_Compiler = Callable[[Graph, Node, Node], Iterable[Draft]]  # graph, subject and object of an axiom


def compile_rules(ontology: Graph) -> tuple[Rule, ...]:
    """Compile every axiom of the ontology, in an order that depends on the rules alone."""
    refuse_what_has_no_rule(ontology)
    found: dict[tuple[str, str], Rule] = {}
    for axiom, made in sorted(_compiled(ontology), key=lambda each: each[0].text):
        for draft in made:
            body = tuple(dict.fromkeys(draft.body))
            _refuse_if_unbound(draft, axiom)
            if draft.head not in body:
                rule = Rule(draft.head, body, axiom, different=draft.different)
                found.setdefault((str(rule), str(draft.different)), rule)
    return _mark_joining([found[key] for key in sorted(found)], ontology)


def _refuse_if_unbound(draft: Draft, axiom: Axiom) -> None:
    """Raise OntologyError where a rule would speak of everything there is."""
    bound = {variable for atom in draft.body for variable in atom.variables()}
    if not draft.body or (draft.head and not bound.issuperset(draft.head.variables())):
        raise OntologyError(
            f"cannot compile the axiom '{axiom.text}': it speaks of everything there is; name the"
            " class or the property that it is about"
        )


def _compiled(graph: Graph) -> Iterator[tuple[Axiom, list[Draft]]]:
    for subject, predicate, obj, compiler in _axioms(graph):
        axiom = describe(graph, subject, predicate, obj)
        try:
            yield axiom, list(compiler(graph, subject, obj))
        except OntologyError as error:
            raise OntologyError(
                f"cannot compile the axiom '{axiom.text}': {error}; write it within OWL 2 RL, or"
                " keep it in the module that only the consistency check reads"
            ) from error


def _axioms(graph: Graph) -> Iterator[tuple[Node, URIRef, Node, _Compiler]]:
    for predicate, compiler in _BY_PROPERTY.items():
        for subject, obj in graph.subject_objects(predicate):
            # an unnamed thing with an inverse is an expression, not an axiom
            if predicate != OWL.inverseOf or isinstance(subject, URIRef):
                yield subject, predicate, obj, compiler
    for kind, compiler in _BY_CLASS.items():
        for subject in graph.subjects(RDF.type, kind):
            yield subject, RDF.type, kind, compiler


def _mark_joining(rules: list[Rule], ontology: Graph) -> tuple[Rule, ...]:
    """Mark the rules of joining properties, and all that is built on what they give."""
    annotated = ontology.subjects(COVE.joinsRecords, Literal(True))
    joined = {(str(prop), "") for prop in annotated}
    marked: set[int] = set()
    growing = True
    while growing:
        growing = False
        for number, rule in enumerate(rules):
            if rule.head is None or number in marked:
                continue
            if not joined.isdisjoint(map(_kind_of_fact, (rule.head, *rule.body))):
                marked.add(number)
                joined.add(_kind_of_fact(rule.head))
                growing = True
    return tuple(replace(rule, joins_records=n in marked) for n, rule in enumerate(rules))


def _kind_of_fact(atom: Atom) -> tuple[str, str]:
    return atom.predicate.value, str(atom.object) if atom.predicate == RDF_TYPE else ""


def _subclass(graph: Graph, below: Node, above: Node) -> Iterator[Draft]:
    fresh = _fresh()
    conclusions = drafts(graph, above, _X, fresh)
    for condition in bodies(graph, below, _X, fresh) if conclusions else ():
        for draft in conclusions:
            yield replace(draft, body=condition + draft.body)


def _equivalent_class(graph: Graph, one: Node, other: Node) -> Iterator[Draft]:
    yield from _subclass(graph, one, other)
    yield from _subclass(graph, other, one)


def _disjoint_class(graph: Graph, one: Node, other: Node) -> Iterator[Draft]:
    fresh = _fresh()
    for first in bodies(graph, one, _X, fresh):
        for second in bodies(graph, other, _X, fresh):
            yield Draft(first + second, None)


def _subproperty(graph: Graph, below: Node, above: Node) -> Iterator[Draft]:
    yield Draft((edge(graph, below, _X, _Y),), edge(graph, above, _X, _Y))


def _equivalent_property(graph: Graph, one: Node, other: Node) -> Iterator[Draft]:
    yield from _subproperty(graph, one, other)
    yield from _subproperty(graph, other, one)


def _inverse(graph: Graph, one: Node, other: Node) -> Iterator[Draft]:
    yield Draft((edge(graph, one, _X, _Y),), edge(graph, other, _Y, _X))
    yield Draft((edge(graph, other, _X, _Y),), edge(graph, one, _Y, _X))


def _chain(graph: Graph, whole: Node, links: Node) -> Iterator[Draft]:
    steps = members(graph, links)
    ends = [_X, *(Variable(f"x{n}") for n in range(1, len(steps))), _Y]
    body = tuple(edge(graph, step, ends[n], ends[n + 1]) for n, step in enumerate(steps))
    yield Draft(body, edge(graph, whole, _X, _Y))


def _domain(graph: Graph, prop: Node, above: Node) -> Iterator[Draft]:
    link = edge(graph, prop, _X, _Y)
    for draft in drafts(graph, above, _X, _fresh()):
        yield replace(draft, body=(link, *draft.body))


def _range(graph: Graph, prop: Node, above: Node) -> Iterator[Draft]:
    link = edge(graph, prop, _X, _Y)
    for draft in drafts(graph, above, _Y, _fresh()):
        yield replace(draft, body=(link, *draft.body))


def _disjoint_property(graph: Graph, one: Node, other: Node) -> Iterator[Draft]:
    yield Draft((edge(graph, one, _X, _Y), edge(graph, other, _X, _Y)), None)


def _key(graph: Graph, keyed: Node, properties: Node) -> Iterator[Draft]:
    fresh = _fresh()
    values = [(prop, next(fresh)) for prop in members(graph, properties)]
    shared = tuple(edge(graph, prop, end, value) for prop, value in values for end in (_X, _Y))
    for first in bodies(graph, keyed, _X, fresh):
        for second in bodies(graph, keyed, _Y, fresh):
            yield from unequal(first + second + shared, _X, _Y, literals=False)


def _symmetric(graph: Graph, prop: Node, _: Node) -> Iterator[Draft]:
    yield Draft((edge(graph, prop, _X, _Y),), edge(graph, prop, _Y, _X))


def _transitive(graph: Graph, prop: Node, _: Node) -> Iterator[Draft]:
    steps = (edge(graph, prop, _X, _Y), edge(graph, prop, _Y, _Z))
    yield Draft(steps, edge(graph, prop, _X, _Z))


def _asymmetric(graph: Graph, prop: Node, _: Node) -> Iterator[Draft]:
    yield Draft((edge(graph, prop, _X, _Y), edge(graph, prop, _Y, _X)), None)


def _irreflexive(graph: Graph, prop: Node, _: Node) -> Iterator[Draft]:
    yield Draft((edge(graph, prop, _X, _X),), None)


def _functional(graph: Graph, prop: Node, _: Node) -> Iterator[Draft]:
    body = (edge(graph, prop, _X, _Y), edge(graph, prop, _X, _Z))
    yield from unequal(body, _Y, _Z, literals=True)


def _inverse_functional(graph: Graph, prop: Node, _: Node) -> Iterator[Draft]:
    body = (edge(graph, prop, _Y, _X), edge(graph, prop, _Z, _X))
    yield from unequal(body, _Y, _Z, literals=False)


def _all_disjoint_classes(graph: Graph, group: Node, _: Node) -> Iterator[Draft]:
    for one, other in combinations(_grouped(graph, group), 2):
        yield from _disjoint_class(graph, one, other)


def _all_disjoint_properties(graph: Graph, group: Node, _: Node) -> Iterator[Draft]:
    for one, other in combinations(_grouped(graph, group), 2):
        yield from _disjoint_property(graph, one, other)


def _negative_assertion(graph: Graph, denial: Node, _: Node) -> Iterator[Draft]:
    source = graph.value(denial, OWL.sourceIndividual)
    prop = graph.value(denial, OWL.assertionProperty)
    target = graph.value(denial, OWL.targetIndividual)
    if target is None:
        target = graph.value(denial, OWL.targetValue)
    if not isinstance(source, URIRef) or prop is None or target is None:
        raise OntologyError("a negative assertion names a source, a property and a target")
    yield Draft((edge(graph, prop, NamedNode(str(source)), constant(target)),), None)


def _grouped(graph: Graph, group: Node) -> list[Node]:
    head = graph.value(group, OWL.members)
    return members(graph, head) if head is not None else []


def _fresh() -> Iterator[Variable]:
    return (Variable(f"y{number}") for number in count(1))


_BY_PROPERTY: dict[URIRef, _Compiler] = {
    RDFS.subClassOf: _subclass,
    RDFS.subPropertyOf: _subproperty,
    RDFS.domain: _domain,
    RDFS.range: _range,
    OWL.equivalentClass: _equivalent_class,
    OWL.disjointWith: _disjoint_class,
    OWL.equivalentProperty: _equivalent_property,
    OWL.inverseOf: _inverse,
    OWL.propertyChainAxiom: _chain,
    OWL.propertyDisjointWith: _disjoint_property,
    OWL.hasKey: _key,
}
_BY_CLASS: dict[URIRef, _Compiler] = {
    OWL.SymmetricProperty: _symmetric,
    OWL.TransitiveProperty: _transitive,
    OWL.AsymmetricProperty: _asymmetric,
    OWL.IrreflexiveProperty: _irreflexive,
    OWL.FunctionalProperty: _functional,
    OWL.InverseFunctionalProperty: _inverse_functional,
    OWL.AllDisjointClasses: _all_disjoint_classes,
    OWL.AllDisjointProperties: _all_disjoint_properties,
    OWL.NegativePropertyAssertion: _negative_assertion,
}
