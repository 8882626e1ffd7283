"""The one table that says who may do what. Default deny: what is not written is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import msgspec

MACHINE_ROLES: Final = frozenset({"erp", "agency_backend"})
"""Roles that only machines hold; a machine holds no other."""

UNHELD_ROLES: Final = frozenset({"visitor", "shopper"})
"""Roles that come from where one knocks, never from a grant."""


class BadPolicyError(ValueError):
    """The table names a role that it does not declare: our defect; nothing may start."""


@dataclass(frozen=True, slots=True)
class Policies:
    """`lines` gives, for each resource and action, the roles that may; `approvers`, for each act, who may approve."""

    roles: tuple[str, ...]
    lines: Mapping[str, Mapping[str, frozenset[str]]]
    approvers: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        named = [*self.approvers.values(), *(roles for line in self.lines.values() for roles in line.values())]
        if strangers := frozenset[str]().union(*named) - set(self.roles):
            raise BadPolicyError(f"undeclared roles: {', '.join(sorted(strangers))}")

    def allowed(self, roles: Iterable[str], resource: str, action: str) -> bool:
        """May somebody with any of these roles do that?"""
        may = self.lines.get(resource, {}).get(action, frozenset())
        return not may.isdisjoint(roles)

    def may_approve(self, roles: Iterable[str], act: str) -> bool:
        """May somebody with any of these roles approve that act?"""
        return not self.approvers.get(act, frozenset()).isdisjoint(roles)


def parse(text: str) -> Policies:
    """Read a table. Raises BadPolicyError, msgspec.ValidationError."""
    table = tomllib.loads(text)
    roles = msgspec.convert(table.pop("roles"), tuple[str, ...])
    approvers = msgspec.convert(table.pop("approvals"), dict[str, frozenset[str]])
    return Policies(roles, msgspec.convert(table, dict[str, dict[str, frozenset[str]]]), approvers)


@cache
def policies() -> Policies:
    """The table of this program, read once."""
    return parse((resources.files("yumen.security.access") / "policies.toml").read_text(encoding="utf-8"))


def allowed(roles: Iterable[str], resource: str, action: str) -> bool:
    """May somebody with any of these roles do that, by the table of this program?"""
    return policies().allowed(roles, resource, action)
