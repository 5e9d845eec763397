"""Importing: what an import and a commit of one record cost as the dataset grows."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from kg.bench.generator import Generator
from kg.bench.history import Measure
from kg.bench.peers import measure_peer
from kg.ingest import build_dataset, import_files, import_many, processes
from kg.readers import Reading, read
from kg.store import Home

__all__ = ["CORPUS", "measure_imports"]

CORPUS = 280
"""Works of the corpus, of which the sizes are multiples."""

_AGENT = "cove bench"
_COMMITS = 7


def measure_imports(
    folder: Path,
    sizes: Sequence[int],
    *,
    workers: int = 0,
    sample: int = 20,
    seed: int = 1,
    also: Callable[[Home, int], Iterable[Measure]] = lambda _home, _works: (),
) -> Iterator[Measure]:
    """Import made records, so many times the corpus, each into a graph that holds the corpus.

    `sample` is how many works the peers get; it is measured how the product does with the same.
    `also` measures something else of each home, given with the number of its works.
    """
    began = time.perf_counter()
    base = Home(folder / "base")
    build_dataset(base, agent=_AGENT)
    yield _measure("build", time.perf_counter() - began, "s", CORPUS, base.info().quads)
    if sample:
        sheet = _sheet(folder, sample, seed)
        yield from measure_peer([one for one in read(sheet) if isinstance(one, Reading)])
    first = Path(shutil.copytree(folder / "base", folder / "home-0"))
    yield from _alone(_commits, first, 0, folder)
    for size in sizes:
        works = size * CORPUS
        began = time.perf_counter()
        sheet = _sheet(folder, works, seed)
        yield _measure("generate", time.perf_counter() - began, "s", works)
        home = Path(shutil.copytree(folder / "base", folder / f"home-{size}"))
        yield from _alone(_import, home, works, sheet, workers)
        yield from _alone(_commits, home, works, folder)
        yield from also(Home(home), CORPUS + works)
        shutil.rmtree(home)
        sheet.unlink()


def _alone(job: Callable[..., list[Measure]], *arguments: object) -> list[Measure]:
    """Measure in a process of its own, whose memory is that of the job alone."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(job, *arguments).result()


def _import(path: Path, works: int, sheet: Path, workers: int) -> list[Measure]:
    home = Home(path)
    number = workers or os.cpu_count() or 1
    began, began_cpu = time.perf_counter(), _cpu_seconds()
    done = import_many(home, [sheet], agent=_AGENT, reason="Measure", crew=processes(number))
    taken, taken_cpu = time.perf_counter() - began, _cpu_seconds() - began_cpu
    if done.version is None or done.refusals:
        raise AssertionError(f"the import went wrong: {done.summary()}")
    quads = done.version.quads
    newest = path / "versions" / f"{done.version.number:06d}"
    disk = sum(file.stat().st_size for file in newest.rglob("*") if file.is_file())
    return [
        _measure("import", taken, "s", works, quads),
        _measure("import, of a processor", taken_cpu, "s", works, quads),
        _measure("memory, at most", _peak_mebibytes(number), "MiB", works, quads),
        _measure("disk", disk / 2**20, "MiB", works, quads),
    ]


def _commits(path: Path, works: int, folder: Path) -> list[Measure]:
    """Take single records the whole way; the first, which makes the rules ready, is not counted."""
    home = Home(path)
    generator = Generator(seed=works + 1)
    taken, taken_cpu = [], []
    for number in range(1, _COMMITS + 2):
        sheet = folder / "one.jsonl"
        sheet.write_bytes(generator.line(number))
        began, began_cpu = time.perf_counter(), time.process_time()
        done = import_files(home, [sheet], agent=_AGENT, reason="Measure one")
        taken.append(time.perf_counter() - began)
        taken_cpu.append(time.process_time() - began_cpu)
        if done.version is None:
            raise AssertionError(f"the commit went wrong: {done.summary()}")
    quads = home.info().quads
    return [
        _measure("one record", 1000 * median(taken[1:]), "ms", works, quads),
        _measure("one record, of a processor", 1000 * median(taken_cpu[1:]), "ms", works, quads),
    ]


def _sheet(folder: Path, works: int, seed: int) -> Path:
    path = folder / f"made-{works}.jsonl"
    with path.open("wb") as file:
        file.writelines(Generator(seed=seed).lines(works))
    return path


def _measure(what: str, value: float, unit: str, works: int, quads: int = 0) -> Measure:
    return Measure("import", what, round(value, 4), unit, works=works, quads=quads)


def _cpu_seconds() -> float:
    """Return the time that this process and its ended children were on a processor."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _peak_mebibytes(workers: int) -> float:
    """Return what this process used at most, and so many times the largest of its children."""
    try:
        import resource  # noqa: PLC0415  # not on every platform
    except ImportError:
        return float("nan")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if workers > 1 else 0
    return (own + workers * child) / 1024
