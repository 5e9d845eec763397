"""The command that harvests OpenAlex."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from kg.cli.options import agent_option, home_option, progress, reason_option
from kg.harvest import SearchString, harvest, search_for_concepts
from kg.ingest import cluster, processes
from kg.settings import home_path
from kg.store import Home

__all__ = ["COMMANDS"]


@click.command(name="harvest")
@click.argument("sources", nargs=-1, required=True)
@click.option("--search", "string", help='Search string: co-production AND (value OR "harm*").')
@click.option("--concept", "codes", multiple=True, help="Code of a concept: search for its names.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the lines that are kept to this file, for the reviewer's bench.",
)
@click.option(
    "--processes", "number", type=click.IntRange(0), default=0, help="0: one a processor."
)
@click.option(
    "--cluster", "scheduler", metavar="ADDRESS", help="Work on this dask scheduler's workers."
)
@agent_option
@reason_option
@home_option
def harvest_(  # noqa: PLR0913, PLR0917  # one argument an option
    sources: tuple[str, ...],
    string: str | None,
    codes: tuple[str, ...],
    output: Path | None,
    number: int,
    scheduler: str | None,
    agent: str,
    reason: str | None,
    home: Path | None,
) -> None:
    """Harvest works of OpenAlex that a search finds: a bibliography beside the evidence.

    SOURCES are works as lines of JSON, such as the part files of the public snapshot, packed or
    not, as paths or as addresses (s3://openalex/data/works/...). Title, abstract and keywords are
    searched. Each work that is found becomes a graph with its authors, venue and citations, and
    the concepts that it names become suggestions in another graph, which are no evidence.
    """
    if (string is None) == (not codes):
        raise click.UsageError("give either --search or --concept")
    search = SearchString(string) if string is not None else search_for_concepts(codes)
    with output.open("wb") if output else nullcontext() as file:
        done = harvest(
            Home(home_path(home)),
            sources,
            search,
            agent=agent,
            reason=reason or f"Harvest {search.text}"[:500],
            output=file,
            crew=cluster(scheduler) if scheduler else processes(number),
            progress=progress,
        )
    for line in done.refusals:
        click.echo(line, err=True)
    number_of = f"version {done.version.number}" if done.version else "no new version"
    click.echo(
        f"{done.kept:,} of {done.read:,} works kept, {done.suggestions:,} suggestions, "
        f"{len(done.refusals)} lines refused; {number_of}",
        err=True,
    )
    if done.refusals:
        sys.exit(1)


COMMANDS = (harvest_,)
