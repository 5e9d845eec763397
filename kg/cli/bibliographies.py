"""The commands of bibliographies: what a file holds, in which form, and what is there twice."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click
import msgspec

from kg.bibliographies import (
    WRITERS,
    Account,
    Reference,
    compare,
    read_references,
    with_own_ids,
    write_references,
)
from kg.duplicates import Findings, examine, once
from kg.errors import SourceError

__all__ = ["COMMANDS", "read_all"]

_file = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=_file)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write all.")
@click.option("--json", "as_json", is_flag=True, help="Print the accounts as JSON.")
@click.option("--compare", "as_same", is_flag=True, help="Say what each lost of the first.")
def references(files: tuple[Path, ...], output: Path | None, as_json: bool, as_same: bool) -> None:
    """Read bibliographies, say what became of every record and tag, and convert them.

    FILE is RIS, BibTeX, nbib, EndNote XML, CSL-JSON, OpenAlex or Crossref JSON, plain text of the
    Web of Science, CSV, XLSX or JSON of EPPI-Reviewer. The output is .ris, .bib, .json or .csv.
    """
    if output:
        _check_suffix(output)
    found, accounts, is_whole = read_all(files)
    if as_json:
        click.echo(json.dumps([account.to_json() for account in accounts], indent=2))
    else:
        for account in accounts:
            _tell(account)
    if as_same:
        _compare(files)
    if output:
        output.write_bytes(write_references(found, output.suffix))
        click.echo(f"{len(found)} references written to {output}", err=True)
    if not is_whole:
        sys.exit(1)


def _check_suffix(output: Path) -> None:
    if output.suffix.lower() not in WRITERS:
        known = " ".join(WRITERS)
        raise click.BadParameter(f"{output} has no suffix that is written; use one of {known}")


def read_all(files: Iterable[Path]) -> tuple[tuple[Reference, ...], list[Account], bool]:
    """Read several files as one; tell whether each could be read, and all its records."""
    found: list[Reference] = []
    accounts, is_whole = [], True
    for file in files:
        try:
            read, account = read_references(file)
        except SourceError as error:
            click.echo(str(error), err=True)
            is_whole = False
            continue
        found.extend(read)
        accounts.append(account)
        is_whole = is_whole and account.is_balanced and not account.failed
    return with_own_ids(found), accounts, is_whole


def _compare(files: Sequence[Path]) -> None:
    """Print what each further export of a library lost or changed beside the first."""
    first, *others = (read_references(file).references for file in files)
    for file, second in zip(files[1:], others, strict=True):
        found = compare(first, second)
        alone = (
            f"{len(found.only_first)} only in {files[0]}, {len(found.only_second)} only in {file}"
        )
        click.echo(f"{file} beside {files[0]}: {found.shared} works in both, {alone}")
        for field in dict.fromkeys(each.field for each in found.differences):
            several = [each for each in found.differences if each.field == field]
            lost = [each for each in several if not each.said[1]]
            new = [each for each in several if not each.said[0]]
            other = len(several) - len(lost) - len(new)
            click.echo(f"  {field}: {len(lost)} lost, {len(new)} new, {other} other")
            for each in lost:
                click.echo(
                    f"    lost {each.said[0][:60]!r} of {each.first.id}: {each.first.title[:60]}"
                )


def _tell(account: Account) -> None:
    """Print an account: the sum, what failed, what was repaired, what is kept raw, the fields."""
    click.echo(f"{account.summary} ({account.format}, {account.encoding})")
    for failure in account.failed:
        first = failure.text.strip().split("\n")[0][:80]
        click.echo(f"  {account.source}:{failure.line}: {failure.reason}: {first}", err=True)
    for remark in account.remarks:
        place = f", first in line {remark.line}" if remark.line else ""
        click.echo(f"  {remark.what} ({remark.count}{place})")
    raw = ", ".join(f"{tag} {count}" for tag, count in account.unmapped.items())
    if raw:
        click.echo(f"  kept raw: {raw}")
    for name, count in account.filled.items():
        click.echo(f"  {name:<22} {count:>6}  {100 * count / max(account.read, 1):5.1f} %")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=_file)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write one of each."
)
@click.option("--json", "as_json", is_flag=True, help="Print clusters and pairs as JSON.")
def duplicates(files: tuple[Path, ...], output: Path | None, as_json: bool) -> None:
    """Find references that are one work, in one bibliography or several, with the reason.

    The last list holds pairs that a person should look at. With -o, one reference of each cluster
    is written, merged field by field, with those that are there once.
    """
    if output:
        _check_suffix(output)
    found, _, is_whole = read_all(files)
    findings = examine(found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(findings), indent=2))
    else:
        _tell_findings(findings, {one.id: one for one in found})
    for remark in findings.remarks:
        click.echo(remark, err=True)
    again = sum(len(cluster.members) - 1 for cluster in findings.clusters)
    what = f"{len(found)} records, {again} duplicates, {len(found) - again} works"
    click.echo(f"{what}, {len(findings.maybe)} pairs to look at", err=True)
    if output:
        works = once(found, findings.clusters)
        output.write_bytes(write_references(works, output.suffix))
        click.echo(f"{len(works)} references written to {output}", err=True)
    if not is_whole:
        sys.exit(1)


def _tell_findings(findings: Findings, known: Mapping[str, Reference]) -> None:
    for cluster in findings.clusters:
        click.echo(f"{cluster.id}  {cluster.score:.2f}  {cluster.reason}")
        for member in cluster.members:
            one = known[member]
            click.echo(f"    {one.source}:{one.line}  {one.id}  {one.title[:70]}")
    for pair in findings.maybe:
        click.echo(f"look at  {pair.score:.2f}  {pair.reason}: {pair.first}, {pair.second}")


COMMANDS = (references, duplicates)
