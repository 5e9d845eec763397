"""Documents: what a version holds that can be found by its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pyoxigraph as ox
from rdflib import URIRef

from kg.namespaces import COVE, DCTERMS, FOAF, RDF, RDFS, SKOS
from kg.questions import question_iri, questions
from kg.store import OpenVersion

__all__ = ["FACETS", "KINDS", "Document", "documents"]

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

_MERGED = ox.DefaultGraph()  # the merge of all named graphs
_Values = Mapping[str, list[str]]
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


class _Graph:
    """What a version says, read by one pass for each property."""

    def __init__(self, snapshot: OpenVersion) -> None:
        self._snapshot = snapshot
        self._read: dict[URIRef, _Values] = {}
        self._processes: defaultdict[str, list[str]] = defaultdict(list)

    def of_class(self, class_: URIRef) -> list[str]:
        """Return the things of a class, sorted."""
        found = self._snapshot.quads_for_pattern(None, _node(RDF.type), _node(class_), _MERGED)
        return sorted({q.subject.value for q in found if isinstance(q.subject, ox.NamedNode)})

    def values(self, prop: URIRef) -> _Values:
        """Return the values of a property by subject, English texts first."""
        if prop not in self._read:
            found: defaultdict[str, set[tuple[bool, str]]] = defaultdict(set)
            for quad in self._snapshot.quads_for_pattern(None, _node(prop), None, _MERGED):
                if isinstance(quad.subject, ox.NamedNode):
                    language = getattr(quad.object, "language", None)
                    text = str(getattr(quad.object, "value", ""))
                    found[quad.subject.value].add((language not in {"en", None}, text))
            self._read[prop] = {
                subject: [text for _, text in sorted(texts)] for subject, texts in found.items()
            }
        return self._read[prop]

    def get(self, iri: str, *path: URIRef) -> list[str]:
        """Follow properties from a thing."""
        found = [iri]
        for prop in path:
            values = self.values(prop)
            found = [value for each in found for value in values.get(each, ())]
        return list(dict.fromkeys(found))

    def first(self, iri: str, *path: URIRef) -> str:
        """Follow properties from a thing to the first value, an empty text without any."""
        return next(iter(self.get(iri, *path)), "")

    def processes(self, case: str) -> list[str]:
        """Return the processes of a case."""
        if not self._processes:
            for process, cases in self.values(COVE.processOf).items():
                for each in cases:
                    self._processes[each].append(process)
        return sorted(self._processes.get(case, ()))

    def label(self, iri: str) -> str:
        """Name a thing."""
        return self.first(iri, SKOS.prefLabel) or self.first(iri, RDFS.label)


def documents(snapshot: OpenVersion) -> Iterator[Document]:
    """Return all that can be found in a version."""
    graph = _Graph(snapshot)
    claims = {claim: _claim_facets(graph, claim) for claim in graph.of_class(COVE.Claim)}
    yield from _works(graph, claims)
    for claim, facets in claims.items():
        yield _claim(graph, claim, facets)
    for concept in graph.of_class(SKOS.Concept):
        yield _concept(graph, concept)
    for case in graph.of_class(COVE.Case):
        yield _case(graph, case)
    yield from _propositions(graph, claims)
    for one in questions().values():
        header = one.header
        names = _joined([one.name.replace("-", " "), *header.tags])
        iri = str(question_iri(one.name))
        yield Document("question", iri, header.summary, names, header.description, header.caution)


def _claim_facets(graph: _Graph, claim: str) -> _Facets:
    facets = {name: set(graph.get(claim, prop)) for name, prop in _OF_CLAIMS.items()}
    return facets | {"year": set(graph.get(claim, COVE.reportedIn, COVE.year))}


def _claim(graph: _Graph, claim: str, facets: _Facets) -> Document:
    work = graph.first(claim, COVE.reportedIn)
    told = (graph.first(claim, prop) for prop in (COVE.conditionText, COVE.effectText))
    return Document(
        "claim",
        claim,
        graph.first(claim, COVE.statement),
        body=_joined(told),
        more=_joined([graph.first(claim, COVE.locator), graph.label(work)]),
        about=graph.label(work),
        work=work,
        facets=facets,
    )


def _works(graph: _Graph, claims: Mapping[str, _Facets]) -> Iterator[Document]:
    """Return the works; the facets of one are those of its study, its cases and its claims."""
    by_work: defaultdict[str, list[_Facets]] = defaultdict(list)
    for claim, facets in claims.items():
        by_work[graph.first(claim, COVE.reportedIn)].append(facets)
    for case in graph.of_class(COVE.Case):
        by_work[graph.first(case, COVE.reportedInWork)].append(_case_facets(graph, case))
    for work in graph.of_class(COVE.Work):
        title = graph.first(work, DCTERMS.title)
        if title:  # works that are only cited have none
            venue = graph.first(work, COVE.containerTitle)
            people = [*graph.get(work, DCTERMS.creator, FOAF.name), graph.label(work)]
            yield Document(
                "work",
                work,
                title,
                names=_joined(people),
                more=_joined([venue, graph.first(work, COVE.publisherName)]),
                about=_joined([graph.label(work), venue]),
                work=work,
                facets=_united([_study_facets(graph, work), *by_work[work]]),
            )


def _study_facets(graph: _Graph, work: str) -> _Facets:
    return {
        "design": set(graph.get(work, COVE.hasStudy, COVE.hasDesign)),
        "reading": set(graph.get(work, COVE.readLevel)),
        "year": set(graph.get(work, COVE.year)),
    }


def _case_facets(graph: _Graph, case: str) -> _Facets:
    return {
        "sector": set(graph.get(case, COVE.inSector)),
        "country": set(graph.get(case, COVE.inCountry)),
        "phase": {
            phase
            for process in graph.processes(case)
            for phase in graph.get(process, COVE.hasPhase)
        },
    }


def _case(graph: _Graph, case: str) -> Document:
    work = graph.first(case, COVE.reportedInWork)
    processes = (graph.label(each) for each in graph.processes(case))
    settings = graph.get(case, COVE.inSector) + graph.get(case, COVE.inCountry)
    return Document(
        "case",
        case,
        graph.label(case),
        names=graph.first(case, COVE.place),
        body=_joined(processes),
        more=_joined(graph.label(each) for each in settings),
        about=graph.label(work),
        work=work,
        facets=_united([_case_facets(graph, case), _study_facets(graph, work)]),
    )


def _concept(graph: _Graph, concept: str) -> Document:
    texts = graph.get(concept, SKOS.definition) + graph.get(concept, SKOS.scopeNote)
    others = graph.get(concept, SKOS.prefLabel)[1:] + graph.get(concept, SKOS.altLabel)
    return Document(
        "concept",
        concept,
        graph.label(concept),
        names=_joined(others + graph.get(concept, SKOS.notation)),
        body=" ".join(texts),
        about=graph.label(graph.first(concept, SKOS.inScheme)),
        facets={"concept": {concept, *graph.get(concept, SKOS.broaderTransitive)}},
    )


def _propositions(graph: _Graph, claims: Mapping[str, _Facets]) -> Iterator[Document]:
    """Return the propositions; the facets of one are those of the claims about it."""
    about: defaultdict[str, list[_Facets]] = defaultdict(list)
    for claim, facets in claims.items():
        for proposition in graph.get(claim, COVE.assertsProposition):
            about[proposition].append(facets)
    for proposition in graph.of_class(COVE.Proposition):
        ends = (COVE.subjectConcept, COVE.objectConcept)
        between = (COVE.mediatorConcept, COVE.moderatorConcept)
        title = " → ".join(graph.label(graph.first(proposition, prop)) for prop in ends)
        through = [graph.label(each) for prop in between for each in graph.get(proposition, prop)]
        facets = _united(about[proposition])
        yield Document("proposition", proposition, title, body=_joined(through), facets=facets)


def _united(parts: Iterable[_Facets]) -> _Facets:
    whole: _Facets = {}
    for part in parts:
        for name, values in part.items():
            whole[name] = whole.get(name, set()) | values
    return whole


def _joined(texts: Iterable[str]) -> str:
    return " · ".join(text for text in texts if text)


def _node(iri: URIRef) -> ox.NamedNode:
    return ox.NamedNode(str(iri))
