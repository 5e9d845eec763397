"""Finding duplicates with the rules of bib-dedupe, in one process and in bounded memory.

Its preparation, its blocking rules, its similarities and its conditions decide; the loops around
them are ours, for its own build a table for each block and start processes for each step.
"""

from __future__ import annotations

import contextlib
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kg.bibliographies import Date, Name, Reference
from kg.duplicates.clusters import Cluster, Findings, Pair, clusters_of
from kg.errors import ConfigurationError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["examine", "find_duplicates"]

BLOCK_LIMIT = 300
"""References that one block may have: what more of them share tells nothing."""

_ENTRIES: Mapping[str, str] = MappingProxyType(
    {
        "article-journal": "article",
        "chapter": "inbook",
        "book": "book",
        "report": "techreport",
        "thesis": "phdthesis",
        "paper-conference": "inproceedings",
    }
)
# The similarities that bib-dedupe computes, and what we call them.
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "doi": "DOI",
        "title": "title",
        "author": "authors",
        "container_title": "journal or book",
        "year": "year",
        "volume": "volume",
        "number": "issue",
        "pages": "pages",
        "abstract": "abstract",
    }
)
_CHUNK = 20_000  # pairs compared at once, so that memory stays bounded
_SAME, _OTHER = 0.95, 0.5


_FULL = Reference(
    id="\x00full",
    title="Full",
    author=(Name(family="Full", given="F."),),
    container_title="Full",
    issued=Date(date_parts=((2000,),)),
    volume="1",
    issue="1",
    page="1-2",
    abstract="Full.",
    doi="10.5555/full",
)


def find_duplicates(references: Iterable[Reference]) -> tuple[Cluster, ...]:
    """Return the clusters of references that are one work."""
    return examine(references).clusters


def examine(references: Iterable[Reference]) -> Findings:
    """Compare references: clusters, and pairs that a person should look at, the likeliest first.

    The ids must be different. Without the extra `review` raise ConfigurationError.
    """
    known = [one for one in references if one.title]
    if len(known) < 2:
        return Findings((), ())
    with _quiet():
        table = _prepared(known)
        pairs, remarks = _blocked(table)
        true, maybe = _matched(table, pairs)
    return Findings(clusters_of(true), tuple(sorted(maybe, key=lambda p: -p.score)), remarks)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep bib-dedupe from printing, and from warning of how it uses pandas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import bib_dedupe.bib_dedupe  # noqa: PLC0415  # an optional extra
            from number_parser import parser  # noqa: PLC0415  # comes with bib-dedupe
        except ImportError as error:
            what = "duplicates need bib-dedupe; install cove-kg[review]"
            raise ConfigurationError(what) from error
        bib_dedupe.verbose_print.verbosity_level = 0
        # it loads the words of six languages anew for each title: four fifths of all the time
        parser.LanguageData = _kept(parser.LanguageData)
        yield


@cache
def _kept(make: Callable[[str], object]) -> Callable[[str], object]:
    """Remember what a function made; one that remembers is left as it is."""
    return make if hasattr(make, "cache_info") else cache(make)


def _prepared(references: Sequence[Reference]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415  # comes with bib-dedupe
    from bib_dedupe.bib_dedupe import prep  # noqa: PLC0415  # an optional extra

    # a column without any value makes it fail, so one row more has them all, and goes again
    rows = [*map(_row, references), _row(_FULL)]
    table = prep(pd.DataFrame(rows, dtype="string"), verbosity_level=0, cpu=1)
    return table[table["ID"] != _FULL.id].reset_index(drop=True)


def _row(reference: Reference) -> dict[str, str]:
    """Write a reference as bib-dedupe reads it: in the manner of BibTeX."""
    is_book = reference.type in {"chapter", "paper-conference"}
    container = reference.container_title or reference.event_title or reference.collection_title
    return {
        "ID": reference.id,
        "ENTRYTYPE": _ENTRIES.get(reference.type, "misc"),
        "title": reference.title,
        "author": " and ".join(name.whole for name in reference.author),
        "year": str(reference.year or ""),
        "journal": "" if is_book else container,
        "booktitle": container if is_book else "",
        "series": "",
        "volume": reference.volume,
        "number": reference.issue,
        "pages": (reference.page or reference.number).replace("-", "--"),
        "abstract": reference.abstract,
        "doi": reference.doi,
        "search_set": "",
    }


def _blocked(table: pd.DataFrame) -> tuple[list[tuple[int, int]], tuple[str, ...]]:
    """Return the rows to compare: those that share the fields of a blocking rule."""
    from bib_dedupe.block import block_fields_list  # noqa: PLC0415  # an optional extra

    found: dict[tuple[int, int], bool] = {}
    left_out = 0
    titles = [set(title.split()) for title in table["title"]]
    plain = table["title"].tolist()
    for fields in block_fields_list:
        names = sorted(fields)
        needs_overlap = not fields & {"title_short", "doi", "pages"}
        blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for row, values in enumerate(zip(*(table[name] for name in names), strict=True)):
            if all(values):
                blocks[values].append(row)
        for rows in blocks.values():
            if len(rows) > BLOCK_LIMIT:
                left_out += 1
                continue
            for pair in combinations(rows, 2):
                found[pair] = found.get(pair, True) and needs_overlap
    pairs = [
        (a, b)
        for (a, b), is_needed in found.items()
        if not is_needed or plain[a] == plain[b] or _overlap(titles[a], titles[b])
    ]
    remarks = f"{left_out} groups of more than {BLOCK_LIMIT} that share little were not compared"
    return pairs, (remarks,) if left_out else ()


def _overlap(first: set[str], second: set[str]) -> bool:
    """Tell whether half the words of the shorter title are in the other; one word tells nothing."""
    if len(first) < 2 or len(second) < 2:
        return True
    return len(first & second) / (min(len(first), len(second)) + 1) >= 0.5


def _matched(
    table: pd.DataFrame, pairs: Sequence[tuple[int, int]]
) -> tuple[list[Pair], list[Pair]]:
    """Compute similarities, and divide the pairs by the conditions of bib-dedupe."""
    import pandas as pd  # noqa: PLC0415  # comes with bib-dedupe

    rows = table.to_dict("records")
    found: tuple[list[Pair], list[Pair]] = ([], [])
    for start in range(0, len(pairs), _CHUNK):
        part = pairs[start : start + _CHUNK]
        similar = pd.DataFrame(_similarities(rows[a], rows[b]) for a, b in part)
        for kept, alike in zip(found, _divided(similar), strict=True):
            kept.extend(map(_pair, alike.to_dict("records")))
    return found


def _divided(similar: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide pairs into duplicates and those that a person should look at."""
    from bib_dedupe.match import (  # noqa: PLC0415  # an optional extra
        DUPLICATE_CONDITIONS,
        NON_DUPLICATE_CONDITIONS,
    )

    true = similar.query("|".join(DUPLICATE_CONDITIONS), engine="python")
    true = true.query("~(" + " | ".join(NON_DUPLICATE_CONDITIONS) + ")", engine="python")
    rest = similar.drop(true.index)
    maybe = rest[
        (rest["title"] > 0.85) & (rest["author"] > 0.75)
        | (rest["title"] > 0.8) & (rest["abstract"] > 0.8)
        | (rest["title"] > 0.8) & (rest["container_title"] > 0.8)
        | (rest["doi_1"] != "") & (rest["doi_1"] == rest["doi_2"])
    ]
    return true, maybe


def _similarities(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, Any]:
    """Compute how alike two prepared rows are, field by field."""
    from bib_dedupe import sim  # noqa: PLC0415  # an optional extra

    found: dict[str, Any] = {f"{name}_1": value for name, value in first.items()}
    found |= {f"{name}_2": value for name, value in second.items()}
    found["author"] = float(
        sim.sim_author(
            first["author"], first["author_full"], second["author"], second["author_full"]
        )
    )
    for name, compare in sim.similarity_functions.items():
        found[name] = float(compare(first[name], second[name]))
    found["page_ranges_adjacent"] = sim.page_ranges_adjacent(found)
    return found


@cache
def _program() -> str:
    return f"bib-dedupe {version('bib-dedupe')}"


def _pair(row: Mapping[str, Any]) -> Pair:
    shared = [name for name in _WORDS if row[f"{name}_1"] and row[f"{name}_2"]]
    scores = [float(row[name]) for name in shared]
    return Pair(
        first=row["ID_1"],
        second=row["ID_2"],
        score=round(sum(scores) / len(scores), 3) if scores else 0.0,
        same=tuple(_WORDS[name] for name in shared if row[name] >= _SAME),
        other=tuple(_WORDS[name] for name in shared if row[name] < _OTHER),
        by=_program(),
    )
