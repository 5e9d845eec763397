"""Querying: the library and the pages over graphs of several sizes, beside other engines."""

from __future__ import annotations

import http.client
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

import msgspec
import pyoxigraph as ox

from kg.bench import CORPUS, Generator, Measure, exponent
from kg.ingest import build_dataset, import_many, processes
from kg.namespaces import BASE, COVE, RDF, SKOS
from kg.questions import questions
from kg.store import Home, OpenVersion, Place
from server.benching.peers import PEERS, running
from server.benching.soaks import memory_of
from server.benching.virtuoso import is_installed, virtuoso

__all__ = ["ENGINES", "Asked", "growth", "measure_queries", "sized_homes", "table"]

ENGINES = ("cove", "oxigraph serve", "virtuoso", "rdflib-endpoint")
_ROWS = 100  # of a listing, as on a page
_PAGES = 12  # things of a class whose pages are asked for
_CLASSES = (COVE.Work, COVE.Claim, COVE.Case, SKOS.Concept)
_GIVE_UP = 2  # questions in a row that are not answered in time
_LONG = 4_000  # characters of an address, which some servers refuse
_REASON = 60  # characters of why there is no answer
_UNIT = "ms"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of whom: `limit` is in seconds for each question.

    So many of the `slowest` questions are told by name. With `store`, the address of an engine
    that holds the graph, our server is asked over that one, and nobody else.
    """

    engines: Sequence[str] = ENGINES
    limit: float = 30.0
    slowest: int = 5
    store: str = ""


@dataclass(frozen=True, slots=True)
class _Running:
    """A server that answers queries at a path."""

    port: int
    path: str
    pid: int


class _Unanswered(Exception):  # noqa: N818  # it is no error
    """No answer came that is whole; says why."""


class _Late(_Unanswered):
    """No answer came in time: whoever asks further waits as long again."""


@dataclass(slots=True)
class _Answers:
    """What came of asking every question: milliseconds, and those that failed with the reason."""

    cold: dict[str, float] = field(default_factory=dict)
    cached: dict[str, float] = field(default_factory=dict)
    unanswered: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def percentiles(self) -> Iterator[tuple[str, float]]:
        """Name the median and the 95th percentile of both times."""
        for what, times in (("questions cold", self.cold), ("questions cached", self.cached)):
            for percent in (50, 95):
                if times:
                    yield f"{what}, p{percent}", _percentile(list(times.values()), percent)

    def slowest(self, most: int) -> Iterator[tuple[str, float]]:
        """Name the questions that took longest cold."""
        for name in sorted(self.cold, key=self.cold.__getitem__, reverse=True)[:most]:
            yield f"cold: {name}", self.cold[name]

    def failures(self) -> Iterator[str]:
        """Name each question that was not answered, or otherwise than by the first engine."""
        yield from (f"unanswered: {name} ({why})" for name, why in self.unanswered.items())
        yield from (f"other rows: {name} ({why})" for name, why in self.wrong.items())


def measure_queries(home: Place, works: int, asked: Asked | None = None) -> Iterator[Measure]:
    """Ask each engine every question of the library, twice, and ours for pages.

    All hold the same version. An engine that is late time after time is not asked further.
    """
    asked = asked or Asked()
    quads = home.info().quads
    expected: dict[str, int] = {}

    def told(by: str, what: str, value: float, unit: str = _UNIT) -> Measure:
        by = f"{by} over {asked.store}" if asked.store else by
        figure = round(value, 3)
        return Measure("query", what, figure, unit, by=by, works=works, quads=quads)

    for name in ("cove",) if asked.store else asked.engines:
        if not _is_here(name):
            continue
        with _engine(name, home, asked.store) as server:
            patience = None if name == "cove" else _GIVE_UP
            found = _ask_library(server, asked.limit, expected, patience)
            for what, value in (*found.percentiles(), *found.slowest(asked.slowest)):
                yield told(name, what, value)
            yield told(name, "questions unanswered", len(found.unanswered), "questions")
            yield told(name, "questions with other counts of rows", len(found.wrong), "questions")
            for what in found.failures():
                yield told(name, what, 1, "question")
            if name == "cove":
                with home.open() as version:
                    pages = _ask_pages(server, version)
                for percent in (50, 95):
                    yield told(name, f"pages cold, p{percent}", _percentile(pages, percent))
            yield told(name, "memory of all processes", memory_of(server.pid) / 2**20, "MiB")
    if isinstance(home, Home):
        yield told("cove", "disk of a version", _disk(home) / 2**20, "MiB")


@contextmanager
def sized_homes(sizes: Sequence[int], *, seed: int = 1) -> Iterator[Iterator[tuple[int, Home]]]:
    """Make homes that hold so many times the corpus, one after the other, and remove them."""
    with tempfile.TemporaryDirectory(prefix="cove-bench-") as folder:
        yield _homes(Path(folder), sizes, seed)


def _homes(folder: Path, sizes: Sequence[int], seed: int) -> Iterator[tuple[int, Home]]:
    base = Home(folder / "base")
    build_dataset(base, agent="cove bench")
    for size in sizes:
        works = size * CORPUS
        if size == 1:
            yield works, base
            continue
        sheet = folder / "made.jsonl"
        with sheet.open("wb") as file:
            file.writelines(Generator(seed=seed).lines(works - CORPUS))
        home = Home(shutil.copytree(base.path, folder / f"home-{size}"))
        crew = processes(0)
        import_many(home, [sheet], agent="cove bench", reason="measure", crew=crew)
        yield works, home
        shutil.rmtree(home.path)


def growth(measures: Sequence[Measure]) -> Iterator[str]:
    """Say with which power of the triples each figure grows."""
    kinds: dict[tuple[str, str], list[Measure]] = {}
    for each in measures:
        kinds.setdefault((each.what, each.by), []).append(each)
    for (what, by), found in kinds.items():
        if len({each.quads for each in found}) > 1 and all(each.value > 0 for each in found):
            power = exponent((each.quads for each in found), (each.value for each in found))
            yield f"{what} of {by} grows with the triples to the power {power:.2f}"


def table(measures: Sequence[Measure]) -> str:
    """Write the figures with an engine a column."""
    names = list(dict.fromkeys(each.by for each in measures))
    rows: dict[tuple[int, str, str], dict[str, float]] = {}
    for each in measures:
        rows.setdefault((each.works, each.what, each.unit), {})[each.by] = each.value
    head = f"{'works':>8} {'what':38} {'':10}" + "".join(f"{name:>18}" for name in names)
    lines = [head]
    for (works, what, unit), found in rows.items():
        cells = (f"{found[name]:18,.1f}" if name in found else " " * 18 for name in names)
        lines.append(f"{works:8,} {what:38} {unit:10}" + "".join(cells))
    return "\n".join([*lines, *growth(measures)])


def _is_here(name: str) -> bool:
    return is_installed() if name == "virtuoso" else PEERS[name].executable is not None


@contextmanager
def _engine(name: str, home: Place, store: str) -> Iterator[_Running]:
    if name != "virtuoso":
        with running(name, home, store=store) as server:
            yield _Running(server.port, PEERS[name].path, server.pid)
        return
    with tempfile.TemporaryDirectory(prefix="cove-virtuoso-") as folder:
        data = Path(folder) / "data.nq"
        with home.open() as version:
            quads = version.quads_for_pattern(None, None, None)
            ox.serialize(quads, data, ox.RdfFormat.N_QUADS)
        with virtuoso(Path(folder), megabytes=1_000) as server:
            server.load(data)
            yield _Running(server.port, "/sparql", server.pid)


def _ask_library(
    server: _Running, limit: float, expected: dict[str, int], patience: int | None
) -> _Answers:
    """Ask each question twice; stop where as many as `patience` in a row come too late."""
    found = _Answers()
    silent = 0
    for one in questions().values():
        text = one.bound(one.terms({}), first=0, most=_ROWS if one.is_listing else None)
        if silent == patience:
            found.unanswered[one.name] = "not asked after those"
            continue
        try:
            cold, rows = _ask(server, text, limit)
            cached, _ = _ask(server, text, limit)
        except _Unanswered as error:
            found.unanswered[one.name] = str(error)
            silent = silent + 1 if isinstance(error, _Late) else 0
            continue
        silent = 0
        found.cold[one.name], found.cached[one.name] = cold, cached
        if expected.setdefault(one.name, rows) != rows:
            found.wrong[one.name] = f"{rows:,} instead of {expected[one.name]:,}"
    return found


def _ask(server: _Running, query: str, limit: float) -> tuple[float, int]:
    """Ask a query; return milliseconds and the number of rows."""
    text = f"query={quote(query, safe='')}"
    accept = {"Accept": "application/sparql-results+json"}
    if len(text) < _LONG:
        taken, body = _get(server, f"{server.path}?{text}", limit, accept)
    else:
        form = {"Content-Type": "application/x-www-form-urlencoded", **accept}
        taken, body = _get(server, server.path, limit, form, text.encode())
    try:
        found: Mapping[str, Mapping[str, list[object]]] = msgspec.json.decode(body)
        return taken, len(found["results"]["bindings"])
    except (msgspec.DecodeError, KeyError) as error:
        raise _Unanswered("the answer is not whole") from error


def _ask_pages(server: _Running, version: OpenVersion) -> list[float]:
    """Ask for the pages of some things of each kind, for the first time."""
    times = []
    for class_ in _CLASSES:
        kind, type_ = ox.NamedNode(str(class_)), ox.NamedNode(str(RDF.type))
        found = version.quads_for_pattern(None, type_, kind)
        subjects = (quad.subject for quad in islice(found, 5_000))
        things = {s.value for s in subjects if isinstance(s, ox.NamedNode)}
        things = {iri for iri in things if iri.startswith(BASE)}
        chosen = islice(sorted(things), 0, None, max(len(things) // _PAGES, 1))
        for iri in islice(chosen, _PAGES):
            path = "/" + quote(iri.removeprefix(BASE))
            times.append(_get(server, path, 30.0, {"Accept": "text/html"})[0])
    return times


def _get(
    server: _Running,
    path: str,
    limit: float,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> tuple[float, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=limit)
    began = time.perf_counter()
    try:
        connection.request("POST" if body else "GET", path, body, dict(headers))
        response = connection.getresponse()
        answer = response.read()
    except TimeoutError as error:
        raise _Late(f"nothing within {limit:g} s") from error
    except (OSError, http.client.HTTPException) as error:
        raise _Unanswered(f"no answer: {type(error).__name__}") from error
    finally:
        connection.close()
    if response.status != 200:
        raise _Unanswered(f"{response.status}, {_reason(answer)}")
    return (time.perf_counter() - began) * 1_000, answer


def _reason(body: bytes) -> str:
    """Say why there is no answer, from a problem document or from the first line of a text."""
    try:
        problem: Mapping[str, str] = msgspec.json.decode(body)
        return problem["title"].lower()
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        return body.decode(errors="replace").strip().partition("\n")[0][:_REASON]


def _percentile(times: Sequence[float], number: int) -> float:
    return quantiles(times, n=100)[number - 1] if len(times) > 1 else times[0]


def _disk(home: Home) -> int:
    database = home.database_path(home.current() or 0)
    return sum(file.stat().st_size for file in database.rglob("*") if file.is_file())
