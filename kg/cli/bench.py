"""Commands that measure: made records, and what the product does with them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from kg.bench import Generator, measure_imports, multiples, report, tell
from kg.bench.bibliographies import measure
from kg.cli.options import home_option, progress
from kg.errors import ConfigurationError
from kg.settings import home_path

__all__ = ["COMMANDS", "bench"]


@click.group()
def bench() -> None:
    """Measure the product: make records, and time what is done with them."""


@bench.command()
@click.option("--works", type=click.IntRange(1), required=True, help="How many records to make.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same records.")
@click.option(
    "--invalid",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="The share of records with a fault.",
)
def generate(works: int, seed: int, invalid: float) -> None:
    """Write a coding sheet of made records, shaped like the corpus, to standard output."""
    lines = Generator(seed=seed, invalid=invalid).lines(works)
    for line in progress(lines, label="generate", length=works):
        sys.stdout.buffer.write(line)


@bench.command()
@click.option("--write", is_flag=True, help="Keep the weights that were learned.")
def suggest(write: bool) -> None:
    """Measure concept suggestions on the claims of the corpus, each without those of its work.

    Recall is the share of a claim's concepts among the first 1, 3, 5 or 10 suggested, hit the
    share of the claims with at least one among them.
    """
    try:
        from kg.suggestions import measuring, ranking  # noqa: PLC0415  # an optional extra
    except ImportError as error:
        raise ConfigurationError(
            "suggestions need scikit-learn; install cove-kg[review]"
        ) from error
    examples = ranking.examples()
    if write:
        click.echo(f"{ranking.learn_anew(examples)} written", err=True)
    depths = measuring.DEPTHS
    heads = [*(f"top-{n}" for n in depths), *(f"hit-{n}" for n in depths)]
    click.echo(f"{'':<18}" + "".join(f"{head:>8}" for head in heads))
    for row in measuring.measure(examples):
        cells = (*row.recall.values(), *row.hit.values())
        click.echo(f"{row.name:<18}" + "".join(f"{cell:>8.3f}" for cell in cells))
    click.echo(f"{len(examples)} claims of {len({e.work for e in examples})} works", err=True)


@bench.command()
@click.option("--records", type=click.IntRange(2), default=10_000, show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same records.")
def references(records: int, seed: int) -> None:
    """Import a made bibliography and find its duplicates: seconds, memory, and what was found."""
    found = measure(records, seed=seed)
    click.echo(f"records           {found.records:>10,}  ({found.read:,} read)")
    for name, spent in (("import", found.importing), ("de-duplication", found.comparing)):
        click.echo(f"{name:<18}{spent.wall:>10.1f} s  ({spent.processor:.1f} s of processor)")
    click.echo(f"memory            {found.memory / 2**20:>10,.0f} MiB")
    click.echo(f"made twice        {found.repeated:>10,}")
    click.echo(f"clusters          {found.clusters:>10,}  ({found.maybe:,} pairs to look at)")


@bench.command(name="import")
@click.option("--sizes", default="1,10", show_default=True, help="Multiples of the corpus.")
@click.option("--processes", "workers", default=0, help="0 for one a processor.")
@click.option("--sample", default=20, show_default=True, help="Works that the peers get; 0: none.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same records.")
@click.option("--json", "is_json", is_flag=True, help="Write the figures as lines of JSON.")
@home_option
def import_(  # one argument an option
    sizes: str, workers: int, sample: int, seed: int, is_json: bool, home: Path | None
) -> None:
    """Measure imports and commits as the graph grows, beside pyshacl, owlrl and rdflib.

    Nothing is read from or written to the graph; figures are added to bench/history.jsonl in its
    folder. Ends with 1 where one is much above those of before on the same kind of machine.
    """
    with tempfile.TemporaryDirectory(prefix="cove-bench-") as folder:
        found = measure_imports(
            Path(folder), multiples(sizes), workers=workers, sample=sample, seed=seed
        )
        tell(found, report, folder=home_path(home), is_json=is_json)


COMMANDS = (bench,)
