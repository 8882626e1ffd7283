"""What kind of personal value a string is, by its shape, its check digits and the name of its column.

Made for columns of a sample: hundreds of thousands of values a second, few false alarms. A shape alone that many
harmless values share (a date, a decimal, two Han characters) counts only where the column's name says so too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import mul
from typing import Final

from yumen.audit.evidence.kinds import Kind, kinds_of_name

SHARE: Final = 0.5
"""From this share of the non-empty values on, a column is of a kind by its values alone."""
SHARE_NAMED: Final = 0.2
"""The same where the name of the column says so too."""
VALUE_CHARS_MAX: Final = 512
MINOR_YEARS: Final = 18


@cache
def _shapes() -> re.Pattern[str]:
    """Compiled by the first value: most runs see none."""
    return re.compile(
        r"(?P<phone>(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
        r"|(?P<id_number>[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])"
        r"|(?P<bank_card>[3-6]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,4})?)"
        r"|(?P<wechat>o[A-Za-z0-9_-]{27})"
        r"|(?P<session_key>[A-Za-z0-9+/]{22}==)"
        r"|(?P<email>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})"
        r"|(?P<plate>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳])"
        r"|(?P<passport>[EG]\d{8}|E[A-HJ-NP-Z]\d{7})"
        r"|(?P<sealed>(?:\\x|0x)?[0-9a-f]{48,}|[A-Za-z0-9+/_-]{43,}={0,2})"
        r"|(?P<day>(?:19|20)\d{2}[-/.年]?(?:0?[1-9]|1[0-2])[-/.月]?(?:0?[1-9]|[12]\d|3[01])日?(?:[ T].{1,20})?)"
        r"|(?P<decimal>-?\d{1,3}\.\d{3,15}(?:, ?-?\d{1,3}\.\d{3,15})?)"
        r"|(?P<code>\d{3,4})"
        r"|(?P<han>[\u4e00-\u9fff·]{2,6})"
    )


@cache
def _address() -> re.Pattern[str]:
    return re.compile(
        r"(?:[\u4e00-\u9fff]{1,8}(?:省|市|自治区|特别行政区|区|县|旗))[^,;]{0,60}?(?:路|街|道|巷|弄|村|镇|乡|小区|大厦|广场|号|栋|单元|室)"
    )


@cache
def _health() -> re.Pattern[str]:
    return re.compile(
        r"(?:糖尿病|高血压|乙肝|艾滋|过敏|孕|病史|诊断|抑郁|癌|哮喘|血型|体脂|湿疹|痤疮|处方|手术"
        r"|diabet|hypertens|allerg|pregnan|diagnos|asthma|eczema|prescription|depress)",
        re.IGNORECASE,
    )


_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_ONLY_NAMED: Final = frozenset({Kind.CARD_CODE, Kind.SESSION_KEY, Kind.PASSPORT, Kind.NAME, Kind.LOCATION, Kind.BIRTH})
"""Shapes that harmless values share."""


@dataclass(frozen=True, slots=True)
class Class:
    """What a column holds. `share` of the non-empty values that were of that kind; 0 when only the name says so."""

    kind: Kind
    share: float
    values: int


def classify(name: str, values: Iterable[str], on: date, comment: str = "") -> tuple[Class, ...]:
    """The kinds of a column, surest first. `on` tells minors from adults; values are looked at, never kept."""
    named = kinds_of_name(name) | kinds_of_name(comment)
    counts: Counter[Kind] = Counter()
    seen = 0
    for value in values:
        if value and len(value) <= VALUE_CHARS_MAX:
            seen += 1
            for kind in kinds_of_value(value, named, on):
                counts[kind] += 1
    classes = [
        Class(kind, count / seen, seen)
        for kind, count in counts.items()
        if count / seen >= (SHARE_NAMED if kind in named else SHARE) and (kind in named or kind not in _ONLY_NAMED)
    ]
    return tuple(sorted(classes, key=lambda one: (-one.share, one.kind)))


def kinds_of_value(value: str, named: frozenset[Kind], on: date) -> Sequence[Kind]:
    """The kinds of one value. Check digits are checked; what needs a name looks at `named`."""
    found = _shapes().fullmatch(value)
    if found is None:
        return _of_text(value, named)
    group = found.lastgroup or ""
    if group == "id_number":
        return _of_id_number(value, on)
    if group == "bank_card":
        return (Kind.BANK_CARD,) if luhn(value) else ()
    if group == "wechat":
        return (Kind.UNIONID,) if Kind.UNIONID in named else (Kind.OPENID,)
    if group == "day":
        return _of_day(value, named, on)
    if group in {"decimal", "code", "han"}:
        return _by_name(group, value, named)
    return (Kind(group),)


def valid_id_number(value: str) -> bool:
    """GB 11643: eighteen characters with the check digit of ISO 7064 MOD 11-2."""
    total = sum(map(mul, map(int, value[:17]), _WEIGHTS))
    return "10X98765432"[total % 11] == value[17] or (value[17] == "x" and total % 11 == 2)


def luhn(value: str) -> bool:
    """The check digit of bank cards (ISO/IEC 7812)."""
    digits = [int(one) for one in value if one.isdigit()]
    total = sum(digits[-1::-2]) + sum(_DOUBLED[one] for one in digits[-2::-2])
    return total % 10 == 0 and len(set(digits)) > 1


def _of_id_number(value: str, on: date) -> Sequence[Kind]:
    if not valid_id_number(value):
        return (Kind.BANK_CARD,) if value.isdigit() and luhn(value) and value[0] in "3456" else ()
    return (Kind.ID_NUMBER, Kind.MINOR) if _is_minor(value[6:14], on) else (Kind.ID_NUMBER,)


def _of_day(value: str, named: frozenset[Kind], on: date) -> Sequence[Kind]:
    if Kind.BIRTH not in named:
        return ()
    return (Kind.BIRTH, Kind.MINOR) if _is_minor(_digits(value), on) else (Kind.BIRTH,)


def _by_name(group: str, value: str, named: frozenset[Kind]) -> Sequence[Kind]:
    if group == "decimal":
        return (Kind.LOCATION,) if Kind.LOCATION in named else ()
    if group == "code":
        return (Kind.CARD_CODE,) if Kind.CARD_CODE in named else ()
    kinds = [Kind.NAME] if Kind.NAME in named and len(value) <= 4 else []
    if _health().search(value):
        kinds.append(Kind.HEALTH)
    return kinds


def _of_text(value: str, named: frozenset[Kind]) -> Sequence[Kind]:
    if not value.isascii():
        if _address().search(value):
            return (Kind.ADDRESS,)
        if Kind.HEALTH in named and _health().search(value):
            return (Kind.HEALTH,)
    elif Kind.HEALTH in named and _health().search(value):
        return (Kind.HEALTH,)
    elif Kind.NAME in named and value.replace(" ", "").isalpha():
        return (Kind.NAME,)
    return ()


def _digits(value: str) -> str:
    """`2012/3/4 …` → `20120304`."""
    parts = re.findall(r"\d+", value)
    return parts[0][:8] if len(parts[0]) >= 8 else "".join(part.zfill(2) for part in parts[:3])


def _is_minor(day: str, on: date) -> bool:
    """Is somebody born on that day (YYYYMMDD) younger than eighteen? Days sort as their digits do."""
    return len(day) == 8 and _youngest_adult(on) < day <= f"{on:%Y%m%d}"


@cache
def _youngest_adult(on: date) -> str:
    return f"{on.year - MINOR_YEARS}{on:%m%d}"
