"""The data map of a wired system: all holdings, checked once, to be looked up and printed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from yumen.kit.i18n import Language, text
from yumen.security.datamap.check import faults
from yumen.security.datamap.field import Field
from yumen.security.datamap.holding import Holding


class BadDataMapError(ValueError):
    """The holdings contradict each other, the law's numbers or themselves: our defect; nothing may start."""


class DataMap:
    """Every holding, sorted by name. Handed in by `app/wiring.py`; whoever needs the map gets this one."""

    def __init__(self, holdings: Iterable[Holding], on: date) -> None:
        """Raises BadDataMapError naming every fault."""
        self.holdings = tuple(sorted(holdings, key=lambda holding: holding.name))
        if found := faults(self.holdings, on):
            raise BadDataMapError("; ".join(found))

    def fields(self) -> tuple[Field, ...]:
        return tuple(field for holding in self.holdings for field in holding.fields)

    def columns(self) -> frozenset[str]:
        """Every declared place, `schema.table.column`: what else looks personal in the schema is a defect."""
        return frozenset(column for field in self.fields() for column in field.columns)

    def find(self, name: str) -> Holding | None:
        return next((holding for holding in self.holdings if holding.name == name), None)


def unnamed(holdings: Iterable[Holding], language: Language) -> list[str]:
    """The holdings and fields without a text in that language, as their codes."""
    codes = [
        code
        for holding in holdings
        for code in (f"holding.{holding.name}", *(f"holding.{field.address}" for field in holding.fields))
    ]
    return [code for code in codes if text(code, language) == code]
