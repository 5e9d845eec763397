"""Documents: what a version holds that can be found by its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rdflib import URIRef

from kg.namespaces import COVE, DCTERMS, FOAF, RDF, RDFS, SKOS
from kg.questions import question_iri, questions
from kg.search.graph import Graph

__all__ = ["FACETS", "KINDS", "RESTS_ON", "Document", "documents", "documents_about"]

FACETS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "Kind",
        "sector": "Sector",
        "country": "Country",
        "phase": "Phase",
        "design": "Study design",
        "direction": "Direction",
        "reading": "Read",
        "year": "Year",
        "concept": "Concept",
    }
)
"""The facets by which what is found can be narrowed, each with its title."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "work": "Work",
        "claim": "Claim",
        "concept": "Concept",
        "case": "Case",
        "proposition": "Proposition",
        "question": "Question",
    }
)
"""The kinds of thing that can be found, each with its name."""

# The facets of a claim, each with the property that says it; most are inferred from its case.
_OF_CLAIMS: Mapping[str, URIRef] = MappingProxyType(
    {
        "sector": COVE.evidenceSector,
        "country": COVE.evidenceCountry,
        "phase": COVE.evidencePhase,
        "design": COVE.evidenceDesign,
        "direction": COVE.direction,
        "reading": COVE.evidenceReadLevel,
        "concept": COVE.aboutConcept,
    }
)

RESTS_ON = frozenset(
    {
        *(RDF.type, RDFS.label, DCTERMS.title, DCTERMS.creator, FOAF.name),
        *(SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.scopeNote, SKOS.notation),
        *(SKOS.inScheme, SKOS.broaderTransitive),
        *_OF_CLAIMS.values(),
        *(COVE.reportedIn, COVE.assertsProposition, COVE.statement, COVE.locator),
        *(COVE.conditionText, COVE.effectText),
        *(COVE.year, COVE.readLevel, COVE.hasStudy, COVE.hasDesign),
        *(COVE.containerTitle, COVE.publisherName),
        *(COVE.reportedInWork, COVE.processOf, COVE.hasPhase),
        *(COVE.inSector, COVE.inCountry, COVE.place),
        *(COVE.subjectConcept, COVE.objectConcept, COVE.mediatorConcept, COVE.moderatorConcept),
    }
)
"""The properties from whose values documents are made."""

_Facets = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Document:
    """One thing with its words, the weightiest first, and its values by facet."""

    kind: str
    iri: str
    title: str
    names: str = ""
    body: str = ""
    more: str = ""
    about: str = ""
    work: str = ""
    facets: Mapping[str, set[str]] = field(default_factory=dict)


def documents(graph: Graph) -> Iterator[Document]:
    """Return all that can be found in a version."""
    for kind, (class_, make) in _MAKERS.items():
        for iri in graph.of_class(class_):
            if document := make(graph, kind, iri):
                yield document
    for one in questions().values():
        header = one.header
        names = _joined([one.name.replace("-", " "), *header.tags])
        iri = str(question_iri(one.name))
        yield Document("question", iri, header.summary, names, header.description, header.caution)


def documents_about(graph: Graph, iri: str) -> Iterator[Document]:
    """Return the documents of one thing: mostly one, and none of what cannot be found."""
    for kind, (class_, make) in _MAKERS.items():
        if graph.is_a(iri, class_) and (document := make(graph, kind, iri)):
            yield document


def _work(graph: Graph, kind: str, work: str) -> Document | None:
    """Make a work; its facets are those of its study, its cases and its claims."""
    title = graph.first(work, DCTERMS.title)
    if not title:  # works that are only cited have none
        return None
    claims = graph.subjects(COVE.reportedIn, work, of=COVE.Claim)
    cases = graph.subjects(COVE.reportedInWork, work, of=COVE.Case)
    facets = [_study_facets(graph, work)]
    facets += [_claim_facets(graph, claim) for claim in claims]
    facets += [_case_facets(graph, case) for case in cases]
    venue = graph.first(work, COVE.containerTitle)
    people = [*graph.get(work, DCTERMS.creator, FOAF.name), graph.label(work)]
    return Document(
        kind,
        work,
        title,
        names=_joined(people),
        more=_joined([venue, graph.first(work, COVE.publisherName)]),
        about=_joined([graph.label(work), venue]),
        work=work,
        facets=_united(facets),
    )


def _claim(graph: Graph, kind: str, claim: str) -> Document:
    work = graph.first(claim, COVE.reportedIn)
    told = (graph.first(claim, prop) for prop in (COVE.conditionText, COVE.effectText))
    return Document(
        kind,
        claim,
        graph.first(claim, COVE.statement),
        body=_joined(told),
        more=_joined([graph.first(claim, COVE.locator), graph.label(work)]),
        about=graph.label(work),
        work=work,
        facets=_claim_facets(graph, claim),
    )


def _concept(graph: Graph, kind: str, concept: str) -> Document:
    texts = graph.get(concept, SKOS.definition) + graph.get(concept, SKOS.scopeNote)
    others = graph.get(concept, SKOS.prefLabel)[1:] + graph.get(concept, SKOS.altLabel)
    return Document(
        kind,
        concept,
        graph.label(concept),
        names=_joined(others + graph.get(concept, SKOS.notation)),
        body=" ".join(texts),
        about=graph.label(graph.first(concept, SKOS.inScheme)),
        facets={"concept": {concept, *graph.get(concept, SKOS.broaderTransitive)}},
    )


def _case(graph: Graph, kind: str, case: str) -> Document:
    work = graph.first(case, COVE.reportedInWork)
    processes = (graph.label(each) for each in graph.subjects(COVE.processOf, case))
    settings = graph.get(case, COVE.inSector) + graph.get(case, COVE.inCountry)
    return Document(
        kind,
        case,
        graph.label(case),
        names=graph.first(case, COVE.place),
        body=_joined(processes),
        more=_joined(graph.label(each) for each in settings),
        about=graph.label(work),
        work=work,
        facets=_united([_case_facets(graph, case), _study_facets(graph, work)]),
    )


def _proposition(graph: Graph, kind: str, proposition: str) -> Document:
    """Make a proposition; its facets are those of the claims about it."""
    ends = (COVE.subjectConcept, COVE.objectConcept)
    between = (COVE.mediatorConcept, COVE.moderatorConcept)
    title = " → ".join(graph.label(graph.first(proposition, prop)) for prop in ends)
    through = [graph.label(each) for prop in between for each in graph.get(proposition, prop)]
    claims = graph.subjects(COVE.assertsProposition, proposition, of=COVE.Claim)
    facets = _united(_claim_facets(graph, claim) for claim in claims)
    return Document(kind, proposition, title, body=_joined(through), facets=facets)


def _claim_facets(graph: Graph, claim: str) -> _Facets:
    facets = {name: set(graph.get(claim, prop)) for name, prop in _OF_CLAIMS.items()}
    return facets | {"year": set(graph.get(claim, COVE.reportedIn, COVE.year))}


def _study_facets(graph: Graph, work: str) -> _Facets:
    return {
        "design": set(graph.get(work, COVE.hasStudy, COVE.hasDesign)),
        "reading": set(graph.get(work, COVE.readLevel)),
        "year": set(graph.get(work, COVE.year)),
    }


def _case_facets(graph: Graph, case: str) -> _Facets:
    return {
        "sector": set(graph.get(case, COVE.inSector)),
        "country": set(graph.get(case, COVE.inCountry)),
        "phase": {
            phase
            for process in graph.subjects(COVE.processOf, case)
            for phase in graph.get(process, COVE.hasPhase)
        },
    }


def _united(parts: Iterable[_Facets]) -> _Facets:
    whole: _Facets = {}
    for part in parts:
        for name, values in part.items():
            whole[name] = whole.get(name, set()) | values
    return whole


def _joined(texts: Iterable[str]) -> str:
    return " · ".join(text for text in texts if text)


# What is found, in the order of KINDS, each with its class and what makes a document of it.
_MAKERS: Mapping[str, tuple[URIRef, Callable[[Graph, str, str], Document | None]]] = (
    MappingProxyType(
        {
            "work": (COVE.Work, _work),
            "claim": (COVE.Claim, _claim),
            "concept": (SKOS.Concept, _concept),
            "case": (COVE.Case, _case),
            "proposition": (COVE.Proposition, _proposition),
        }
    )
)
