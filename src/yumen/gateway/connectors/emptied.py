"""Whether anonymising emptied everything, as it is read back: what a flow of HQ's put back is no anonymity."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

VALUE_STAYED: Final = "VALUE_STAYED"
"""The code of a record that still holds something that was sent."""


def still_there(cleared: Mapping[str, object], row: Mapping[str, object]) -> str:
    """The first field of the row that holds something else than anonymising wrote; empty when none does."""
    return next((name for name, wanted in cleared.items() if not _same(row.get(name), wanted)), "")


def _same(value: object, wanted: object) -> bool:
    """A number is one however it is written: Salesforce answers 0.0 where 0 was sent, HubSpot answers text."""
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        try:
            return Decimal(str(value)) == Decimal(str(wanted))
        except InvalidOperation:
            return False
    return _text(value) == _text(wanted)


def _text(value: object) -> str:
    """Nothing, an empty text and a box that is not ticked are one: recipients tell them apart as they like."""
    return "" if value is None or value is False or value == "false" else str(value)
