"""The evidence graph: read, infer, validate, store, query.

>>> import kg
>>> kg.open().question("whose-value", sector="health-care").to_pandas()  # doctest: +SKIP
"""

from kg.dataset import Dataset
from kg.dataset import open_dataset as open  # noqa: A004  # kg.open() is what a notebook says
from kg.errors import CoveError

__all__ = ["CoveError", "Dataset", "open"]
