"""RDF in the terms of the ontology: what is read, what no record carries, what is dangerous."""

from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.errors import SourceError
from kg.identifiers import mint
from kg.namespaces import BASE, BIBO, COVE, DCTERMS, RDF, RDFS, SKOS, XSD
from kg.readers import Reading, parse, read_stream
from kg.readers.documents import FORMATS
from kg.records import Work
from kg.triples import to_triples

Edit = Callable[[Graph], object]
ID = "made-2020-every-field"
WORK, STUDY, CLAIM = mint("work", ID), mint("study", ID), mint("claim", ID, "1")
NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def told(content: bytes | str, suffix: str = ".ttl") -> list[str]:
    stream = BytesIO(content.encode() if isinstance(content, str) else content)
    found = read_stream(stream, suffix, source=f"made{suffix}")
    return [one.work.id if isinstance(one, Reading) else str(one) for one in found]


def as_turtle(work: Work, edit: Edit = lambda graph: None) -> bytes:
    graph = Graph()
    for triple in to_triples(work):
        graph.add(triple)
    edit(graph)
    return graph.serialize(format="turtle", encoding="utf-8")


def add(*triple: Node) -> Edit:
    return lambda graph: graph.add(triple)  # type: ignore[arg-type]  # three terms


def change(subject: Node, predicate: Node, value: Node) -> Edit:
    return lambda graph: graph.set((subject, predicate, value))


def drop(subject: Node, predicate: Node) -> Edit:
    return lambda graph: graph.remove((subject, predicate, None))


def test_turtle_is_read_without_a_line(work: Work) -> None:
    (found,) = read_stream(BytesIO(as_turtle(work)), ".ttl", source="made.ttl")
    assert isinstance(found, Reading)
    assert (found.work.id, found.source, found.line) == (ID, "made.ttl", None)


def test_a_mark_of_utf_8_is_no_matter(work: Work) -> None:
    assert told(b"\xef\xbb\xbf" + as_turtle(work)) == [ID]


def test_other_forms_of_the_same_values_are_taken(work: Work) -> None:
    def edit(graph: Graph) -> None:
        graph.set((WORK, BIBO.doi, Literal("https://doi.org/10.1234/MADE")))
        graph.set((WORK, COVE.year, Literal("02020", datatype=XSD.int, normalize=False)))
        graph.set((WORK, COVE.publisherName, Literal(" Made Press ", lang="en")))
        graph.remove((None, RDFS.label, Literal("Made and Made Body (2020)")))

    (found,) = read_stream(BytesIO(as_turtle(work, edit)), ".ttl", source="made.ttl")
    assert isinstance(found, Reading), str(found)
    assert (found.work.doi, found.work.year) == ("10.1234/made", 2020)


CASES: dict[str, tuple[Edit, str]] = {
    "a missing design": (
        drop(STUDY, COVE.hasDesign),
        f"{WORK}: Missing required argument 'design'; add the property that carries it",
    ),
    "a missing title": (drop(WORK, DCTERMS.title), f"{WORK}: has no {DCTERMS.title}; add it"),
    "two years": (add(WORK, COVE.year, Literal(2019)), f"{WORK}: has 2 values of year; keep one"),
    "an unknown concept": (
        change(STUDY, COVE.hasDesign, mint("concept", "design", "guess")),
        f"'{BASE}concept/design/guess' is not a code of any vocabulary; see the coding guide",
    ),
    "a code of another list": (
        change(STUDY, COVE.hasDesign, mint("concept", "volition", "mandated")),
        "study: design 'mandated' is not a code of design; see the coding guide",
    ),
    "a year that is no number": (
        change(WORK, COVE.year, Literal("MMXX")),
        "a value or IRI is not of the form that the ontology asks for: "
        "invalid literal for int() with base 10: ",
    ),
    "a title with a control character": (
        change(WORK, DCTERMS.title, Literal("a\u0007b")),
        "title has the control character U+0007; remove it",
    ),
    "a property that no record has": (
        add(WORK, SKOS.note, Literal("x")),
        f"says what no record carries: {WORK} {SKOS.note} x; remove it, or load it apart",
    ),
    "a class that no record has": (
        add(CLAIM, RDF.type, SKOS.Concept),
        f"says what no record carries: {CLAIM} {RDF.type} {SKOS.Concept}; "
        "remove it, or load it apart",
    ),
    "two cases of one claim": (
        add(CLAIM, COVE.aboutCase, mint("case", ID, "2")),
        "claim 1: process '1' is not in case 2; add or correct it",
    ),
    "a claim that is another work's": (
        add(mint("claim", "made-other", "1"), COVE.reportedIn, WORK),
        "describes parts of 'made-other', but no cove:Work; add ",
    ),
    "no class of the work": (
        drop(WORK, RDF.type),
        f"describes parts of '{ID}', but no cove:Work; add {WORK}",
    ),
    "a stranger": (
        add(URIRef("https://example.org/"), RDFS.label, Literal("x")),
        f"says what no record carries: https://example.org/ {RDFS.label} x; "
        "remove it, or load it apart",
    ),
    "a blank node": (add(BNode("x"), RDFS.label, Literal("x")), "says what no record carries: _:"),
    "an agent that nobody is": (
        add(mint("agent", "nobody"), RDFS.label, Literal("Nobody")),
        f"says what no record carries: {BASE}agent/nobody {RDFS.label} Nobody; ",
    ),
}


# What is no part of the work, so that it goes in.
APART = {
    "a stranger",
    "a blank node",
    "an agent that nobody is",
    "a claim that is another work's",
}


@pytest.mark.parametrize("name", CASES)
def test_a_graph_is_refused_for(name: str, work: Work) -> None:
    edit, what = CASES[name]
    said = told(as_turtle(work, edit))
    assert any(
        one.removeprefix("made.ttl")
        .lstrip(": ")
        .removeprefix(f"{ID}: ")
        .removeprefix("made-other: ")
        .startswith(what)
        for one in said
    ), said
    is_apart = name in APART
    assert (ID in said) is is_apart


def test_a_work_that_is_refused_does_not_keep_another_out(work: Work) -> None:
    bad = as_turtle(work, drop(STUDY, COVE.hasDesign))
    good = as_turtle(work).replace(ID.encode(), b"made-good").replace(b"10.1234/made", b"10.1234/g")
    assert [one for one in told(bad + good) if one == "made-good"]


def test_graphs_of_cove_itself_are_passed_over(work: Work) -> None:
    def quads(name: str) -> Iterable[ox.Quad]:
        for quad in ox.parse(as_turtle(work), format=ox.RdfFormat.TURTLE):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name))

    label, x = ox.NamedNode(str(RDFS.label)), ox.NamedNode("https://example.org/")
    for name in ("ontology", "scheme/cove", f"record/{ID}/inferred", "shapes"):
        more = ox.Quad(x, label, ox.Literal("x"), ox.NamedNode(BASE + name))
        content = ox.serialize([*quads(f"{BASE}record/{ID}"), more], format=ox.RdfFormat.TRIG)
        assert told(content, ".trig") == [ID]


def test_a_graph_without_works_is_refused() -> None:
    assert told("") == ["made.ttl: describes no work; load it apart, or see the ontology"]


SYNTAX = {
    ".ttl": (
        "<a:s> <a:p> 1 .\n<a:s> <a:p> x .",
        "made.ttl:2: is not Turtle: x is not a valid RDF object at column 13; correct it there",
    ),
    ".nt": ("<a:s> <a:p> 1 .", "made.nt:1: is not N-Triples: "),
    ".trig": ("{{", "made.trig:1: is not TriG: "),
    ".nq": ("x", "made.nq:1: is not N-Quads: "),
    ".jsonld": ('{"@id": }', "made.jsonld:1: is not JSON-LD: "),
    ".rdf": ("<a>\n<b></a>", "made.rdf:2: is not XML: mismatched tag: line 2, column 5"),
}


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_a_fault_of_syntax_is_told_at_its_line(suffix: str) -> None:
    content, what = SYNTAX[suffix]
    (error,) = told(content, suffix)
    assert error.startswith(what)


def xml(content: str, start: str = "") -> str:
    return f'<?xml version="1.0"?>\n{start}<r:RDF xmlns:r="{NAMESPACE}">{content}</r:RDF>'


DANGERS = {
    "brackets": (".ttl", "<a:s> <a:p> " + "[<a:p> " * 200_000),
    "lists": (".ttl", "<a:s> <a:p> " + "(" * 50_000),
    "triple terms": (
        ".ttl",
        "<a:s> <a:p> " + "<<( <a:s> <a:p> " * 200_000 + "1" + " )>>" * 200_000,
    ),
    "triple terms of N-Triples": (".nt", "<a:s> <a:p> " + "<<(<a:s> <a:p> " * 200_000),
    "a literal": (".ttl", '<a:s> <a:p> "' + "x" * 20_000_000 + '" .'),
    "objects of JSON": (".jsonld", '{"http://a/p":' * 200_000),
    "lists of JSON": (".jsonld", "[" * 200_000),
    "elements": (".rdf", xml("<a><b>" * 50_000)),
    "entities": (".rdf", xml("&b;", '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>\n')),
    "a document elsewhere": (".rdf", xml("", '<!DOCTYPE x SYSTEM "file:///etc/passwd">\n')),
    "a context elsewhere": (".jsonld", '{"@context": "http://127.0.0.1:9/c", "@id": "http://a"}'),
}
SAID = {
    "triple terms": "has too many triple terms (<<); leave them out",
    "a literal": "cannot be parsed as Turtle: ",
    "elements": "is nested deeper than 64 elements; write it flat",
    "entities": "has a DOCTYPE, which is not taken; write entities out and remove it",
    "a document elsewhere": "has a DOCTYPE, which is not taken; write entities out and remove it",
    "a context elsewhere": "is not JSON-LD: its context is at another address, which is not "
    "fetched; write the context out; correct it there",
}


@pytest.mark.parametrize("name", DANGERS)
def test_a_dangerous_document_is_one_error(name: str) -> None:
    suffix, content = DANGERS[name]
    (error,) = told(content, suffix)
    assert error.startswith(f"made{suffix}")
    assert len(error) < 500
    assert SAID.get(name, "") in error


def test_foreign_rdf_is_parsed_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "made.nq"
    path.write_text('<a:s> <a:p> "x" <a:g> .\n_:b <a:p> <a:o> .\n', encoding="utf-8")
    assert [str(triple.object) for triple in parse(path)] == ['"x"', "<a:o>"]


def test_foreign_rdf_with_a_fault_raises_it(tmp_path: Path) -> None:
    path = tmp_path / "made.ttl"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(SourceError, match=r"made\.ttl:1: is not Turtle"):
        list(parse(path))
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        list(parse(tmp_path / "none.ttl"))
    with pytest.raises(SourceError, match=r"format '\.csv' is not read; use one of \.ttl"):
        list(parse(tmp_path / "made.csv"))
