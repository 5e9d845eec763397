"""Keep the facts of a version, its counts first, in a file beside it.

The file is no part of the version: it can be made again by counting, and is when it is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import uuid4

import msgspec
import pyoxigraph as ox

from kg.descriptions.counts import TYPE, Counts, count
from kg.descriptions.following import follow
from kg.entailment.placing import is_inferred
from kg.errors import StoreError
from kg.namespaces import BASE, COVE, PREFIXES, SKOS
from kg.store import OpenVersion, Place, VersionInfo, changed_quads

__all__ = ["Facts", "facts_of", "kept"]

_FORM = 2  # of the file; another number is another file, so that old ones are counted afresh
_MOST = 20  # files; those of old versions are rarely asked for
_MOST_GRAPHS = 1_000
_RECORDS = PREFIXES["record"]
_CLASSES = tuple(
    ox.NamedNode(str(class_))
    for class_ in (
        *(COVE.Work, COVE.Claim, COVE.CoProcess, COVE.Case),
        *(SKOS.Concept, SKOS.ConceptScheme),
    )
)
"""The classes of which descriptions show an example."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What descriptions tell of a version, its counts first.

    `graphs` are no records; `asserted` are the classes that things are said to be of, and not only
    inferred.
    """

    counts: Counts
    graphs: tuple[str, ...]
    asserted: tuple[str, ...]
    examples: tuple[str, ...]


class _Kept(msgspec.Struct, frozen=True):
    """Counts in the form of a file; the keys of counters are lists, for JSON has no tuples."""

    identifier: str
    graphs: tuple[str, ...]
    asserted: tuple[str, ...]
    examples: tuple[str, ...]
    totals: tuple[int, int, int, int]
    counters: list[list[tuple[list[str], int]]]


def kept(home: Place, info: VersionInfo) -> Facts | None:
    """Return the facts that are kept of a version, None where there are none."""
    try:
        found = msgspec.json.decode(_path(home, info.number).read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return None
    if found.identifier != info.identifier:
        return None
    counts = Counts(*found.totals)
    for counter, entries in zip(counts.counters(), found.counters, strict=True):
        for key, number in entries:
            counter[_key(key)] = number  # type: ignore[index]  # as it was written
    return Facts(counts, found.graphs, found.asserted, found.examples)


def facts_of(home: Place, number: int) -> Facts:
    """Return the facts of a version, made and kept where they are missing.

    They follow from those of an earlier version where that is less work than reading all.
    """
    info = home.info(number)
    facts = kept(home, info)
    if facts is None:
        with home.open(number) as snapshot:
            facts = _followed(home, info, snapshot) or _afresh(snapshot)
        _keep(home, info, facts)
    return facts


def _keep(home: Place, info: VersionInfo, facts: Facts) -> None:
    """Write the facts of a version, whole or not at all."""
    counts = facts.counts
    entries = [
        sorted(([key] if isinstance(key, str) else list(key), number) for key, number in c.items())
        for c in counts.counters()
    ]
    totals = (counts.triples, counts.subjects, counts.objects, counts.entities)
    names = (facts.graphs, facts.asserted, facts.examples)
    data = _Kept(info.identifier, *names, totals, entries)
    path = _path(home, info.number)
    unfinished = path.with_name(f".{uuid4().hex}")
    try:
        path.parent.mkdir(exist_ok=True)
        unfinished.write_bytes(msgspec.json.encode(data))
        unfinished.replace(path)
        _forget(path.parent, info.number - _MOST)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"cannot write {path}: {error}; see to the disk") from error


def _afresh(snapshot: OpenVersion) -> Facts:
    examples = (_example(snapshot, class_) for class_ in _CLASSES)
    return Facts(count(snapshot), _graphs(snapshot), _asserted(snapshot), _chosen(examples))


def _followed(home: Place, info: VersionInfo, after: OpenVersion) -> Facts | None:
    cost = info.added + info.removed
    for earlier in range(info.number - 1, max(info.number - _MOST, 0), -1):
        if cost > info.quads // 4:
            break
        base = home.info(earlier)
        facts = kept(home, base)
        if facts is not None:
            touched = changed_quads(home, earlier, info.number)
            if touched is None:
                break
            with home.open(earlier) as before:
                counts = follow(facts.counts, before, after, {quad.triple for quad in touched})
                examples = (
                    _example_followed(facts.examples, class_, touched, before, after)
                    for class_ in _CLASSES
                )
                asserted = _asserted_followed(facts.asserted, touched, after)
                return Facts(counts, _graphs(after), asserted, _chosen(examples))
        cost += base.added + base.removed
    return None


def _graphs(snapshot: OpenVersion) -> tuple[str, ...]:
    names = (str(name) for name in snapshot.graph_names() if not name.startswith(_RECORDS))
    return tuple(islice(names, _MOST_GRAPHS))


def _asserted(snapshot: OpenVersion) -> tuple[str, ...]:
    """Return the classes of rdf:type statements outside the graphs of what was inferred."""
    found = set(map(_class_said, snapshot.quads_for_pattern(None, TYPE, None)))
    return tuple(sorted(filter(None, found)))


def _asserted_followed(
    asserted: Iterable[str], touched: Iterable[ox.Quad], after: OpenVersion
) -> tuple[str, ...]:
    found = set(asserted)
    for class_ in filter(None, set(map(_class_said, touched))):
        if any(map(_class_said, after.quads_for_pattern(None, TYPE, ox.NamedNode(class_)))):
            found.add(class_)
        else:
            found.discard(class_)
    return tuple(sorted(found))


def _class_said(quad: ox.Quad) -> str:
    """Return the class that a quad says something to be of; empty where that was inferred."""
    is_said = quad.predicate == TYPE and not is_inferred(quad.graph_name)
    return quad.object.value if is_said and isinstance(quad.object, ox.NamedNode) else ""


def _example(snapshot: OpenVersion, class_: ox.NamedNode) -> str | None:
    """Return the first of our own things of a class."""
    return _first(snapshot.quads_for_pattern(None, TYPE, class_))


def _example_followed(
    examples: Iterable[str],
    class_: ox.NamedNode,
    touched: Iterable[ox.Quad],
    before: OpenVersion,
    after: OpenVersion,
) -> str | None:
    old = next((iri for iri in examples if _is_a(before, iri, class_)), None)
    if old and not _is_a(after, old, class_):
        return _example(after, class_)
    typed = (quad for quad in touched if quad.predicate == TYPE and quad.object == class_)
    new = _first(quad for quad in typed if next(after.quads_for_pattern(*quad.triple), None))
    return min((iri for iri in (old, new) if iri), default=None)


def _is_a(snapshot: OpenVersion, iri: str, class_: ox.NamedNode) -> bool:
    found = snapshot.quads_for_pattern(ox.NamedNode(iri), TYPE, class_)
    return next(found, None) is not None


def _first(quads: Iterable[ox.Quad]) -> str | None:
    iris = (quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))
    return min((iri for iri in iris if iri.startswith(BASE)), default=None)


def _chosen(examples: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(iri for iri in examples if iri)


def _key(key: list[str]) -> str | tuple[str, ...]:
    return key[0] if len(key) == 1 else tuple(key)


def _path(home: Place, number: int) -> Path:
    return home.path / "descriptions" / f"{number:06d}.{_FORM}.json"


def _forget(folder: Path, oldest: int) -> None:
    for path in folder.iterdir():
        stem = path.name.partition(".")[0]
        if stem.isdigit() and int(stem) < oldest:
            path.unlink(missing_ok=True)
