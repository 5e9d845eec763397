"""The arrows between modules point down: no cycle, no import of a layer above."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# From the bottom up; the rooms of one line do not know one another.
LAYERS = (
    ("kg.errors", "kg.lexemes", "kg.namespaces", "kg.settings"),
    ("kg.identifiers", "kg.updates"),
    ("kg.records",),
    ("kg.codes", "kg.mappings", "kg.references"),
    ("kg.thesaurus",),
    ("kg.bibliographies", "kg.triples"),
    ("kg.anchors", "kg.duplicates", "kg.readers"),
    ("kg.agreement", "kg.appraisal", "kg.exchange"),
    ("kg.ontology", "kg.reasoning"),
    ("kg.entailment", "kg.validation"),
    ("kg.store",),
    (
        "kg.accounts",
        "kg.audit",
        "kg.backups",
        "kg.forms",
        "kg.ingest",
        "kg.jsonld",
        "kg.nanopublications",
    ),
    ("kg.questions", "kg.suggestions", "kg.synthesis"),
    ("kg.dataset", "kg.descriptions", "kg.harvest", "kg.search"),
    ("kg.bench", "kg.review", "kg"),
    ("kg.cli",),
    ("server",),
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
MODULES = sorted(path for top in ("kg", "server") for path in (ROOT / top).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """Return the first two names of a module of kg, or server."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "kg" else parts[0]


NAMES = {name_of(path) for path in MODULES}


def imports_of(path: Path) -> set[str]:
    """Return the modules of ours that a module imports when it is loaded."""
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in [*tree.body, *(n for f in tree.body if isinstance(f, ast.Try) for n in f.body)]:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {one if one in NAMES else node.module for one in full}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {module for module in found if module in NAMES}


def test_every_module_is_found_and_belongs_to_a_layer() -> None:
    assert len(MODULES) > 60
    assert {room_of(name) for name in NAMES} <= set(LEVEL)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_what_lies_below(path: Path) -> None:
    mine = room_of(name_of(path))
    above = {
        module
        for module in imports_of(path)
        if room_of(module) != mine and LEVEL[room_of(module)] >= LEVEL[mine]
    }
    assert not above, f"{name_of(path)} imports {sorted(above)}"


def test_no_modules_import_one_another_in_a_circle() -> None:
    graph = {name_of(path): imports_of(path) - {name_of(path)} for path in MODULES}
    while graph:
        # A package and what it re-exports are one: its modules never import it.
        leaves = {name for name, needs in graph.items() if not needs & graph.keys()}
        assert leaves, f"a circle among {sorted(graph)}"
        graph = {name: needs for name, needs in graph.items() if name not in leaves}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_at_most_four_hundred_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_is_at_most_sixty_lines(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert not long


# These write queries from terms or hold none of a person's: the compiler of axioms to rules.
SPARQL_IN_PYTHON = ("kg/entailment/",)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_sparql_lives_in_query_files(path: Path) -> None:
    if str(path.relative_to(ROOT)).startswith(SPARQL_IN_PYTHON):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    assert not [
        text
        for text in texts
        if any(
            form in text
            for form in ("SELECT ?", "SELECT *", "SELECT (", "CONSTRUCT {", "ASK {", "INSERT {")
        )
        and "{" in text
        and ">>>" not in text
        and text != "ASK {}"  # the query that asks nothing: is there somebody?
    ]
