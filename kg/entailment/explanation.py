"""Why a triple holds: the axiom, the triples that it rests on, and so down to what is asserted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import partial

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.entailment.matching import Bindings, Reader, solutions_for
from kg.entailment.placing import inferred_graph, is_inferred
from kg.entailment.rules import RDF_TYPE, Axiom, Rule
from kg.namespaces import BASE, COVE, DCTERMS, RDFS, SCHEMES_INFERRED_GRAPH, SKOS

__all__ = ["Explanation", "explain", "labels"]

_LABELS = tuple(
    NamedNode(str(prop))
    for prop in (SKOS.prefLabel, RDFS.label, DCTERMS.title, COVE.statement, SKOS.notation)
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A triple with the graphs that assert it, or with the axiom and the triples it follows from.

    The shortest proof there is; where several are as short, the first in the order of the rules.
    """

    triple: Triple
    graphs: tuple[NamedNode, ...] = ()
    axiom: Axiom | None = None
    premises: tuple[Explanation, ...] = ()

    @property
    def is_asserted(self) -> bool:
        """Say whether some graph states the triple."""
        return self.axiom is None

    def assertions(self) -> tuple[Explanation, ...]:
        """List the asserted triples that it all rests on, each once."""
        if self.is_asserted:
            return (self,)
        found = (leaf for premise in self.premises for leaf in premise.assertions())
        return tuple({leaf.triple: leaf for leaf in found}.values())

    def lines(self, label: Callable[[object], str], *, depth: int = 0) -> Iterator[str]:
        """Put it in plain words: one line a triple, what it rests on indented below it."""
        subject, predicate, obj = self.triple.subject, self.triple.predicate, self.triple.object
        sentence = f"{'  ' * depth}{label(subject)} · {label(predicate)} · {label(obj)}"
        if self.axiom is None:
            first, *more = map(label, self.graphs)
            others = f" (and {len(more)} more)" if more else ""
            yield f"{sentence}: stated in {first}{others}"
            return
        sources = f" [{'; '.join(self.axiom.sources)}]" if self.axiom.sources else ""
        yield f"{sentence}: because {self.axiom.text}{sources}"
        for premise in self.premises:
            yield from premise.lines(label, depth=depth + 1)


def explain(reader: Reader, rules: Iterable[Rule], triple: Triple) -> Explanation | None:
    """Say why a triple holds in a closed store, or None where it does not hold."""
    if next(_lookup(reader, triple), None) is None:
        return None
    ways = _ways(reader, _by_head(rules), triple)
    chosen = _proofs(ways)
    home = {quad.graph_name for quad in _lookup(reader, triple) if is_inferred(quad.graph_name)}
    return _told(reader, triple, chosen, home) if triple in chosen else None


def labels(reader: Reader) -> Callable[[object], str]:
    """Name things by their labels in a store, and by the end of the IRI where there are none."""
    return partial(_label, reader)


@dataclass(frozen=True, slots=True)
class _Way:
    """One rule, and the triples with which it gives another."""

    rule: Rule
    premises: tuple[Triple, ...]


def _by_head(rules: Iterable[Rule]) -> Mapping[NamedNode, list[Rule]]:
    """Find rules by the predicate of what they give, in their order."""
    found: dict[NamedNode, list[Rule]] = {}
    for rule in rules:
        if rule.head is not None:
            found.setdefault(rule.head.predicate, []).append(rule)
    return found


def _ways(
    reader: Reader, rules: Mapping[NamedNode, list[Rule]], triple: Triple
) -> dict[Triple, list[_Way]]:
    """Collect every way to every triple that may be needed; no ways where it is asserted."""
    ways: dict[Triple, list[_Way]] = {}
    waiting = [triple]
    while waiting:
        wanted = waiting.pop()
        if wanted in ways:
            continue
        ways[wanted] = []
        if _asserting(reader, wanted):
            continue
        able = rules.get(wanted.predicate, ())
        found = sorted(_ways_to(reader, able, wanted), key=_order)
        at_hand = [way for way in found if all(_asserting(reader, p) for p in way.premises)]
        ways[wanted] = at_hand[:1] or found
        waiting += [premise for way in ways[wanted] for premise in way.premises]
        if not found:
            del ways[wanted]
    return ways


def _ways_to(reader: Reader, rules: Iterable[Rule], wanted: Triple) -> Iterator[_Way]:
    for rule in rules:
        for bindings in solutions_for(reader, rule, wanted):
            yield _Way(rule, tuple(_premises(rule, bindings)))


def _premises(rule: Rule, bindings: Bindings) -> Iterator[Triple]:
    for atom in rule.body:
        subject, predicate, obj = atom.bind(bindings)
        if subject is not None and obj is not None and not isinstance(subject, Literal):
            yield Triple(subject, predicate, obj)


def _order(way: _Way) -> tuple[int, str, str]:
    return len(way.premises), str(way.rule), " ".join(map(str, way.premises))


def _proofs(ways: dict[Triple, list[_Way]]) -> dict[Triple, _Way | None]:
    """Choose for each triple the way that is first complete, counting from what is asserted.

    Round by round, so that no triple ever rests on itself.
    """
    chosen: dict[Triple, _Way | None] = {t: None for t, them in ways.items() if not them}
    while True:
        new = {
            triple: way
            for triple, them in ways.items()
            if triple not in chosen
            for way in reversed(them)
            if all(premise in chosen for premise in way.premises)
        }
        if not new:
            return chosen
        chosen |= new


def _told(
    reader: Reader, triple: Triple, chosen: dict[Triple, _Way | None], home: Set[object]
) -> Explanation:
    way = chosen[triple]
    if way is None:
        graphs = _asserting(reader, triple)
        near = sorted(graphs, key=lambda graph: (inferred_graph(graph) not in home, graph.value))
        return Explanation(triple, graphs=tuple(near))
    premises = tuple(_told(reader, premise, chosen, home) for premise in way.premises)
    return Explanation(triple, axiom=way.rule.axiom, premises=premises)


def _asserting(reader: Reader, triple: Triple) -> list[NamedNode]:
    """List the graphs that state a triple rather than infer it."""
    graphs = (quad.graph_name for quad in _lookup(reader, triple))
    return [
        graph
        for graph in graphs
        if isinstance(graph, NamedNode)
        and not is_inferred(graph)
        and graph.value != str(SCHEMES_INFERRED_GRAPH)
    ]


def _lookup(reader: Reader, triple: Triple) -> Iterator[Quad]:
    return reader.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)


def _label(reader: Reader, term: object) -> str:
    if not isinstance(term, NamedNode):
        return f'"{term.value}"' if isinstance(term, Literal) else str(term)
    if term == RDF_TYPE:
        return "is a"
    for prop in _LABELS:
        found = [q.object for q in reader.quads_for_pattern(term, prop, None, None)]
        texts = [each for each in found if isinstance(each, Literal)]
        if texts:
            best = min(texts, key=lambda each: (each.language not in ("en", None), each.value))
            return best.value
    path = term.value.removeprefix(BASE).replace("#", "/").rstrip("/")
    return path.rpartition("/")[2] if path.startswith(("http", "ontology/")) else path
