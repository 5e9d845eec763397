"""Accounts: what became of every record of a file that was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace

from kg.bibliographies.reference import FIELDS, Reference

__all__ = ["Account", "Failure", "Remark", "filled_in"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that could not be read: where it begins, why, and its text as it stands."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What was repaired or left out on the way: how often, where first, and the text there."""

    what: str
    count: int = 1
    line: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What was in a file and what became of it.

    `records` is counted in the bytes of the file, not by the parser that reads it, so the two
    check one another. `unmapped` says how often a tag is kept raw, `filled` how many references
    have a field.
    """

    source: str
    format: str
    encoding: str
    records: int
    read: int = 0
    failed: tuple[Failure, ...] = ()
    remarks: tuple[Remark, ...] = ()
    unmapped: dict[str, int] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)

    @property
    def is_balanced(self) -> bool:
        """Tell whether every record of the file is either read or told as failed."""
        return self.records == self.read + len(self.failed)

    @property
    def summary(self) -> str:
        """Say in a line what became of the file.

        >>> Account(source="a.ris", format="ris", encoding="utf-8", records=3, read=2).summary
        'a.ris: 3 records, 2 read, 0 failed: 1 UNACCOUNTED FOR; please report this file'
        """
        text = f"{self.source}: {self.records} records, {self.read} read, {len(self.failed)} failed"
        missing = self.records - self.read - len(self.failed)
        if missing:
            what = "UNACCOUNTED FOR" if missing > 0 else "MORE THAN COUNTED"
            return f"{text}: {abs(missing)} {what}; please report this file"
        return text

    def to_json(self) -> dict[str, object]:
        """Return the account as what JSON can hold."""
        return {**asdict(self), "balanced": self.is_balanced}


def filled_in(account: Account, references: Sequence[Reference]) -> Account:
    """Return the account of a file with what its references say, and each remark once."""
    unmapped = Counter(tag for reference in references for tag, _ in reference.raw)
    filled = Counter(name for reference in references for name in _filled(reference))
    return replace(
        account,
        read=len(references),
        remarks=tuple(_merged(account.remarks)),
        unmapped=dict(unmapped.most_common()),
        filled={name: filled[name] for name in FIELDS if filled[name]},
    )


def _merged(remarks: Iterable[Remark]) -> Iterable[Remark]:
    """Make one of the remarks that say the same."""
    found: dict[str, Remark] = {}
    for remark in remarks:
        before = found.get(remark.what)
        again = replace(before, count=before.count + remark.count) if before else remark
        found[remark.what] = again
    return found.values()


def _filled(reference: Reference) -> Iterator[str]:
    return (name for name in FIELDS if getattr(reference, name))
