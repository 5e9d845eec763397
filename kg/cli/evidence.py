"""Commands that bring evidence in: build, import, load, validate, template."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.options import agent_option, progress, reason_option, store_option
from kg.ingest import (
    Crew,
    Outcome,
    build_dataset,
    cluster,
    import_files,
    import_many,
    load_file,
    processes,
    validate_files,
)
from kg.namespaces import QUESTIONS_GRAPH
from kg.questions import catalogue
from kg.readers import template as empty_sheet
from kg.store import Home, place

__all__ = ["COMMANDS"]


@click.command()
@click.option("--if-missing", is_flag=True, help="Do nothing where there is a version already.")
@agent_option
@store_option
def build(if_missing: bool, agent: str, home: str | Path | None) -> None:
    """Build the graph: ontology, vocabularies, shapes and the corpus, as a new version."""
    dataset = place(home)
    if if_missing and dataset.current() is not None:
        return
    # The warnings of the corpus are known: `cove validate` lists them.
    beside = {QUESTIONS_GRAPH: catalogue()}
    _tell(build_dataset(dataset, agent=agent, beside=beside, progress=progress), quiet=True)


@click.command(name="import")
@click.argument("files", nargs=-1, required=True)
@agent_option
@reason_option
@store_option
@click.option(
    "--processes",
    "number",
    type=click.IntRange(0),
    help="Import in bulk, in so many processes; 0 for one a processor. For thousands of records.",
)
@click.option(
    "--cluster",
    "scheduler",
    metavar="ADDRESS",
    help="Import in bulk, on this dask scheduler's workers.",
)
def import_(
    files: tuple[str, ...],
    agent: str,
    reason: str | None,
    home: str | Path | None,
    number: int | None,
    scheduler: str | None,
) -> None:
    """Import coding sheets (JSONL, CSV, XLSX) or records in RDF (Turtle, TriG, JSON-LD).

    A record that was there before is replaced by the new one. A record that cannot be read or
    that breaks a rule stays out and is told; the others go in. FILES may be addresses, such as
    s3://bucket/sheet.jsonl.gz, where fsspec is installed. In bulk, an import that was cut short
    goes on when the command is given again.
    """
    names = ", ".join(file.rpartition("/")[2] for file in files)
    why = reason or f"Import {names}"
    dataset = place(home)
    crew: Crew | None = None
    if scheduler is not None:
        crew = cluster(scheduler)
    elif number is not None:
        crew = processes(number)
    if crew is None:
        _tell(import_files(dataset, files, agent=agent, reason=why, progress=progress))
        return
    if not isinstance(dataset, Home):
        message = "is for a home; import there, and load what `cove export` writes into the engine"
        raise click.BadParameter(message, param_hint="--processes")
    _tell(import_many(dataset, files, agent=agent, reason=why, crew=crew, progress=progress))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--graph", required=True, metavar="IRI", help="Name of the graph to load into.")
@agent_option
@reason_option
@store_option
def load(file: Path, graph: str, agent: str, reason: str | None, home: str | Path | None) -> None:
    """Load RDF of another vocabulary beside the evidence, into a graph of its own."""
    why = reason or f"Load {file.name}"
    _tell(load_file(place(home), file, graph=graph, agent=agent, reason=why))


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--quiet", "-q", is_flag=True, help="Tell violations only, not warnings.")
def validate(files: tuple[Path, ...], quiet: bool) -> None:
    """Check coding sheets or records in RDF without storing them; without FILES, the corpus."""
    _tell(validate_files(files, progress=progress), quiet=quiet)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def template(file: Path) -> None:
    """Write an empty coding sheet: FILE ends in .xlsx (with pick-lists) or .csv."""
    if file.exists():
        raise click.BadParameter(f"{file} is there already; name another file")
    file.write_bytes(empty_sheet(file.suffix))
    click.echo(f"empty coding sheet written to {file}", err=True)


def _tell(outcome: Outcome, *, quiet: bool = False) -> None:
    """Print what went in and what stayed out, and end with 1 where something stayed out."""
    for refusal in outcome.refusals:
        click.echo(refusal.line(), err=True)
    if not quiet:
        for warning in outcome.warnings:
            click.echo(str(warning), err=True)
    click.echo(outcome.summary(), err=True)
    if outcome.refusals:
        sys.exit(1)


COMMANDS = (build, import_, load, validate, template)
