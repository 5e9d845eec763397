"""The vocabularies hold what the concept list and the coding guide say."""

from __future__ import annotations

import ast
import json
import os
import re
from pathlib import Path

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, SKOS

from kg.namespaces import ADMS, BASE, DOI, PREFIXES

ROOT = Path(__file__).parents[2]
EVIDENCE = Path(os.environ.get("COVE_EVIDENCE", ROOT.parent / "shared" / "evidence"))
pytestmark = pytest.mark.skipif(
    not (EVIDENCE / "concepts.jsonl").exists(),
    reason=f"the coding guide and concept list are not at {EVIDENCE}; set COVE_EVIDENCE",
)


COVE = Namespace(PREFIXES["cove"])
CONCEPT = Namespace(PREFIXES["concept"])
SCHEME = Namespace(PREFIXES["scheme"])


@pytest.fixture(scope="module")
def graph() -> Graph:
    whole = Graph()
    for path in (ROOT / "ontology" / "vocabularies").glob("*.ttl"):
        whole.parse(path)
    return whole


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


def _evidence_concepts(graph: Graph) -> list[URIRef]:
    return [
        concept
        for concept in graph.subjects(COVE.facet)
        if isinstance(concept, URIRef) and "/" not in concept.removeprefix(str(CONCEPT))
    ]


NOTES = {
    "unverified": "Unverified: the owner's own text was not read.",
    "names verified, inner definition not read": "Partly verified: the names were read",
    "unverified (wording only; the term is verified)": "Unverified wording: the term was read",
}


def _as_listed(graph: Graph, concept: URIRef) -> dict[str, object]:
    """Write a concept as a line of the concept list, but for its source note."""

    def codes(predicate: URIRef) -> list[str]:
        return sorted(str(o).removeprefix(str(CONCEPT)) for o in graph.objects(concept, predicate))

    scheme = str(_one(graph, concept, SKOS.inScheme)).removeprefix(str(SCHEME))
    (source,) = _texts(graph, concept, DCTERMS.source) or [""]
    written: dict[str, object] = {
        "code": str(_one(graph, concept, SKOS.notation)),
        "label": str(_one(graph, concept, SKOS.prefLabel)),
        "alt": _texts(graph, concept, SKOS.altLabel),
        "broader": codes(SKOS.broader),
        "related": codes(SKOS.related),
        "facet": codes(COVE.facet)[0].removeprefix("facet-"),
        "definition": str(_one(graph, concept, SKOS.definition)),
        "scope_note": "".join(_texts(graph, concept, SKOS.scopeNote)),
        "source": "CoVE (analytic grid of this project)"
        if source == BASE
        else source.removeprefix(str(DOI)),
        "scheme": "" if scheme == "cove" else scheme,
        "status": codes(ADMS.status)[0].removeprefix("status/"),
    }
    return {key: value for key, value in written.items() if value}


def _sorted_lists(entry: dict[str, object]) -> dict[str, object]:
    return {key: sorted(v) if isinstance(v, list) else v for key, v in entry.items()}


def test_the_evidence_concepts_are_those_of_the_concept_list(
    graph: Graph,
) -> None:
    lines = (EVIDENCE / "concepts.jsonl").read_text(encoding="utf-8").splitlines()
    listed = {entry["code"]: entry for entry in map(json.loads, lines)}
    notes = {code: entry.pop("source_note", None) for code, entry in listed.items()}
    # the list leaves this owned concept without a source, which the shapes refuse
    listed["sdl-co-production"]["source"] = str(
        _one(graph, CONCEPT["sdl-co-production"], DCTERMS.source)
    )
    written = {
        entry["code"]: entry for entry in (_as_listed(graph, c) for c in _evidence_concepts(graph))
    }
    assert len(listed) == 706
    assert written == {code: _sorted_lists(entry) for code, entry in listed.items()}
    for code, note in notes.items():
        said = "".join(_texts(graph, CONCEPT[code], SKOS.editorialNote))
        assert said.startswith(NOTES[note]) if note else not said, code


GUIDE_NAMES = {
    "acts_as": "lay-role",
    "by": "responsibility",
    "dimension": "value-dimension",
    "effect": "effect-direction",
    "initiated_by": "initiator",
    "kind": "claim-kind",
    "link": "link-type",
    "read_level": "read-level",
    "type": "work-type",
}


def test_the_code_lists_are_those_that_sheets_are_checked_by(graph: Graph) -> None:
    tree = ast.parse((EVIDENCE / "check_evidence.py").read_text(encoding="utf-8"))
    lists = {
        keyword.arg: set(keyword.value.value.split())
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for keyword in node.value.keywords
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
    }
    assert len(lists) == 27
    features = lists.pop("feature")
    assert features == _codes(graph, "definitional-feature") - {"definitional-feature"}
    for side in ("lay", "regular"):
        iris = graph.subjects(COVE.side, CONCEPT[f"side/{side}"])
        assert lists.pop(side) == {str(iri).rpartition("/")[2] for iri in iris}
    for name, codes in lists.items():
        assert name is not None
        assert _codes(graph, GUIDE_NAMES.get(name, name)) == codes, name


def test_the_code_lists_are_those_of_the_coding_guide(graph: Graph) -> None:
    guide = (EVIDENCE / "coding-guide.md").read_text(encoding="utf-8")
    names = {
        "Sectors": "sector",
        "Value holders": "holder",
        "Value dimensions": "value-dimension",
        "Designs": "design",
    }
    for heading, scheme in names.items():
        (line,) = re.findall(rf"^{heading}: (.+)$", guide, re.MULTILINE)
        assert _codes(graph, scheme) == set(line.split()), heading
