"""Bibliographies: what databases and reference managers export, as references and an account.

Nothing of a file is lost without a word: a record is read or told as failed, a tag is taken by a
field or kept raw, and a repair is remarked on.
"""

from kg.bibliographies.account import Account, Failure, Remark
from kg.bibliographies.comparing import Comparison, Difference, compare
from kg.bibliographies.eppi_codes import Attribute, CodeSet, read_code_sets
from kg.bibliographies.formats import FORMATS, Import, read_references, with_own_ids
from kg.bibliographies.reference import FIELDS, Date, Name, Reference
from kg.bibliographies.writing import WRITERS, write_references

__all__ = [
    "FIELDS",
    "FORMATS",
    "WRITERS",
    "Account",
    "Attribute",
    "CodeSet",
    "Comparison",
    "Date",
    "Difference",
    "Failure",
    "Import",
    "Name",
    "Reference",
    "Remark",
    "compare",
    "read_code_sets",
    "read_references",
    "with_own_ids",
    "write_references",
]
