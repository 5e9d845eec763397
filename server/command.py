"""The server's commands, which `cove` finds by their entry points."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path

import click
import msgspec
import pyoxigraph as ox

from kg.bench import Measure, measure_imports, multiples, tell
from kg.bench import report as report_imports
from kg.namespaces import COVE, RDF
from kg.store import Home, Place, place_at
from server.benching import compare, crawl, report, soak
from server.benching.crawls import HEAVIEST
from server.benching.querying import ENGINES, Asked, measure_queries, sized_homes, table
from server.config import ABOUT, Settings, load_settings, origins, settings_file, written
from server.serving import serve as _serve

__all__ = [
    "bench_all",
    "bench_crawl",
    "bench_query",
    "bench_serve",
    "bench_soak",
    "config",
    "serve",
]

_BENCHES = ("import", "query")

_home = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the graph; without it COVE_HOME, or the user's data folder.",
)


@click.command()
@click.option("--host", help="Address to listen on; without it the setting, 127.0.0.1.")
@click.option("--port", type=int, help="Port to listen on; without it the setting, 8000.")
@_home
@click.option("--store", help="Address of a SPARQL engine that holds the graph.")
def serve(host: str | None, port: int | None, home: Path | None, store: str | None) -> None:
    """Serve the graph: SPARQL at /sparql, pages and linked data at the path of each IRI."""
    settings = load_settings(_given(host=host, port=port, home=home, store=store))
    address = f"http://{settings.host}:{settings.port}"
    click.echo(f"CoVE serves {settings.store or settings.home}\n  look at {address}/", err=True)
    click.echo(f"  query   {address}/sparql\nStop with Ctrl-C.", err=True)
    _serve(settings)


@click.command()
@_home
def config(home: Path | None) -> None:
    """Show every setting of the server with its value, as a file that it can be read from.

    A value is that of the command line, else of the variable (COVE_WORKERS is that of workers),
    else of cove.toml in the home or where COVE_CONFIG says, else the default.
    """
    given = _given(home=home)
    settings, found = load_settings(given), origins(given)
    click.echo(f"# {settings_file(given)}")
    for setting in fields(Settings):
        name = setting.name
        origin = f" (from {found[name]})" if name in found else ""
        click.echo(f"\n# {ABOUT[name]}{origin}\n{name} = {written(getattr(settings, name))}")


@click.command(name="serve")
@click.option("--seconds", default=5.0, show_default=True, help="How long each load lasts.")
@click.option("--clients", default=8, show_default=True, help="How many ask at once.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Add the rows to this file.")
@_home
def bench_serve(seconds: float, clients: int, file: Path | None, home: Path | None) -> None:
    """Measure answers a second over HTTP, beside oxigraph serve and rdflib-endpoint.

    Small queries of the pages, closed loop: as they come from memory (cached) and each for the
    first time (new). Peers that are not installed are left out.
    """
    dataset = Home(load_settings(_given(home=home)).home)
    rows = []
    for row in compare(dataset, seconds=seconds, clients=clients):
        click.echo(f"{row.server}: {row.load} done", err=True)
        rows.append(row)
    click.echo(report(rows))
    if file:
        with file.open("ab") as lines:
            lines.writelines(msgspec.json.encode(row) + b"\n" for row in rows)


@click.command(name="query")
@click.option("--sizes", default="1", show_default=True, help="Multiples of the corpus to make.")
@click.option("--here", is_flag=True, help="Measure the graph in the home or store, and make none.")
@click.option("--engines", default=",".join(ENGINES), show_default=True, help="Whom to ask.")
@click.option("--limit", default=30.0, show_default=True, help="Seconds that a question may take.")
@click.option("--json", "is_json", is_flag=True, help="Write the figures as lines of JSON.")
@_home
def bench_query(
    sizes: str, here: bool, engines: str, limit: float, is_json: bool, home: Path | None
) -> None:
    """Measure the library, pages, memory and disk, beside oxigraph serve, Virtuoso and rdflib.

    Each engine holds the same graph and is asked each question twice. Figures are added to
    bench/history.jsonl in the home. Engines that are not installed are left out. Where the setting
    store names an engine, --here asks our server over that one, and nobody else. Ends with 1 where
    a figure is much above those of before on the same kind of machine.
    """
    settings = load_settings(_given(home=home))
    folder, store = settings.home, settings.store if here else ""
    asked = Asked(_engines(engines), limit, store=store)
    with contextlib.ExitStack() as stack:
        if here:
            homes = _here(place_at(folder, store))
        else:
            homes = stack.enter_context(sized_homes(multiples(sizes)))
        found = (one for works, home in homes for one in measure_queries(home, works, asked))
        tell(found, table, folder=folder, is_json=is_json)


@click.command(name="all")
@click.option("--sizes", default="1,10", show_default=True, help="Multiples of the corpus.")
@click.option("--engines", default=",".join(ENGINES), show_default=True, help="Whom to ask.")
@click.option("--limit", default=30.0, show_default=True, help="Seconds that a question may take.")
@click.option("--json", "is_json", is_flag=True, help="Write the figures as lines of JSON.")
@_home
def bench_all(sizes: str, engines: str, limit: float, is_json: bool, home: Path | None) -> None:
    """Measure imports, commits, questions, pages, memory and disk as the graph grows.

    What `import` and `query` measure, beside the same peers, over graphs that are made once for
    both. Figures are added to bench/history.jsonl in the home. Ends with 1 where one is much above
    those of before on the same kind of machine.
    """
    asked = Asked(_engines(engines), limit)
    also = partial(measure_queries, asked=asked)
    with tempfile.TemporaryDirectory(prefix="cove-bench-") as scratch:
        found = measure_imports(Path(scratch), multiples(sizes), also=also)
        folder = load_settings(_given(home=home)).home
        tell(found, _both, folder=folder, is_json=is_json)


def _both(measures: Sequence[Measure]) -> str:
    """Write what imports cost, and what is answered afterwards, as a table each."""
    imports, queries = ([each for each in measures if each.bench == b] for b in _BENCHES)
    return f"{report_imports(imports)}\n\n{table(queries)}"


def _engines(names: str) -> tuple[str, ...]:
    found = tuple(name.strip() for name in names.split(","))
    if unknown := sorted(set(found) - set(ENGINES)):
        raise click.BadParameter(f"{unknown[0]}: choose from {', '.join(ENGINES)}")
    return found


def _here(home: Place) -> Iterator[tuple[int, Place]]:
    with home.open() as version:
        kind, type_ = ox.NamedNode(str(COVE.Work)), ox.NamedNode(str(RDF.type))
        works = {quad.subject for quad in version.quads_for_pattern(None, type_, kind)}
    yield len(works), home


@click.command(name="soak")
@click.option("--seconds", default=300.0, show_default=True, help="How long the load lasts.")
@click.option("--clients", default=8, show_default=True, help="How many ask at once.")
@click.option("--limit", default=10.0, show_default=True, help="Seconds that a query may take.")
@_home
def bench_soak(seconds: float, clients: int, limit: float, home: Path | None) -> None:
    """Serve small queries with a runaway every second; compare every answer with the query alone.

    Ends with 1 where an answer is wrong or short, a runaway outlives its limit by half a second, or
    the middle time of the others is more than doubled.
    """
    dataset = Home(load_settings(_given(home=home)).home)
    found = soak(dataset, seconds=seconds, clients=clients, limit=limit)
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    if not found.is_well:
        sys.exit(1)


@click.command(name="crawl")
@click.option("--share", default=1.0, show_default=True, help="Part of the links to ask for.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=2 * (os.cpu_count() or 1),
    show_default="two a processor",
    help="How many ask at once, each an application of its own.",
)
@_home
def bench_crawl(share: float, processes: int, home: Path | None) -> None:
    """Ask for every internal link of the site; tell the largest and the slowest pages.

    A fault is told when it is found, and how far it is every ten seconds. Ends with 1 where a
    link is broken or a page weighs too much.
    """
    found = crawl(
        Home(load_settings(_given(home=home)).home),
        share=share,
        processes=processes,
        tell=partial(click.echo, err=True),
    )
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    if not found.is_well:
        for broken in found.broken:
            told = f"{broken.status} {broken.address}, found on {broken.found_on}"
            click.echo(told, err=True)
        for page in found.heavy:
            click.echo(f"{page.size:,} bytes of {HEAVIEST:,}: {page.address}", err=True)
        sys.exit(1)


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
