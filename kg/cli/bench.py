"""Commands that measure: made records, and what the product does with them."""

from __future__ import annotations

import sys

import click

from kg.bench import Generator
from kg.cli.options import progress

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


COMMANDS = (bench,)
