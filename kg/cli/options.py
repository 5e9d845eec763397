"""The options that several commands share, and how progress is shown."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.settings import agent_name
from kg.store import is_address

__all__ = [
    "agent_option",
    "home_option",
    "progress",
    "reason_option",
    "store_option",
    "version_option",
]

_Item = TypeVar("_Item")
_Command = Callable[..., Any]
_BETWEEN_LINES = 30  # seconds


class _Place(click.ParamType[str | Path]):
    """A folder, or the address of an engine."""

    name = "FOLDER|ADDRESS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | Path:
        """Tell an address from a folder."""
        if is_address(value):
            return str(value)
        folder = click.Path(file_okay=False, path_type=Path).convert(value, param, ctx)
        return Path(str(folder))


home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the graph; without it COVE_HOME, or the user's data folder.",
)
store_option = click.option(
    "--home",
    "--store",
    "home",
    type=_Place(),
    help="Folder of the graph, or address of a SPARQL engine that holds it (docs/engines.md); "
    "without it COVE_STORE, COVE_HOME, or the user's data folder.",
)
agent_option = click.option(
    "--agent",
    default=agent_name,
    show_default="COVE_AGENT, or your user name",
    help="Whom the change is attributed to.",
)
reason_option = click.option("--reason", "-m", help="Why the change is made.")
version_option = click.option(
    "--version", "number", type=int, help="Number of the version to read; without it the newest."
)


def progress(items: Iterable[_Item], *, label: str, length: int | None = None) -> Iterator[_Item]:
    """Pass the items on and show how far the work is, how fast, and how long it still takes.

    On a terminal that is a bar; elsewhere, as in the log of a night's job, a line now and then.
    """
    pace = _Pace(label, length)
    if not sys.stderr.isatty():
        told = pace.began
        for item in items:
            pace.count += 1
            yield item
            if time.monotonic() - told > _BETWEEN_LINES:
                told = time.monotonic()
                click.echo(pace.line(), err=True)
        return
    with click.progressbar(
        items,
        length=length,
        label=label,
        file=sys.stderr,
        show_pos=True,
        update_min_steps=10,
        item_show_func=lambda _: pace.rate(),
    ) as bar:
        for item in bar:
            pace.count += 1
            yield item


@dataclass(slots=True)
class _Pace:
    """How far a work is."""

    label: str
    length: int | None
    began: float = field(default_factory=time.monotonic)
    count: int = 0

    def rate(self) -> str:
        return f"{self._per_second():,.0f}/s"

    def line(self) -> str:
        if self.length is None:
            return f"{self.label}: {self.count:,}, {self.rate()}"
        left = max(self.length - self.count, 0) / self._per_second()
        far = f"{self.count:,} of {self.length:,}"
        return f"{self.label}: {far}, {self.rate()}, {left:,.0f} s left"

    def _per_second(self) -> float:
        return (self.count or 1) / max(time.monotonic() - self.began, 0.001)
