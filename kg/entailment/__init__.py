"""Entailment: OWL 2 RL by rules compiled from the ontology.

The ontology becomes rules (`compile_rules`), the rules and the background an `Entailer`
(`prepare`), which infers what follows from each record by itself (`entail`) and from all together
(`join`), or from a change (`maintain`). `clashes` finds contradictions and `explain` says why.
Identity is not inferred: published data has no `owl:sameAs`.
"""

from kg.entailment.axioms import compile_rules
from kg.entailment.clashes import Clash, clashes
from kg.entailment.closure import Entailer, prepare
from kg.entailment.explanation import Explanation, explain, labels
from kg.entailment.matching import Reader
from kg.entailment.placing import Delta, Holders, inferred_graph, is_inferred, is_record
from kg.entailment.rules import Atom, Axiom, Rule
from kg.entailment.upkeep import maintain

__all__ = [
    "Atom",
    "Axiom",
    "Clash",
    "Delta",
    "Entailer",
    "Explanation",
    "Holders",
    "Reader",
    "Rule",
    "clashes",
    "compile_rules",
    "explain",
    "inferred_graph",
    "is_inferred",
    "is_record",
    "labels",
    "maintain",
    "prepare",
]
