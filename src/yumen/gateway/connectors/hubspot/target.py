"""The object of an account that takes the persons, and values in HubSpot's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yumen.gateway.connectors.connector import Value
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.hubspot.account import Account
from yumen.gateway.connectors.hubspot.api import Api

BATCH_MAX: Final = 100
"""Inputs of any batch call; one more refuses the whole call."""


@dataclass(frozen=True, slots=True)
class Target:
    api: Api
    account: Account
    fields: FieldMap

    @property
    def path(self) -> str:
        return f"/crm/v3/objects/{self.account.object}"

    @property
    def can_erase(self) -> bool:
        """GDPR delete is for contacts only; everything else can be archived, which is no erasure."""
        return self.account.object == "contacts"

    def cleared(self) -> Mapping[str, Value]:
        """What anonymising writes: nothing in personal properties and the external id, save what may not be empty."""
        emptied: dict[str, Value] = dict.fromkeys([*self.fields.personal(), self.fields.external_id])
        return {**emptied, **self.account.anonymous}


def properties(values: Mapping[str, Value]) -> dict[str, str]:
    """HubSpot takes texts only; an empty one empties the property."""
    return {name: _text(value) for name, value in values.items()}


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
