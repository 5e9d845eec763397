"""The vocabularies are sound SKOS, and hold what the ontology reads from them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, SKOS

from kg import ontology
from kg.namespaces import ADMS, BASE, PREFIXES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "ontology" / "vocabularies"
FILES = sorted(path for path in FOLDER.glob("*.ttl") if path.stem != "definitions")

COVE = Namespace(PREFIXES["cove"])
CONCEPT = Namespace(PREFIXES["concept"])
SCHEME = Namespace(PREFIXES["scheme"])

EVIDENCE_CONCEPTS = 706
CODE_LISTS = {
    "appraisal-answer": 7,
    "awareness": 3,
    "cerqual-component": 4,
    "cerqual-concern": 4,
    "cerqual-confidence": 4,
    "claim-kind": 5,
    "coreness": 3,
    "country": 249,
    "design": 16,
    "direction": 5,
    "effect-direction": 5,
    "embedding": 4,
    "holder": 7,
    "initiator": 5,
    "instrument": 4,
    "intent": 2,
    "lay-role": 9,
    "level": 3,
    "link-type": 6,
    "locus": 3,
    "moment": 3,
    "phase": 7,
    "read-level": 3,
    "relation": 11,
    "responsibility": 4,
    "role": 16,
    "sector": 21,
    "side": 2,
    "size": 3,
    "status": 2,
    "strength": 4,
    "value-dimension": 13,
    "volition": 5,
    "work-type": 6,
}
MAPPINGS = (SKOS.closeMatch, SKOS.relatedMatch, SKOS.exactMatch)
HIERARCHY = (SKOS.broader, SKOS.narrower, SKOS.broadMatch, SKOS.narrowMatch)


@pytest.fixture(scope="module")
def concepts(graph: Graph) -> list[URIRef]:
    return sorted(iri for iri in graph.subjects(RDF.type, SKOS.Concept) if isinstance(iri, URIRef))


@pytest.fixture(scope="module")
def ancestors(graph: Graph, concepts: list[URIRef]) -> dict[URIRef, set[URIRef]]:
    def above(concept: URIRef) -> set[URIRef]:
        return {found for parent in _broader(graph, concept) for found in _up(graph, parent)}

    return {concept: above(concept) for concept in concepts}


def _broader(graph: Graph, concept: URIRef) -> Iterator[URIRef]:
    yield from graph.objects(concept, SKOS.broader)  # type: ignore[misc]  # rdflib says Node


def _up(graph: Graph, concept: URIRef) -> set[URIRef]:
    return set(graph.transitive_objects(concept, SKOS.broader))  # type: ignore[arg-type]  # as above


def _is_evidence_concept(concept: URIRef) -> bool:
    return "/" not in concept.removeprefix(str(CONCEPT))


def _one(graph: Graph, subject: URIRef, predicate: URIRef) -> object:
    (found,) = graph.objects(subject, predicate)
    return found


def _texts(graph: Graph, subject: URIRef, predicate: URIRef) -> list[str]:
    return sorted(str(text) for text in graph.objects(subject, predicate))


def _codes(graph: Graph, scheme: str) -> set[str]:
    return {
        str(_one(graph, concept, SKOS.notation))  # type: ignore[arg-type]  # rdflib says Node
        for concept in graph.subjects(SKOS.inScheme, SCHEME[scheme])
    }


# --- the files


def test_there_is_a_file_for_every_scheme() -> None:
    assert len(FILES) == 37 + len(CODE_LISTS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_what_longturtle_writes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    written = Graph().parse(data=text, format="turtle").serialize(format="longturtle")
    assert text == written, (
        f'{path.name} is not as rdflib writes it; repair it with: python -c "import rdflib; '
        f"rdflib.Graph().parse('{path}').serialize('{path}', format='longturtle')\""
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_holds_the_scheme_of_its_name_and_nothing_else(path: Path) -> None:
    graph = Graph().parse(path)
    scheme = SCHEME[path.stem]
    members = set(graph.subjects(SKOS.inScheme, scheme))
    assert list(graph.subjects(RDF.type, SKOS.ConceptScheme)) == [scheme]
    assert set(graph.subjects(RDF.type, SKOS.Concept)) == members
    assert set(graph.subjects()) == members | {scheme}
    assert {str(o) for o in graph.objects(None, SKOS.inScheme)} == {str(scheme)}


# --- each scheme, each concept


def test_the_schemes_hold_the_expected_numbers_of_concepts(
    graph: Graph, concepts: list[URIRef]
) -> None:
    assert sum(map(_is_evidence_concept, concepts)) == EVIDENCE_CONCEPTS
    assert {scheme: len(_codes(graph, scheme)) for scheme in CODE_LISTS} == CODE_LISTS
    assert len(concepts) == EVIDENCE_CONCEPTS + sum(CODE_LISTS.values())


def test_a_scheme_has_one_label_one_description_and_a_top_concept(graph: Graph) -> None:
    for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme):
        assert isinstance(scheme, URIRef)
        for predicate in (SKOS.prefLabel, DCTERMS.description):
            text = _one(graph, scheme, predicate)
            assert isinstance(text, Literal)
            assert text.language == "en"
        assert (None, SKOS.topConceptOf, scheme) in graph


def test_a_concept_has_one_label_one_definition_one_notation_and_one_scheme(
    graph: Graph, concepts: list[URIRef]
) -> None:
    for concept in concepts:
        label = _one(graph, concept, SKOS.prefLabel)
        definition = _one(graph, concept, SKOS.definition)
        notation = _one(graph, concept, SKOS.notation)
        assert isinstance(label, Literal)
        assert isinstance(definition, Literal)
        assert isinstance(notation, Literal)
        assert (label.language, definition.language) == ("en", "en"), concept
        assert (notation.language, notation.datatype) == (None, None), concept
        assert definition.endswith("."), concept
        assert str(label) == str(label).strip(), concept
        assert str(_one(graph, concept, SKOS.inScheme)).startswith(str(SCHEME))


def test_the_iri_of_a_concept_follows_from_its_notation(
    graph: Graph, concepts: list[URIRef]
) -> None:
    for concept in concepts:
        code = str(_one(graph, concept, SKOS.notation))
        scheme = str(_one(graph, concept, SKOS.inScheme)).removeprefix(str(SCHEME))
        path = f"{scheme}/{code}" if scheme in CODE_LISTS else code
        assert concept == CONCEPT[path]


@pytest.mark.parametrize("predicate", [SKOS.notation, SKOS.prefLabel], ids=["code", "label"])
def test_no_code_or_label_is_used_twice_in_a_scheme(
    graph: Graph, concepts: list[URIRef], predicate: URIRef
) -> None:
    used = Counter(
        (_one(graph, concept, SKOS.inScheme), str(_one(graph, concept, predicate)).casefold())
        for concept in concepts
    )
    assert [key for key, count in used.items() if count > 1] == []


def test_preferred_and_alternative_labels_are_disjoint(
    graph: Graph, concepts: list[URIRef]
) -> None:
    # SKOS Reference S13: https://www.w3.org/TR/skos-reference/#S13
    for concept in concepts:
        preferred = str(_one(graph, concept, SKOS.prefLabel)).casefold()
        alternatives = {text.casefold() for text in _texts(graph, concept, SKOS.altLabel)}
        assert preferred not in alternatives, concept


def test_every_text_is_english(graph: Graph) -> None:
    for predicate in (SKOS.altLabel, SKOS.scopeNote, SKOS.editorialNote):
        texts = list(graph.objects(None, predicate))
        assert texts
        assert {text.language for text in texts if isinstance(text, Literal)} == {"en"}


# --- hierarchy and relations


def test_every_concept_that_is_pointed_to_exists(graph: Graph, concepts: list[URIRef]) -> None:
    known = {*concepts, *graph.subjects(RDF.type, SKOS.ConceptScheme), URIRef(BASE)}
    known |= {*ontology.core().subjects(RDF.type)}
    ours = {term for term in graph.objects() if isinstance(term, URIRef) and term.startswith(BASE)}
    assert ours - known == set()


def test_no_concept_is_broader_than_itself(ancestors: dict[URIRef, set[URIRef]]) -> None:
    assert [concept for concept, above in ancestors.items() if concept in above] == []


def test_no_concept_is_an_orphan(graph: Graph, concepts: list[URIRef]) -> None:
    for concept in concepts:
        assert any(_broader(graph, concept)) or (concept, SKOS.topConceptOf, None) in graph, concept


def test_every_concept_hangs_from_a_top_concept_of_its_scheme(
    graph: Graph, concepts: list[URIRef]
) -> None:
    for concept in concepts:
        scheme = _one(graph, concept, SKOS.inScheme)
        tops = set(graph.subjects(SKOS.topConceptOf, scheme))  # type: ignore[arg-type]  # rdflib says Node
        assert _up(graph, concept) & tops, concept


def test_a_top_concept_has_nothing_broader_in_its_own_scheme(graph: Graph) -> None:
    for concept, scheme in graph.subject_objects(SKOS.topConceptOf):
        assert (concept, SKOS.inScheme, scheme) in graph
        for parent in graph.objects(concept, SKOS.broader):
            assert (parent, SKOS.inScheme, scheme) not in graph


def test_no_related_concepts_are_on_one_hierarchical_path(
    graph: Graph, ancestors: dict[URIRef, set[URIRef]]
) -> None:
    # SKOS Reference S27; relatedMatch is a kind of related (S41)
    clashes = [
        (one, other)
        for predicate in (SKOS.related, SKOS.relatedMatch)
        for one, other in graph.subject_objects(predicate)
        if one in ancestors[other] or other in ancestors[one] or one == other  # type: ignore[index]  # rdflib says Node
    ]
    assert clashes == []


def test_mappings_join_different_schemes_and_are_never_denied(graph: Graph) -> None:
    joined = [pair for predicate in MAPPINGS[:2] for pair in graph.subject_objects(predicate)]
    assert joined
    for one, other in joined:
        assert graph.value(one, SKOS.inScheme) != graph.value(other, SKOS.inScheme), one
        assert (one, OWL.differentFrom, other) not in graph, one
        assert (other, OWL.differentFrom, one) not in graph, one


def test_no_author_s_term_is_declared_the_same_as_another_s(graph: Graph) -> None:
    matched = set(graph.subjects(SKOS.exactMatch))
    assert matched == set(graph.subjects(SKOS.inScheme, SCHEME.country))
    assert not any((None, predicate, None) in graph for predicate in HIERARCHY[2:])


def test_homonyms_of_different_schemes_are_mapped_or_told_apart(
    graph: Graph, concepts: list[URIRef]
) -> None:
    by_name: dict[str, list[URIRef]] = defaultdict(list)
    for concept in concepts:
        label = str(_one(graph, concept, SKOS.prefLabel)).casefold()
        plain = re.sub(r"^(locus|time|origin): ", "", re.sub(r"\s*\(.*?\)", "", label))
        by_name[plain].append(concept)
    homonyms = [pair for group in by_name.values() for pair in combinations(group, 2)]
    assert len(homonyms) > 50
    joins = (*MAPPINGS, OWL.differentFrom)
    assert [
        (one, other)
        for one, other in homonyms
        if not any((one, p, other) in graph or (other, p, one) in graph for p in joins)
    ] == []


@pytest.mark.parametrize(
    "family",
    [
        "co-production ors2016-co-production psl2021-co-production sdl-co-production",
        "co-design ors2016-co-design psl2021-co-design role-co-designer method-co-design",
        "co-creation value-co-creation gronroos-voima2013-value-co-creation",
        "ors2016-co-construction psl2021-co-construction",
        "ors2016-involuntary embedding-intrinsic involvement-mandated awareness-unconscious",
        "value-co-destruction value-destruction value-no-creation dis-value co-contamination"
        " public-value-failure value-co-recovery",
    ],
    ids=lambda family: family.split()[0],
)
def test_the_contested_senses_are_told_apart(graph: Graph, family: str) -> None:
    for one, other in combinations(family.split(), 2):
        pair = (CONCEPT[one], CONCEPT[other])
        assert (pair[0], OWL.differentFrom, pair[1]) in graph or (
            pair[1],
            OWL.differentFrom,
            pair[0],
        ) in graph, (one, other)


# --- what the ontology reads from the vocabularies


def test_every_evidence_concept_has_one_facet(graph: Graph, concepts: list[URIRef]) -> None:
    facets = set(graph.subjects(SKOS.topConceptOf, SCHEME.cove))
    assert len(facets) == 14
    for concept in filter(_is_evidence_concept, concepts):
        assert _one(graph, concept, COVE.facet) in facets


def test_every_role_is_on_one_side(graph: Graph) -> None:
    sides = Counter(
        _one(graph, role, COVE.side)  # type: ignore[arg-type]  # rdflib says Node
        for role in graph.subjects(SKOS.inScheme, SCHEME.role)
    )
    assert sides == {CONCEPT["side/lay"]: 6, CONCEPT["side/regular"]: 10}


def test_opposites_are_the_poles_that_the_scope_notes_name(graph: Graph) -> None:
    poles = {
        (concept, CONCEPT[found[1]])
        for concept, note in graph.subject_objects(SKOS.scopeNote)
        if (found := re.search(r"Opposite pole: ([a-z-]+)", str(note)))
    }
    opposites = set(graph.subject_objects(COVE.oppositeOf))
    assert len(opposites) == 34
    assert opposites == poles == {(other, one) for one, other in opposites}


def test_a_concept_that_an_author_owns_names_its_source(
    graph: Graph, concepts: list[URIRef]
) -> None:
    owned = [
        concept
        for concept in filter(_is_evidence_concept, concepts)
        if (concept, SKOS.inScheme, SCHEME.cove) not in graph
    ]
    assert len(owned) == EVIDENCE_CONCEPTS - 469
    assert [concept for concept in owned if (concept, DCTERMS.source, None) not in graph] == []


def test_what_is_unverified_says_so_and_is_provisional(graph: Graph) -> None:
    noted = {
        concept
        for concept, note in graph.subject_objects(SKOS.editorialNote)
        if str(note).startswith(("Unverified", "Partly verified"))
    }
    assert len(noted) == 103
    for concept in noted:
        assert (concept, ADMS.status, CONCEPT["status/provisional"]) in graph, concept


def test_every_country_matches_one_of_the_european_authority_table(graph: Graph) -> None:
    matches = Counter(
        str(_one(graph, country, SKOS.exactMatch))  # type: ignore[arg-type]  # rdflib says Node
        for country in graph.subjects(SKOS.inScheme, SCHEME.country)
    )
    assert len(matches) == CODE_LISTS["country"]
    assert all(re.search(r"/authority/country/[A-Z]{3}$", iri) for iri in matches)
    sweden = CONCEPT["country/SE"]
    assert str(_one(graph, sweden, SKOS.prefLabel)) == "Sweden"
    assert str(_one(graph, sweden, SKOS.exactMatch)).endswith("/SWE")
