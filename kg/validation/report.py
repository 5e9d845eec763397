"""The report of a validation: what was found, where, how grave, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.extras.shacl import build_shacl_path, parse_shacl_path
from rdflib.paths import Path
from rdflib.term import Node

from kg.namespaces import PREFIXES, RDF, SH

__all__ = ["Finding", "Report", "ResultPath", "findings_of"]

ResultPath = URIRef | Path

_GRAVITY = {SH.Violation: 0, SH.Warning: 1, SH.Info: 2}
_NAMESPACES = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


@dataclass(frozen=True, slots=True)
class Finding:
    """One validation result.

    `rule` is the number of the rule that the shape carries, `record` the named graph that holds
    the focus node, where it is known.
    """

    focus_node: Node
    path: ResultPath | None
    value: Node | None
    severity: URIRef
    shape: Node
    constraint: URIRef
    rule: str | None
    message: str
    record: URIRef | None = None

    def __str__(self) -> str:
        """Say it in one line: how grave, where, what and what to do."""
        where = _short(self.focus_node)
        if self.path is not None:
            where = f"{where} {_short(self.path)}"
        value = "" if self.value in (None, self.focus_node) else f" (found: {_short(self.value)})"
        rule = f" [{self.rule}]" if self.rule else ""
        kind = str(self.severity).rpartition("#")[2].lower()
        return f"{kind}: {where}: {self.message}{value}{rule}"


@dataclass(frozen=True)
class Report:
    """The findings of one validation, the gravest first."""

    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Report:
        """Make a report of findings that come in any order."""
        return cls(tuple(sorted(findings, key=_order)))

    @property
    def conforms(self) -> bool:
        """Tell whether nothing violates a shape; warnings and infos do not count."""
        return not self.violations

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that forbid a write."""
        return self._with(SH.Violation)

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are kept with a record and counted."""
        return self._with(SH.Warning)

    @cached_property
    def infos(self) -> tuple[Finding, ...]:
        """The findings that are worth knowing."""
        return self._with(SH.Info)

    def lines(self) -> tuple[str, ...]:
        """Say each finding in one line."""
        return tuple(map(str, self.findings))

    def within(self, record: URIRef) -> Report:
        """Return the same report with the record that its focus nodes belong to."""
        return Report(tuple(replace(finding, record=record) for finding in self.findings))

    def as_graph(self, name: URIRef | None = None) -> Graph:
        """Return the report as a `sh:ValidationReport`.

        With a name, the report and its results get IRIs below it, as published data must;
        without, they are blank nodes.
        """
        graph = Graph()
        report: URIRef | BNode = BNode() if name is None else name
        graph.add((report, RDF.type, SH.ValidationReport))
        # SHACL §3.5: any result, of whatever severity, makes this false
        graph.add((report, SH.conforms, Literal(not self.findings)))
        for number, finding in enumerate(self.findings, 1):
            result = BNode() if name is None else URIRef(f"{name}/{number}")
            graph.add((report, SH.result, result))
            for triple in _description(result, finding):
                graph.add(triple)
        return graph

    def _with(self, severity: URIRef) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == severity)


def findings_of(report: Graph, rules: dict[Node, str]) -> Iterable[Finding]:
    """Yield the findings that a `sh:ValidationReport` lists, with the rules of their shapes."""
    for result in report.objects(None, SH.result):
        values = dict(report.predicate_objects(result))
        path = values.get(SH.resultPath)
        shape = values[SH.sourceShape]
        yield Finding(
            focus_node=values[SH.focusNode],
            path=None if path is None else parse_shacl_path(report, path),
            value=values.get(SH.value),
            severity=_iri(values[SH.resultSeverity]),
            shape=shape,
            constraint=_iri(values[SH.sourceConstraintComponent]),
            rule=rules.get(shape),
            message=" ".join(sorted(map(str, report.objects(result, SH.resultMessage)))),
        )


def _description(result: URIRef | BNode, finding: Finding) -> Graph:
    graph = Graph()
    graph.add((result, RDF.type, SH.ValidationResult))
    graph.add((result, SH.focusNode, finding.focus_node))
    graph.add((result, SH.resultSeverity, finding.severity))
    graph.add((result, SH.sourceShape, finding.shape))
    graph.add((result, SH.sourceConstraintComponent, finding.constraint))
    graph.add((result, SH.resultMessage, Literal(finding.message, lang="en")))
    if finding.value is not None:
        graph.add((result, SH.value, finding.value))
    if finding.path is not None:
        path, _ = build_shacl_path(finding.path, graph)
        graph.add((result, SH.resultPath, path))
    return graph if isinstance(result, BNode) else _named(graph, result)


def _named(graph: Graph, result: URIRef) -> Graph:
    """Give the steps of a path IRIs: published data has no blank nodes."""
    focus = graph.value(result, SH.focusNode)
    steps = {node for node in graph.all_nodes() if isinstance(node, BNode) and node != focus}
    names: dict[Node, Node] = {
        step: URIRef(f"{result}/path/{number}") for number, step in enumerate(sorted(steps), 1)
    }
    named = Graph()
    for subject, predicate, value in graph:
        named.add((names.get(subject, subject), predicate, names.get(value, value)))
    return named


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    return (
        _GRAVITY.get(finding.severity, len(_GRAVITY)),
        str(finding.focus_node),
        str(finding.shape),
        str(finding.path),
        f"{finding.value!r} {finding.constraint}",
    )


def _iri(node: Node) -> URIRef:
    return URIRef(str(node))


def _short(term: Node | Path) -> str:
    """Write a term for people: without the namespaces that everybody knows."""
    if isinstance(term, Path):
        text = term.n3()
        for prefix, namespace in _NAMESPACES:
            text = text.replace(namespace, f"{prefix}:")
        return text.replace("<", "").replace(">", "")
    if isinstance(term, URIRef):
        for prefix, namespace in _NAMESPACES:
            if term.startswith(namespace):
                return f"{prefix}:{term.removeprefix(namespace)}"
        return term
    return repr(str(term))
