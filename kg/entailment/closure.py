"""The closure of records under the rules, beside the ontology and the vocabularies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg.entailment.engine import Engine
from kg.entailment.matching import Reader
from kg.entailment.placing import Delta, Holders, Placing, inferred_graph, kind_of
from kg.entailment.rules import Rule
from kg.namespaces import SCHEMES_INFERRED_GRAPH

__all__ = ["Entailer", "prepare"]

_BACKGROUND_INFERRED = NamedNode(str(SCHEMES_INFERRED_GRAPH))


@dataclass(frozen=True)
class Entailer:
    """The rules made ready once for any number of records."""

    rules: tuple[Rule, ...]
    background: tuple[Quad, ...]
    """What follows from ontology and vocabularies alone, in its own graph."""

    placing: Placing
    _local: Engine
    _joining: Engine

    def entail(self, records: Iterable[Quad]) -> list[Quad]:
        """Return what follows from each record by itself, in the graph beside it.

        The graphs do not see each other, so that the result does not depend on what is read
        together; `join` or `maintain` adds what follows from several records.
        """
        by_graph: defaultdict[NamedNode, list[Quad]] = defaultdict(list)
        for quad in records:
            graph = quad.graph_name
            if not isinstance(graph, NamedNode):
                raise TypeError(f"cannot entail {quad}: put it in the named graph of its record")
            by_graph[graph].append(quad)
        return [
            Quad(triple.subject, triple.predicate, triple.object, inferred_graph(record))
            for record, asserted in by_graph.items()
            for triple in sorted(self._local.infer(asserted), key=str)
        ]

    def local(self, asserted: Iterable[Triple | Quad]) -> list[Triple]:
        """Return what follows from one record by itself."""
        return self._local.infer(asserted)

    def join(
        self, reader: Reader, holders: Callable[[Iterable[NamedNode]], Holders] = lambda _: {}
    ) -> Delta:
        """Compare what follows from all records together with what the store says of it.

        For a store whose records and their own inferred graphs are in place: a first build, or
        an import so large that `maintain` would touch most of the store. `holders` finds the
        records that describe many things at once.
        """
        inferred = self._joining.infer(dict.fromkeys(self._joinable(reader)))
        things = {triple.subject for triple in inferred if isinstance(triple.subject, NamedNode)}
        placed = self.placing.places(reader, inferred, holders(things))
        return Delta.between(self.placing.joined(reader), placed)

    def _joinable(self, reader: Reader) -> Iterator[Triple]:
        """Yield the triples that the joining rules look for, without what they gave before."""
        joining = (rule for rule in self.rules if rule.joins_records)
        patterns = {kind_of(a.predicate, a.object) for rule in joining for a in rule.body}
        for predicate, value in patterns:
            for quad in reader.quads_for_pattern(None, predicate, value, None):
                if not self.placing.is_joined(quad):
                    yield quad.triple


def prepare(rules: Iterable[Rule], background: Iterable[Quad]) -> Entailer:
    """Close the background and make the rules ready to run over records beside it.

    Blank nodes of the background are class expressions; the rules hold what they say.
    """
    every = tuple(rules)
    local = [rule for rule in every if not rule.joins_records]
    given = [quad.triple for quad in background if not isinstance(quad.subject, BlankNode)]
    inferred = sorted(Engine(local).infer(given), key=str)
    closed = [*given, *inferred]
    return Entailer(
        every,
        tuple(Quad(t.subject, t.predicate, t.object, _BACKGROUND_INFERRED) for t in inferred),
        Placing(every),
        Engine(local, closed),
        Engine((rule for rule in every if rule.joins_records), closed),
    )
