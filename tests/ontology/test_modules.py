"""The modules of the ontology are well written, and hold every name that the software uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyshacl
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic

from kg import ontology
from kg.namespaces import ADMS, BASE, BIBO, CITO, COVE, DCTERMS, OWL, PAV, RDF, RDFS, SKOS

ROOT = Path(__file__).parents[2]
ONTOLOGY = ROOT / "ontology"
SOURCES = [
    *sorted((ONTOLOGY / "modules").glob("*.ttl")),
    *sorted((ONTOLOGY / "alignments").glob("*.ttl")),
    ONTOLOGY / "vocabularies" / "definitions.ttl",
    ONTOLOGY / "shapes" / "ontology-style.ttl",
]
STYLE = ONTOLOGY / "shapes" / "ontology-style.ttl"
CONCEPT = BASE + "concept/"
REPAIR = (
    "python -c \"from rdflib import Graph; Graph(bind_namespaces='none').parse('{0}')"
    ".serialize('{0}', format='longturtle', canon=True)\""
)


def test_every_source_is_collected() -> None:
    assert len(SOURCES) == 24


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_source_is_what_longturtle_writes(path: Path) -> None:
    graph = Graph(bind_namespaces="none").parse(path)
    written = graph.serialize(format="longturtle", canon=True)
    assert path.read_text(encoding="utf-8") == written, f"run: {REPAIR.format(path)}"


def _own(graph: Graph) -> set[URIRef]:
    return {
        subject
        for subject in graph.subjects(RDF.type)
        if isinstance(subject, URIRef) and subject.startswith(COVE._NS)
    }


def test_every_name_in_the_software_is_a_term() -> None:
    names = {COVE[name] for name in COVE.__annotations__ if not name.startswith("_")}
    assert len(names) > 80
    assert names <= _own(ontology.core())


def test_every_outside_name_in_the_software_is_declared() -> None:
    core = ontology.core()
    named = [
        space[name]
        for space in (ADMS, BIBO, CITO, PAV)
        for name in space.__annotations__
        if not name.startswith("_")
    ]
    assert named
    assert not [name for name in named if (name, RDF.type, None) not in core]


def test_every_concept_that_an_axiom_names_is_in_a_vocabulary() -> None:
    known = set(ontology.vocabularies().subjects(RDF.type, SKOS.Concept))
    named = {
        term
        for graph in (ontology.core(), ontology.dl())
        for triple in graph
        for term in triple
        if isinstance(term, URIRef) and term.startswith(CONCEPT)
    }
    assert len(named) > 150
    assert named <= known, f"no such concept: {sorted(named - known)}"


def test_every_framework_has_a_scheme_that_exists() -> None:
    frameworks = list(ontology.core().subject_objects(COVE._NS["hasScheme"]))
    schemes = set(ontology.vocabularies().subjects(RDF.type, SKOS.ConceptScheme))
    assert len(frameworks) == 34
    assert {scheme for _, scheme in frameworks} <= schemes


def test_every_term_of_the_consistency_module_is_declared_in_the_core() -> None:
    core = ontology.core()
    used = {
        term
        for triple in ontology.dl()
        for term in triple
        if isinstance(term, URIRef) and term.startswith(COVE._NS)
    }
    assert not [term for term in used if (term, RDF.type, None) not in core]


def test_every_property_in_an_axiom_is_declared() -> None:
    core = ontology.core()
    used = {*core.objects(None, OWL.onProperty)}
    for chain in core.objects(None, OWL.propertyChainAxiom):
        used |= set(Collection(core, chain))
    assert len(used) > 40
    assert not [prop for prop in used if (prop, RDF.type, OWL.ObjectProperty) not in core]


def test_chains_use_named_inverses_only() -> None:
    core = ontology.core()
    links = [
        link
        for chain in core.objects(None, OWL.propertyChainAxiom)
        for link in Collection(core, chain)
    ]
    assert len(links) > 70
    assert not [link for link in links if isinstance(link, BNode)]


def test_no_source_imports_another_ontology() -> None:
    assert not [path for path in SOURCES if "owl:imports" in path.read_text(encoding="utf-8")]


def test_what_joins_records_is_what_rests_on_shared_nodes() -> None:
    joining = set(ontology.core().subjects(COVE.joinsRecords, Literal(True)))
    assert joining == {COVE._NS["contradicts"], COVE._NS["inTensionWith"], CITO.cites}


@pytest.mark.parametrize("number", range(1, 12))
def test_the_wordings_of_a_premise_form_one_chain(number: int) -> None:
    core = ontology.core()
    premise = URIRef(f"{BASE}premise/fp{number}")
    wordings = sorted(core.subjects(COVE._NS["versionOf"], premise))
    assert len(wordings) == (1 if number == 11 else 2 if number == 10 else 3)
    earlier = {core.value(w, URIRef("http://www.w3.org/ns/prov#wasRevisionOf")) for w in wordings}
    assert earlier == {None, *wordings[:-1]}


def test_five_premises_are_axioms_and_only_in_the_newest_wording() -> None:
    core = ontology.core()
    axioms = sorted(
        str(wording).rpartition("/")[2]
        for wording in core.subjects(COVE._NS["hasAxiomStatus"], Literal(True))
    )
    assert axioms == ["fp1-2016", "fp10-2016", "fp11-2016", "fp6-2016", "fp9-2016"]


def test_a_definition_and_its_class_demand_the_same_features() -> None:
    core = ontology.core()
    checked = 0
    for cls, restriction in core.subject_objects(RDFS.subClassOf):
        if core.value(restriction, OWL.onProperty) != COVE._NS["qualifiesUnder"]:
            continue
        definition = core.value(restriction, OWL.hasValue)
        demanded = {
            core.value(requirement, COVE.requiresFeature)
            for requirement in core.objects(definition, COVE.hasRequirement)
        }
        intersection = next(
            node
            for node in core.objects(cls, OWL.equivalentClass)
            if (node, OWL.intersectionOf, None) in core
        )
        tested = {
            core.value(member, OWL.hasValue)
            for member in Collection(core, core.value(intersection, OWL.intersectionOf))
        } - {None}
        assert tested == demanded, cls
        checked += 1
    assert checked == 12


def test_every_requirement_of_a_definition_has_a_source_and_a_status() -> None:
    core = ontology.core()
    requirements = list(core.subjects(RDF.type, COVE.FeatureRequirement))
    assert len(requirements) == 47
    for requirement in requirements:
        assert (requirement, DCTERMS.source, None) in core
        assert (requirement, ADMS.status, None) in core


def test_the_bridges_to_the_scheme_of_2016_are_attributed_to_its_authors() -> None:
    core = ontology.core()
    source = URIRef("https://doi.org/10.1080/14719037.2015.1111927")
    attributed = {
        (core.value(axiom, OWL.annotatedSource), core.value(axiom, OWL.annotatedTarget))
        for axiom in core.subjects(RDF.type, OWL.Axiom)
        if (axiom, DCTERMS.source, source) in core
    }
    terms = COVE._NS
    assert attributed == {
        (terms.IntrinsicProcess, terms.ORSInvoluntaryProcess),
        (terms.VoluntaryExtrinsicProcess, terms.ORSVoluntaryProcess),
        (terms.IndividualServiceProcess, terms.ORSIndividualProcess),
        (terms.ServiceSystemProcess, terms.ORSSystemProcess),
    }
    assert not [
        bridge for bridge in attributed if (bridge[0], RDFS.subClassOf, bridge[1]) not in core
    ]


def test_the_canonical_definitions_break_no_shape() -> None:
    shapes = Graph()
    for name in ("definition", "requirement"):
        shapes.parse(ONTOLOGY / "shapes" / f"{name}.ttl")
    definitions = Graph().parse(ONTOLOGY / "vocabularies" / "definitions.ttl")
    # a warning asks for the read level of the work, which the work's own record states
    conforms, _, report = pyshacl.validate(definitions, shacl_graph=shapes, allow_warnings=True)
    assert conforms, report


# ---------------------------------------------------------------- style


def _documented(graph: Graph) -> Graph:
    """Keep what is said of our own terms, without the expressions that a shape cannot read."""
    kept = Graph()
    for triple in graph:
        if str(triple[0]).startswith(COVE._NS) and not isinstance(triple[2], BNode):
            kept.add(triple)
    return kept


def _broken_shapes(graph: Graph) -> set[str]:
    _, report, _ = pyshacl.validate(graph, shacl_graph=Graph().parse(STYLE))
    source_shape = URIRef("http://www.w3.org/ns/shacl#sourceShape")
    return {str(shape).partition("#")[2] for shape in report.objects(None, source_shape)}


def test_every_term_is_documented_in_the_house_style() -> None:
    assert _broken_shapes(_documented(ontology.core())) == set()


TERM = COVE.Claim
RENAMED = COVE._NS["claimed_thing"]


def _replace(predicate: URIRef, *values: str) -> Callable[[Graph], None]:
    def change(graph: Graph) -> None:
        graph.remove((TERM, predicate, None))
        for value in values:
            graph.add((TERM, predicate, Literal(value, lang="en")))

    return change


def _rename(kind: URIRef) -> Callable[[Graph], None]:
    def change(graph: Graph) -> None:
        for _, predicate, value in list(graph.triples((TERM, None, None))):
            if predicate not in (RDF.type, RDFS.subClassOf):
                graph.add((RENAMED, predicate, value))
        graph.add((RENAMED, RDF.type, kind))

    return change


def _add(predicate: URIRef, value: URIRef | Literal) -> Callable[[Graph], None]:
    return lambda graph: _ignore(graph.add((TERM, predicate, value)))


def _ignore(_: object) -> None:
    """Give nothing, whatever a call gave."""


FLAWS: dict[str, Callable[[Graph], None]] = {
    "Term-prefLabel": _replace(SKOS.prefLabel),
    "Term-definition": _replace(SKOS.definition, "without a full stop"),
    "Term-example": _replace(SKOS.example, "One example.", "Two examples."),
    "Term-scopeNote": _replace(SKOS.scopeNote, "One note.", "Two notes."),
    "Term-negativeExample": _replace(COVE.negativeExample, "without a full stop"),
    "Term-editorialNote": _replace(SKOS.editorialNote, "One note.", "Two notes."),
    "Term-className": _rename(OWL.Class),
    "Term-propertyName": _rename(OWL.ObjectProperty),
    "Term-provisional": _add(ADMS.status, URIRef(CONCEPT + "status/provisional")),
    "Term-isReplacedBy": _add(OWL.deprecated, Literal(True)),
}


@pytest.mark.parametrize("shape", FLAWS)
def test_a_flaw_in_style_breaks_its_shape_and_no_other(shape: str) -> None:
    graph = Graph()
    for triple in _documented(ontology.core()).triples((TERM, None, None)):
        graph.add(triple)
    FLAWS[shape](graph)
    if shape == "Term-propertyName":
        graph.remove((TERM, None, None))
    broken = _broken_shapes(graph)
    assert broken == ({"Term-propertyName"} if shape == "Term-propertyName" else {shape})


def test_every_shape_of_style_has_a_flaw_that_breaks_it() -> None:
    shapes = Graph().parse(STYLE)
    message = URIRef("http://www.w3.org/ns/shacl#message")
    assert {str(s).partition("#")[2] for s in shapes.subjects(message)} == set(FLAWS)


def test_the_loader_reads_what_rdflib_reads() -> None:
    read = Graph()
    for path in sorted((ONTOLOGY / "alignments").glob("*.ttl")):
        read.parse(path)
    assert isomorphic(ontology.alignments(), read)
