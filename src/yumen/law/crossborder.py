"""The ways out of the mainland as dated data: mechanisms (PIPL art. 38), exemptions (Order 16), zone lists."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from yumen.kit.i18n import Language
from yumen.law.numbers import Tag


@dataclass(frozen=True, slots=True)
class Instrument:
    """A mechanism or an exemption while it is law. `validity`: the law number of a filing's life."""

    name: str
    article: str
    effective_on: date
    review_on: date
    en: str
    zh: str
    ended_on: date | None = None
    validity: str | None = None

    def holds(self, on: date) -> bool:
        return self.effective_on <= on and (self.ended_on is None or on <= self.ended_on)

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One row of a negative list. From `general_listed` persons a year on the data is on the list, below it is free."""

    place: str
    sector: str
    scenario: str
    filing_needed: bool
    valid_from: date
    tag: Tag
    source: str
    review_on: date
    en: str
    zh: str
    general_listed: int | None = None
    sensitive_listed: int | None = None

    def holds(self, on: date) -> bool:
        return self.valid_from <= on


@dataclass(frozen=True, slots=True)
class _File:
    mechanism: tuple[Instrument, ...]
    exemption: tuple[Instrument, ...]
    zone: tuple[ZoneRow, ...]


def find_mechanism(name: str, on: date) -> Instrument | None:
    """The mechanism of that name, if it was law on that day (a day in China)."""
    return _in_force(_file().mechanism, name, on)


def find_exemption(name: str, on: date) -> Instrument | None:
    """The exemption of that name, if it was law on that day."""
    return _in_force(_file().exemption, name, on)


def find_zone_row(place: str, sector: str, scenario: str, on: date) -> ZoneRow | None:
    """The row of the newest list of that place that names the sector and the scenario."""
    rows = [row for row in zone_rows() if (row.place, row.sector, row.scenario) == (place, sector, scenario)]
    return max((row for row in rows if row.holds(on)), key=lambda row: row.valid_from, default=None)


def mechanisms() -> tuple[Instrument, ...]:
    return _file().mechanism


def exemptions() -> tuple[Instrument, ...]:
    return _file().exemption


def zone_rows() -> tuple[ZoneRow, ...]:
    return _file().zone


def overdue(on: date) -> list[str]:
    """What should have been read again by that day."""
    read: list[tuple[str, date]] = [(one.name, one.review_on) for one in (*mechanisms(), *exemptions())]
    read += [(f"{row.place}.{row.scenario}", row.review_on) for row in zone_rows()]
    return [name for name, review_on in read if review_on < on]


def _in_force(instruments: Sequence[Instrument], name: str, on: date) -> Instrument | None:
    return next((one for one in instruments if one.name == name and one.holds(on)), None)


@cache
def _file() -> _File:
    text = (resources.files("yumen.law") / "crossborder.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File)
