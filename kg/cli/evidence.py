"""Commands that bring evidence in: build, import, load, validate, template."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.options import agent_option, home_option, progress, reason_option
from kg.ingest import (
    Outcome,
    build_dataset,
    import_files,
    import_many,
    load_file,
    validate_files,
)
from kg.namespaces import QUESTIONS_GRAPH
from kg.questions import catalogue
from kg.readers import template as empty_sheet
from kg.settings import home_path
from kg.store import Home

__all__ = ["COMMANDS"]

_files = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@click.command()
@click.option("--if-missing", is_flag=True, help="Do nothing where there is a version already.")
@agent_option
@home_option
def build(if_missing: bool, agent: str, home: Path | None) -> None:
    """Build the graph: ontology, vocabularies, shapes and the corpus, as a new version."""
    dataset = Home(home_path(home))
    if if_missing and dataset.current() is not None:
        return
    # The warnings of the corpus are known: `cove validate` lists them.
    beside = {QUESTIONS_GRAPH: catalogue()}
    _tell(build_dataset(dataset, agent=agent, beside=beside, progress=progress), quiet=True)


@click.command(name="import")
@_files
@agent_option
@reason_option
@home_option
@click.option(
    "--processes",
    type=click.IntRange(0),
    help="Import in bulk, in so many processes; 0 for one a processor. For thousands of records.",
)
def import_(
    files: tuple[Path, ...],
    agent: str,
    reason: str | None,
    home: Path | None,
    processes: int | None,
) -> None:
    """Import coding sheets (JSONL, CSV, XLSX) or records in RDF (Turtle, TriG, JSON-LD).

    A record that was there before is replaced by the new one. A record that cannot be read or
    that breaks a rule stays out and is told; the others go in.
    """
    why = reason or f"Import {', '.join(path.name for path in files)}"
    dataset = Home(home_path(home))
    if processes is None:
        _tell(import_files(dataset, files, agent=agent, reason=why, progress=progress))
        return
    _tell(
        import_many(dataset, files, agent=agent, reason=why, processes=processes, progress=progress)
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--graph", required=True, metavar="IRI", help="Name of the graph to load into.")
@agent_option
@reason_option
@home_option
def load(file: Path, graph: str, agent: str, reason: str | None, home: Path | None) -> None:
    """Load RDF of another vocabulary beside the evidence, into a graph of its own."""
    why = reason or f"Load {file.name}"
    _tell(load_file(Home(home_path(home)), file, graph=graph, agent=agent, reason=why))


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
