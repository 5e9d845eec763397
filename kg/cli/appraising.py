"""Commands for appraisal: instruments, their answers checked, robvis tables, CERQual summaries."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from kg.appraisal import Appraisal, Finding, check, instruments, problems_of, robvis, write_summary
from kg.cli.options import agent_option, home_option
from kg.errors import ReviewError, SourceError
from kg.review import Projects
from kg.review.appraisals import appraise as keep_appraisal
from kg.review.appraisals import findings
from kg.review.appraisals import rate as rate_finding
from kg.review.coding import coded_works
from kg.settings import home_path

__all__ = ["COMMANDS"]

_Kind = TypeVar("_Kind")
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def appraise() -> None:
    """Appraise studies and rate findings: no score is summed, people judge."""


@appraise.command(name="instruments")
@click.argument("name", required=False)
def list_instruments(name: str | None) -> None:
    """List the instruments, or the items of one NAME; ~ marks words that are not verified."""
    if name is None:
        for one in instruments().values():
            click.echo(f"{one.id:<18} {one.name}")
        return
    found = instruments().get(name)
    if found is None:
        raise click.BadParameter(f"there is no {name!r}; take {', '.join(instruments())}")
    click.echo(f"{found.name}\n{found.source}\n{found.note}\nAnswers: {', '.join(found.answers)}")
    for group in found.groups:
        click.echo(f"\n{group.label}")
        for item in group.items:
            click.echo(f"  {item.id:<5} {'' if item.is_verified else '~ '}{item.subject}")


@appraise.command(name="check")
@_file
def check_file(file: Path) -> None:
    """Check the appraisals of FILE, a JSON list of instrument, study, answers and overall."""
    found = _read(file, list[Appraisal])
    _tell((f"{one.study}: {what}" for one in found for what in check(one)), len(found))


@appraise.command(name="robvis")
@_file
def write_robvis(file: Path) -> None:
    """Write the appraisals of FILE by domains as the table that robvis reads."""
    click.echo(robvis(_read(file, list[Appraisal])), nl=False)


@appraise.command()
@_file
@click.option("-f", "form", type=click.Choice(["html", "csv"]), default="csv", show_default=True)
def summary(file: Path, form: str) -> None:
    """Write the Summary of Qualitative Findings of FILE, a JSON list of CERQual findings.

    A rating that does not follow the rules of GRADE-CERQual is told and nothing is written.
    """
    findings = _read(file, list[Finding])
    problems = [f"{one.text[:50]}: {what}" for one in findings for what in problems_of(one)]
    if problems:
        _tell(problems, len(findings))
    click.echo(write_summary(findings, form), nl=False)


@appraise.command()
@click.argument("slug")
@_file
@agent_option
@home_option
def keep(slug: str, file: Path, agent: str, home: Path | None) -> None:
    """Keep the appraisals of FILE in a review SLUG as yours: all of them, or none."""
    found = _read(file, list[Appraisal])
    with Projects(home_path(home)).one(slug).writing(agent) as writing:
        known = {one.slug for one in coded_works(writing.db)}
        for one in found:
            if one.study not in known:
                raise ReviewError(f"no publication {one.study[:80]!r} is coded in this review")
            keep_appraisal(writing, one)
    click.echo(f"{len(found)} kept", err=True)


@appraise.command()
@click.argument("slug")
@_file
@agent_option
@home_option
def rate(slug: str, file: Path, agent: str, home: Path | None) -> None:
    """Keep the rated findings of FILE in a review SLUG; one of the same words is rated anew."""
    found = _read(file, list[Finding])
    with Projects(home_path(home)).one(slug).writing(agent) as writing:
        there = {one.finding.text: one.number for one in findings(writing.db)}
        for one in found:
            rate_finding(writing, one, number=there.get(one.text, 0))
    click.echo(f"{len(found)} kept", err=True)


def _read(file: Path, kind: type[_Kind]) -> _Kind:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise SourceError(f"is not of the form: {error}", source=str(file)) from error


def _tell(problems: Iterable[str], count: int) -> None:
    told = list(problems)
    for line in told:
        click.echo(line, err=True)
    click.echo(f"{count} looked at, {len(told)} problems", err=True)
    if told:
        sys.exit(1)


COMMANDS = (appraise,)
