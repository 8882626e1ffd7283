"""The kinds of things that can be brought, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from yumen.app.transfer.consents import consents
from yumen.app.transfer.kind import Kind
from yumen.app.transfer.members import members
from yumen.app.transfer.orders import orders
from yumen.app.transfer.points import points
from yumen.customer.identity import Apps
from yumen.kit.ids import HandlerId

_LATER: Final[Mapping[str, Callable[[datetime], Kind[Any]]]] = {
    "points": points,
    "orders": orders,
    "consents": consents,
}
NAMES: Final = ("members", *_LATER)
"""In the order in which they are brought: everything else is about members."""


def kind_of(name: str, apps: Apps, handler: HandlerId, now: datetime) -> Kind[Any]:
    """The kind of that name, for this handler and moment."""
    return members(apps, handler, now) if name == "members" else _LATER[name](now)
