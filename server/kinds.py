"""The kinds of thing that have a page of their own, and the panels of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rdflib import URIRef

from kg.namespaces import COVE, FOAF, SCHEMA, SKOS
from kg.ontology import KINDS

__all__ = ["LISTED", "PANELS", "kind_of"]

PANELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "work": (
            "thing_claims",
            "work_authors",
            "work_study",
            "work_processes",
            "work_citations",
        ),
        "claim": ("claim_effects", "claim_source", "claim_rivals"),
        "process": ("thing_claims", "process_types", "process_definitions", "process_people"),
        "case": ("thing_claims", "process_types", "process_definitions"),
        "proposition": ("thing_claims", "proposition_stance"),
        "concept": (
            "concept_ancestors",
            "concept_definitions",
            "concept_homonyms",
            "concept_links",
            "concept_narrower",
            "concept_processes",
            "concept_uses",
            "evidence_stance",
            "evidence_effects",
            "evidence_values",
            "evidence_years",
        ),
        "code": (
            "concept_narrower",
            "concept_uses",
            "code_cases",
            "evidence_stance",
            "evidence_effects",
            "evidence_values",
            "evidence_years",
            "evidence_concepts",
        ),
        "scheme": ("scheme_cells", "scheme_concepts"),
        "agent": ("agent_works", "agent_others", "agent_claims"),
        "evidence-review": (
            "review_appraisals",
            "review_confidence",
            "review_findings",
            "review_flow",
            "review_protocol",
            "review_publications",
            "review_records",
            "review_searches",
            "review_values",
        ),
        "definition": ("definition_demands", "definition_processes"),
        "term": ("term_members", "term_elsewhere", "term_rules"),
        "thing": (),
    }
)
"""For each kind the queries whose rows its template shows; the template has the kind's name.

Those that begin with "evidence" are about the claims with a value on a facet.
"""

_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        str(COVE.Work): "work",
        str(COVE.Claim): "claim",
        str(COVE.CoProcess): "process",
        str(COVE.Case): "case",
        str(COVE.Proposition): "proposition",
        str(SKOS.Concept): "concept",
        str(SKOS.ConceptScheme): "scheme",
        str(COVE.Definition): "definition",
        str(FOAF.Agent): "agent",
        str(SCHEMA.Review): "evidence-review",
        **{str(class_): "term" for class_ in KINDS},
    }
)

LISTED: Mapping[str, URIRef] = MappingProxyType(
    {
        "work": COVE.Work,
        "case": COVE.Case,
        "process": COVE.CoProcess,
        "claim": COVE.Claim,
        "effect": COVE.ValueEffect,
        "proposition": COVE.Proposition,
        "definition": COVE.Definition,
        "concept": SKOS.Concept,
        "agent": FOAF.Agent,
        "study": COVE.Study,
        "service": COVE.Service,
        "organisation": COVE.Organisation,
        "record": COVE.Record,
    }
)
"""The kinds that have a list, each with the class of what is listed."""


def kind_of(types: Iterable[str]) -> str:
    """Return the kind of page for a thing with these classes.

    >>> kind_of(["https://w3id.org/cove/ontology#Claim"]), kind_of([])
    ('claim', 'thing')
    """
    found = set(types)
    return next((kind for class_, kind in _CLASSES.items() if class_ in found), "thing")
