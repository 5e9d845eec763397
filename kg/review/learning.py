"""Learning: rank what is left to screen by the votes so far, and test how much may be missing."""

from __future__ import annotations

from importlib.metadata import version
from sqlite3 import Connection

import numpy as np
from scipy.stats import hypergeom
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from kg.bibliographies import Reference
from kg.errors import ReviewError
from kg.review.duplicates import whole
from kg.review.protocols import Stage
from kg.review.ranking import Figure, RecordsRanked
from kg.review.records import references

__all__ = ["chance", "rank", "screened"]

_TARGET = 0.95
_OPEN = ("waiting", "started")


def rank(db: Connection, stage: Stage, *, target: float = _TARGET) -> RecordsRanked:
    """Order what is left at a stage, what is likeliest to be relevant first."""
    labels = screened(db, stage)
    if len(set(labels.values())) < 2:
        message = "vote on at least one record to include and one to exclude first"
        raise ReviewError(f"cannot rank: there is nothing to learn from; {message}")
    rows = db.execute("SELECT item, state FROM decisions WHERE stage = ?", (stage.value,))
    states = {item: state for item, state in rows if state != "removed"}
    left = sorted(item for item, state in states.items() if state in _OPEN)
    order = _order(_texts(db, states), labels, left)
    relevant = sum(labels.values())
    return RecordsRanked(
        stage,
        order=order,
        relevant=relevant,
        irrelevant=len(labels) - relevant,
        software=f"scikit-learn {version('scikit-learn')}, TF-IDF and logistic regression",
        figure=Figure(
            target, len(labels), relevant, len(states), chance(list(labels.values()), len(states))
        ),
    )


def screened(db: Connection, stage: Stage) -> dict[int, bool]:
    """Return the items that somebody has judged, in their order: whether each is relevant."""
    rows = db.execute(
        "SELECT item, decisions.state, MIN(votes.number), MAX(verdict <> 'exclude') FROM votes"
        " JOIN items USING (record) JOIN decisions USING (item, stage) WHERE stage = ?"
        " AND state <> 'removed' GROUP BY item ORDER BY MIN(votes.number)",
        (stage.value,),
    )
    return {
        item: state == "included" or (state != "excluded" and bool(is_relevant))
        for item, state, _, is_relevant in rows
    }


def chance(labels: list[bool], count: int, *, target: float = _TARGET) -> float:
    """Return how likely what was seen is, were the recall below the target; the least of all looks.

    `labels` says of each record screened, in order, whether it is relevant; `count` is how many
    there are in all. For each n, the last n are taken for a sample of those that were left
    before them.

    >>> chance([True] * 5 + [False] * 5, 1_000) > 0.9
    True
    >>> chance([True] * 20 + [False] * 900, 1_000) < 0.05
    True
    """
    if not labels:
        return 1.0
    seen = np.array(labels[::-1], dtype=int)
    drawn = np.arange(1, len(seen) + 1)
    found = np.cumsum(seen)
    before = found[-1] - found  # relevant ones before the sample
    there = count - (len(seen) - drawn)  # records before the sample was drawn
    # The smallest number of relevant ones among these with which the target would be missed.
    missed = np.floor(found[-1] / target + 1 - before).astype(int)
    is_possible = missed <= there
    found_chance = hypergeom.cdf(found, there, np.minimum(missed, there), drawn)
    return float(np.min(np.where(is_possible, found_chance, 0.0)))


def _order(texts: dict[int, str], labels: dict[int, bool], left: list[int]) -> tuple[int, ...]:
    if not left:
        return ()
    vectors = TfidfVectorizer(
        sublinear_tf=True, ngram_range=(1, 2), min_df=1, max_features=100_000, stop_words="english"
    )
    matrix = vectors.fit_transform(texts.values())
    place = {item: row for row, item in enumerate(texts)}
    model = LogisticRegression(class_weight="balanced", C=10.0, max_iter=1_000, random_state=0)
    model.fit(matrix[[place[item] for item in labels]], list(labels.values()))
    scores = model.decision_function(matrix[[place[item] for item in left]])
    return tuple(item for _, item in sorted(zip(-scores, left, strict=True)))


def _texts(db: Connection, items: dict[int, str]) -> dict[int, str]:
    """Return the words of each item; of several records together."""
    several = {
        item for (item,) in db.execute("SELECT item FROM items GROUP BY item HAVING COUNT(*) > 1")
    }
    alone = references(db, [item for item in items if item not in several])
    return {
        item: _words(alone[item] if item in alone else whole(db, item)) for item in sorted(items)
    }


def _words(found: Reference) -> str:
    return "\n".join((found.title, found.title, found.abstract, *found.keywords)) or "untitled"
