"""Dates: days, months and years as bibliographies write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from kg.bibliographies.reference import Date

__all__ = ["date_of", "merged_date", "slashes", "year_in"]

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_SEASONS = {"spring": "1", "summer": "2", "autumn": "3", "fall": "3", "winter": "4"}
_EDTF_SEASONS = {"21": "1", "22": "2", "23": "3", "24": "4"}
_ISO = re.compile(r"(-?\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:T[\d:.]+Z?)?")
_SLASHES = re.compile(r"(\d{4})/(\d{0,2})/(\d{0,2})/?(.*)")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: [\d:]+)?")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_WORD = re.compile(r"[A-Za-z]{3,}")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_FIRST_YEAR = 1500


def year_in(text: str) -> int | None:
    """Return the first number of four digits that may be a year of publication.

    >>> year_in("2017///"), year_in("10 15"), year_in("vol 9999, 2015")
    (2017, None, 2015)
    """
    latest = datetime.now(UTC).year + 1
    years = (int(found) for found in _YEAR.findall(text))
    return next((year for year in years if _FIRST_YEAR <= year <= latest), None)


def date_of(text: str) -> Date | None:
    """Read a date in any of its forms; None where there is no year in it.

    >>> date_of("2012/05//").date_parts, date_of("2018 Nov 5").date_parts
    (((2012, 5),), ((2018, 11, 5),))
    >>> date_of("2019-05/2019-06").date_parts, date_of("05/11/2022").date_parts
    (((2019, 5), (2019, 6)), ((2022, 11, 5),))
    >>> date_of("Spring 2001").season, date_of("10 15")
    ('1', None)
    """
    text = text.strip()
    circa = text.endswith(("~", "?"))
    found = _slashed(text) or _span(text.rstrip("~?%")) or _day_first(text) or _worded(text)
    if found is None or not circa:
        return found
    return Date(date_parts=found.date_parts, season=found.season, circa=True)


def merged_date(year: str, day: str) -> tuple[Date | None, bool]:
    """Read a date from a year and another text that may name month and day; tell if it was used.

    >>> merged_date("2018", "SEP 12")[0].date_parts, merged_date("2018", "2019/01/05/")
    (((2018, 9, 12),), (Date(date_parts=((2018,),)), False))
    """
    first, second = date_of(year), date_of(day)
    if first is None or first.year is None:
        return second, second is not None
    if second is None and day:
        second = date_of(f"{first.year} {day}")
        if second == Date(date_parts=((first.year,),)):
            return first, False
    is_finer = (
        second is not None
        and second.year == first.year
        and len(first.date_parts[0]) <= len(second.date_parts[0])
    )
    return (second, True) if is_finer else (first, False)


def slashes(date: Date) -> str:
    """Write the first day of a date as RIS does.

    >>> slashes(Date(date_parts=((2018, 9),)))
    '2018/09//'
    """
    parts = [f"{part:02d}" for part in date.date_parts[0]] if date.date_parts else []
    return "/".join([*parts, *[""] * (3 - len(parts))]) + "/" + date.season


def _checked(*parts: int) -> tuple[int, ...] | None:
    """Return year, month and day without what cannot be; None without a year."""
    latest = datetime.now(UTC).year + 1
    if not parts or not _FIRST_YEAR <= parts[0] <= latest:
        return None
    if len(parts) > 1 and not 1 <= parts[1] <= 12:
        return parts[:1]
    if len(parts) > 2 and not 1 <= parts[2] <= 31:
        return parts[:2]
    return parts


def _dated(*parts: int, season: str = "") -> Date | None:
    checked = _checked(*parts)
    return Date(date_parts=(checked,), season=season) if checked else None


def _slashed(text: str) -> Date | None:
    """Read the form of RIS: year, month, day and words, with slashes between."""
    found = _SLASHES.fullmatch(text)
    if not found:
        return None
    parts = [int(part) for part in found.groups()[:3] if part]
    rest = found[4].strip()
    season = _SEASONS.get(rest.casefold(), rest if rest in "1234" else "")
    if rest and not season and len(parts) == 1:
        return _worded(f"{parts[0]} {rest}")
    return _dated(*parts, season=season)


def _span(text: str) -> Date | None:
    """Read ISO 8601 and EDTF: one day, or two with a slash between."""
    ends = text.split("/") if text.count("/") == 1 else [text]
    found = [_ISO.fullmatch(end.strip()) for end in ends]
    if found[0] is None or (len(found) == 2 and found[1] is None and ends[1] not in {"", ".."}):
        return None
    month = ends[0].strip().removeprefix(ends[0][:5])
    if len(ends) == 1 and month in _EDTF_SEASONS:
        return _dated(int(found[0][1]), season=_EDTF_SEASONS[month])
    if len(ends) == 2 and ends[1].strip().isdigit() and len(ends[1].strip()) <= 2:
        return _dated(*[int(part) for part in ends])  # 2019/05 is a month
    days = [_checked(*[int(part) for part in each.groups() if part]) for each in found if each]
    return Date(date_parts=tuple(day for day in days if day)) if days[0] else None


def _day_first(text: str) -> Date | None:
    found = _DAY_FIRST.fullmatch(text)
    return _dated(int(found[3]), int(found[2]), int(found[1])) if found else None


def _worded(text: str) -> Date | None:
    year = year_in(text)
    if year is None:
        return None
    words = [word.casefold() for word in _WORD.findall(text)]
    months = [_MONTHS.index(word[:3]) + 1 for word in words if word[:3] in _MONTHS]
    season = next((_SEASONS[word] for word in words if word in _SEASONS), "")
    if not months:
        return _dated(year, season=season)
    days = [int(day) for day in _DAY.findall(text)]
    return _dated(year, months[0], *days[:1])
