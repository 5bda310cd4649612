"""The forms in which a date or a time of day is written, and what such a cell says.

Months are known by name in English, Italian, German, French, Spanish, Portuguese, Dutch and the
languages of Scandinavia, in which no name means two months, and days of the week in the first five.
A number alone is no date: 101325 may be a pressure, and 10 a price; nor is a word alone: may.
"""

import re
import unicodedata
from calendar import isleap
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import TypeAlias

import numpy as np

_NAMES = (
    "january jan gennaio genn gen januar janner janvier janv enero ene januari janeiro",
    "february feb febbraio febbr februar feber fevrier fevr fev febrero februari fevereiro",
    "march mar marzo marz mrz mars maart mrt marco marts",
    "april apr aprile avril avr abril abr",
    "may maggio magg mag mai mayo mei maio maj",
    "june jun giugno giu juni juin junio junho",
    "july jul luglio lug juli juillet juill juil julio julho",
    "august aug agosto ago aout aou augustus augusti",
    "september sep sept settembre sett set septembre septiembre setiembre setembro",
    "october oct ottobre ott oktober okt octobre octubre outubro out",
    "november nov novembre noviembre novembro",
    "december dec dicembre dic dezember dez decembre diciembre dezembro desember des",
)
MONTHS = {name: month for month, names in enumerate(_NAMES, start=1) for name in names.split()}
"""The number of a month by its name, in small letters without accents."""

_DAYS = (
    "monday mon lunedi lun montag mo lundi lunes",
    "tuesday tues tue martedi mar dienstag di mardi martes",
    "wednesday wed mercoledi mer mittwoch mi mercredi miercoles mie",
    "thursday thurs thur thu giovedi gio donnerstag do jeudi jeu jueves jue",
    "friday fri venerdi ven freitag fr vendredi viernes vie",
    "saturday sat sabato sab samstag sonnabend sa samedi sam sabado",
    "sunday sun domenica dom sonntag so dimanche dim domingo",
)
_WEEKDAYS = frozenset(name for names in _DAYS for name in names.split())
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "cest": 2, "eet": 2,
    "eest": 3, "jst": 9, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7,
}  # fmt: skip

_CLOCK = (
    r"(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,](?P<part>[0-9]+))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
)
_OFFSET = r"(?P<zone>[A-Za-z]{1,4})?\s*(?:(?P<sign>[+-])(?P<oh>[0-9]{2}):?(?P<om>[0-9]{2})?)?"
_TIME = rf"(?:(?:T|,? )\s*{_CLOCK}\s*{_OFFSET})?"
_NTH = "(?:st|nd|rd|th|er|re|º|°)?"  # 1st, 1er, 1°
_OF = "(?:(?:de|del|di|of) )?"
_YEAR = "'?(?P<y>[0-9]{4}|[0-9]{2})"
_TIME_OF_DAY = _TIME.replace("(?:T|", "(?:T|:|")  # 10/Oct/2000:13:55:36, as servers write it
_WORD = r"(?P<month>[^\W\d_]{3,10})\.?"
YEAR_FIRST = re.compile(
    rf"(?P<y>[0-9]{{4}})(?P<mark>[-/.])(?P<m>[0-9]{{1,2}})(?P=mark)(?P<d>[0-9]{{1,2}}){_TIME}"
)
YEAR_LAST = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<mark>[-/.])(?P<b>[0-9]{1,2})(?P=mark)(?P<y>[0-9]{4}|[0-9]{2})" + _TIME
)
_OTHERS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # These two first, because they are frequent: nothing is of one of them and of another.
        rf"(?P<d>[0-9]{{1,2}}){_NTH}(?:\.? ?{_OF}|[-/.]){_WORD}(?:[- ,/.]*{_OF}){_YEAR}"
        + _TIME_OF_DAY,
        rf"{_WORD}(?P<sep> {{0,2}}|[-/])(?P<d>[0-9]{{1,2}}){_NTH}(?:,? {_OF}|,|(?P=sep))(?<![0-9])"
        rf"{_YEAR}{_TIME_OF_DAY}",
        r"(?P<y>[0-9]{4})[-/](?P<m>0[1-9]|1[0-2])",
        r"(?P<y>[0-9]{4})[-/](?P<next>[0-9]{2})",  # a season, 2021/22, where it is no month
        r"(?P<y>[0-9]{4})-(?P<doy>[0-3][0-9]{2})",
        r"(?P<m>0?[1-9]|1[0-2])/(?P<y>[0-9]{4})",
        r"(?P<y>[0-9]{4})[- ]?M(?P<m>0?[1-9]|1[0-2])",
        r"(?P<y>[0-9]{4})[- /]?[QT](?P<q>[1-4])",
        r"[QT](?P<q>[1-4])[- /.']? ?(?P<y>[0-9]{4}|[0-9]{2})",
        r"(?P<q>[1-4])(?:\.|st|nd|rd|th|er?)? (?:quart(?:er|al)|trimest(?:re|er)) (?P<y>[0-9]{4})",
        r"FY ?'?(?P<y>[0-9]{4}|[0-9]{2})",
        r"(?P<q>[1-4])\.?[QT][- /.']?(?P<y>[0-9]{4}|[0-9]{2})",
        r"(?P<y>[0-9]{4})[- ]?[HS](?P<half_year>[12])",
        r"[HS](?P<half_year>[12])[- /]?(?P<y>[0-9]{4})",
        r"(?P<y>[0-9]{4})-?W(?P<w>[0-5][0-9])(?:-?(?P<wd>[1-7]))?",
        r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})[T ](?P<h>[0-9]{2}):?(?P<min>[0-9]{2})"
        rf"(?::?(?P<s>[0-9]{{2}})(?:[.,](?P<part>[0-9]+))?)?{_OFFSET}",
        rf"{_WORD}(?:[- /]|\.? de |')(?P<y>[0-9]{{4}}|[0-9]{{2}})",
        rf"(?P<y>[0-9]{{4}})(?:[-/. ]|, ?){_WORD}(?:[-/. ]+(?P<d>[0-9]{{1,2}}){_NTH}\.?{_TIME})?",
        rf"{_WORD} {{1,2}}(?P<d>[0-9]{{1,2}}) {_CLOCK} "
        r"(?:(?P<zone>[A-Z]{1,4}) )?(?P<y>[0-9]{4})",
        r"(?P<h>[0-2]?[0-9]):(?P<min>[0-5][0-9])(?::(?P<s>[0-5][0-9])(?:\.(?P<part>[0-9]+))?)?"
        r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?",
    )
)
_FORMS = (YEAR_FIRST, YEAR_LAST, *_OTHERS)
# Most dates are of these two forms: a million of them is read in a second or two.
_USUAL = re.compile(
    r"(?:([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{1,2})([-/.])([0-9]{1,2})\6([0-9]{4}))"
    r"(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
# Lines of the commonest form of all, each with a day of ten signs.
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
_ISO_LINES = re.compile(rf"{_ISO}(?:\n{_ISO})*")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_WEEKDAY = re.compile(r"([^\W\d_]{2,10})\.?,? +(?=\S)")
_WEEKDAY_BEHIND = re.compile(r"(.*[^\s,]),? +\(?([^\W\d_]{2,10})\.?\)?")
_ARTICLE = re.compile("(?:the|le|il|el|den|am) +(?=[0-9])", re.IGNORECASE)
_LETTERS = re.compile("([0-9]{4})[年년]\\s?([0-9]{1,2})[月월]\\s?([0-9]{1,2})[日일]")
_LETTERS_OF_MONTH = re.compile("([0-9]{4})[年년]\\s?([0-9]{1,2})[月월]")
_PLACE = re.compile(r"(?<=[0-9])(?:\[[A-Za-z]+/[A-Za-z_/]+\]| [A-Z][A-Za-z]+/[A-Za-z_/]+)$")
_HOURS = re.compile(r"[T ]([0-2]?[0-9])(?:h|h?([0-5][0-9])?\s?(?:h|Uhr)|[h.]([0-5][0-9]))$")
_SPACES = str.maketrans("\u00a0\u2009\u202f", "   ")
_LONGEST = 50
_HOUR = 3_600.0
_PIVOT = 69  # two digits from here on are of the last century, as POSIX has it

_Form: TypeAlias = tuple[re.Pattern[str], dict[str, str], int]
"""The form of a cell, its parts, and the month that they say (1 where they say none)."""

CLOCK_ONLY, TWO_DIGITS, POINTS = 1, 2, 4
"""Kinds of a date: it has no day; its year has two digits and no day; its marks are points."""


def is_date(cell: str) -> bool:
    """Whether a cell is a date or a time of day, in one of the usual forms.

    3/4/2012 need not be decided: one of its two readings must be a day of the calendar.
    """
    if usual := _USUAL.fullmatch(cell):
        return _usual(usual) is not None
    found = _form(cell)
    return found is not None and _is_in_calendar(found)


def are_dates(cells: Collection[str]) -> bool:
    """Whether each of many cells is a date or a time of day, as `is_date` says of one."""
    text = "\n".join(cells)
    if text.count("\n") != len(cells) - 1 or not _ISO_LINES.fullmatch(text):
        return all(map(is_date, cells))
    days = {cell[:10] for cell in cells}
    try:
        np.array([*days], "datetime64[D]")
    except ValueError:
        return False
    return not any(day.startswith("0000") for day in days)  # a year that the calendar lacks


def _is_in_calendar(found: _Form) -> bool:
    form, parts, month = found
    if form is YEAR_FIRST:
        return _is_day(int(parts["y"]), int(parts["m"]), int(parts["d"]))
    if form is YEAR_LAST:
        year, first, second = year_of(parts["y"]), int(parts["a"]), int(parts["b"])
        return _is_day(year, second, first) or (
            parts["mark"] != "." and _is_day(year, first, second)
        )
    if parts.get("doy"):
        return 0 < int(parts["doy"]) <= 365 + isleap(int(parts["y"]))
    if parts.get("next"):
        return int(parts["next"]) == (int(parts["y"]) + 1) % 100
    day = int(parts.get("d") or 1)
    return "y" not in parts or _is_day(year_of(parts["y"]), month, day)


def is_no_day(cell: str) -> bool:
    """Whether a cell is written as a date, of a day that the calendar does not have."""
    found = _form(cell)
    if found is None or is_date(cell):
        return False
    return found[0] in (YEAR_FIRST, YEAR_LAST)


def fields_of(label: str) -> tuple[tuple[float, ...], int] | None:
    """Return what a label says, and what kind of date it is; None where it is none.

    The fields are year, month, day, seconds since midnight in UTC as far as the offset is known,
    and for a year that stands last (else 0 0) the two numbers before it.
    """
    label = label.strip()
    if usual := _USUAL.fullmatch(label):
        return _usual(usual)
    if compact := _COMPACT.fullmatch(label):
        y, m, d = map(int, compact.groups())
        return ((y, m, d, 0.0, 0, 0), 0) if _is_day(y, m, d) else None
    found = _form(label)
    if found is None or not _is_in_calendar(found):
        return None
    form, parts, month = found
    if form is YEAR_FIRST:
        return (int(parts["y"]), int(parts["m"]), int(parts["d"]), _seconds(parts), 0, 0), 0
    if form is YEAR_LAST:
        kind = POINTS if parts["mark"] == "." else 0
        return (year_of(parts["y"]), 1, 1, _seconds(parts), int(parts["a"]), int(parts["b"])), kind
    if "y" not in parts:
        return (1970, 1, 1, _seconds(parts), 0, 0), CLOCK_ONLY
    day, kind = int(parts.get("d") or 1), 0
    if parts.get("month") and not parts.get("d") and len(parts["y"]) == 2:
        kind = TWO_DIGITS
    if parts.get("doy"):
        day = int(parts["doy"])
    if parts.get("w"):
        day = 7 * int(parts["w"]) - 7 + int(parts.get("wd") or 1)
    return (year_of(parts["y"]), month, day, _seconds(parts), 0, 0), kind


def _usual(found: re.Match[str]) -> tuple[tuple[float, ...], int] | None:
    """What `fields_of` says of a date in one of the usual forms."""
    year, _, month, day, first, mark, second, last, h, minute, s = found.groups()
    seconds = int(h) * _HOUR + int(minute) * 60.0 + int(s or 0) if h else 0.0
    if year:
        if not _is_day(int(year), int(month), int(day)):
            return None
        return (int(year), int(month), int(day), seconds, 0, 0), 0
    a, b, y = int(first), int(second), int(last)
    if not (_is_day(y, b, a) or (mark != "." and _is_day(y, a, b))):
        return None
    return (y, 1, 1, seconds, a, b), POINTS if mark == "." else 0


def year_of(digits: str) -> int:
    """Return the year that two or four digits mean."""
    year = int(digits)
    return year if len(digits) > 2 else year + (1900 if year >= _PIVOT else 2000)


def _form(cell: str) -> _Form | None:
    """Match a cell, without the day of the week before it, against the forms."""
    if not 4 <= len(cell) <= _LONGEST or cell.isdigit():
        return None
    if not cell.isascii():  # accents as signs of their own, spaces that do not break
        cell = unicodedata.normalize("NFC", cell).translate(_SPACES)
    if (found := _in_any(cell)) is not None:
        return found
    if not cell[0].isdigit():
        return None
    respelled = _respelled(cell)
    return _in_any(respelled) if respelled != cell else None


def _in_any(cell: str) -> _Form | None:
    """Match a cell against the forms, without the day of the week before or behind it."""
    if cell[0].isdigit():
        if (found := _one_of(cell)) is not None:
            return found
        behind = _WEEKDAY_BEHIND.fullmatch(cell)
        return _one_of(behind[1]) if behind and _plain(behind[2]) in _WEEKDAYS else None
    before = _WEEKDAY.match(cell)
    if before is not None and _plain(before[1]) in _WEEKDAYS:
        rest = cell[before.end() :]
        if (found := _one_of(_ARTICLE.sub("", rest, count=1))) is not None:
            return found
    return _one_of(_ARTICLE.sub("", cell, count=1))


def _respelled(cell: str) -> str:
    """A cell with its signs as the others have them: 2024年1月2日, 1.2.2024 14h30, from - to."""
    cell = _LETTERS.sub(r"\1-\2-\3 ", cell).strip()
    cell = _LETTERS_OF_MONTH.sub(r"\1-\2", cell)
    cell = _PLACE.sub("", cell)
    start, apart, end = cell.partition(" - ")
    if apart and _one_of(start) and _one_of(end):
        return start
    return _HOURS.sub(lambda found: f" {found[1]}:{found[2] or found[3] or '00'}", cell)


def _one_of(cell: str) -> _Form | None:
    for form in _FORMS:
        found = form.fullmatch(cell)
        if found is None:
            continue
        parts = found.groupdict()
        zone = parts.get("zone")
        if zone and zone.lower() not in _ZONES:
            continue
        if (month := _month(parts)) is not None:
            return form, parts, month
    return None


def _month(parts: dict[str, str]) -> int | None:
    """The month that the parts of a form say; 1 where they say none, None where it is no name."""
    if parts.get("month"):
        return MONTHS.get(_plain(parts["month"]))
    if parts.get("q"):
        return 3 * int(parts["q"]) - 2
    if parts.get("half_year"):
        return 6 * int(parts["half_year"]) - 5
    return int(parts["m"]) if parts.get("m") else 1


@lru_cache(4096)
def _plain(word: str) -> str:
    """A word in small letters without accents."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _seconds(parts: dict[str, str]) -> float:
    """Seconds since midnight in UTC, as far as the offset is known."""
    if not parts.get("h"):
        return 0.0
    hours = int(parts["h"])
    if parts.get("half"):
        hours = hours % 12 + (12 if parts["half"] in "pP" else 0)
    seconds = hours * _HOUR + int(parts["min"]) * 60.0 + int(parts["s"] or 0)
    if parts.get("part"):
        seconds += float(f"0.{parts['part']}")
    if parts.get("zone"):
        seconds -= _ZONES[parts["zone"].lower()] * _HOUR
    if parts.get("sign"):
        offset = int(parts["oh"]) * _HOUR + int(parts["om"] or 0) * 60.0
        seconds -= offset if parts["sign"] == "+" else -offset
    return seconds
