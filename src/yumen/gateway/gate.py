"""What the gate is wired with, once a process: booking lane, data map, openers, and each recipient's system.

gate = Gate(bookings, data_map, openers, mechanisms, Recipients([Recipient(handler, "members-crm", connector, …)]))
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from yumen.border import Bookings, Draft, Mechanisms, Opener, ViewRule, unopened
from yumen.gateway.connectors.connector import Connector
from yumen.gateway.connectors.fields import FieldMap
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import Actor, ActorKind, UnitOfWork
from yumen.security.datamap import DataMap

NOT_SERVABLE: Final = Code("contract.not_servable", 422)
_BETWEEN: Final = re.compile(r"[\[\].]+")
"""What parts a place of a contract: `lines[1].field`."""

Facts = Callable[[UnitOfWork, Sequence[SubjectId]], Awaitable[Mapping[SubjectId, int]]]
"""Bits of `border.standing` (minor, objected …) of many persons; who has none is left out. Wired in `app`."""
Finder = Callable[[UnitOfWork, str], Awaitable[Sequence[SubjectId]]]
"""Whose value of one field this is. Wired in `app`, for fields by which a recipient may name a person."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The way to one recipient under the contract of that name. `salt` is the secret under which values are hashed.

    `connections_max` bounds the calls at once, beside the connector's own bound; `calls_a_day_max` (0: no bound) and
    `calls_left_min` leave the rest of the recipient's quota to its other users. `fields`, if given, are held against
    the recipient's own description before anybody is sent.
    """

    handler: HandlerId
    contract: str
    connector: Connector = field(repr=False)
    salt: bytes = field(default=b"", repr=False)
    connections_max: int = 16
    calls_a_day_max: int = 0
    calls_left_min: int = 0
    fields: FieldMap | None = None

    @property
    def at_once(self) -> int:
        return max(1, min(self.connections_max, self.connector.abilities.connections_max))

    @property
    def actor(self) -> Actor:
        return gateway_actor(self.handler)


class Recipients:
    """Every recipient's system of this installation; one for each contract name of a handler."""

    def __init__(self, known: Iterable[Recipient] = ()) -> None:
        self._by_name = {(one.handler, one.contract): one for one in known}

    def find(self, handler: HandlerId, contract: str) -> Recipient | None:
        return self._by_name.get((handler, contract))

    def all(self) -> list[Recipient]:
        return list(self._by_name.values())

    def of(self, handler: HandlerId) -> list[Recipient]:
        return [one for one in self._by_name.values() if one.handler == handler]


@dataclass(frozen=True, slots=True)
class Gate:
    """`mechanisms` holds what each handler is (critical, barred recipients); its filings are read from the border.

    `alarms` are the levels (per cent of a line) that a handler chose to be warned at; `views` whom a view from abroad
    books, as somebody decided: a handler without a decision shows nobody abroad.
    """

    bookings: Bookings
    data_map: DataMap
    openers: Mapping[str, Opener]
    recipients: Recipients
    mechanisms: Mapping[HandlerId, Mechanisms] = field(default_factory=dict)
    facts: Sequence[Facts] = ()
    finders: Mapping[str, Finder] = field(default_factory=dict)
    alarms: Mapping[HandlerId, Sequence[int]] = field(default_factory=dict)
    views: Mapping[HandlerId, ViewRule] = field(default_factory=dict)

    def require_openers(self, draft: Draft) -> None:
        """A contract that names a field which nothing here opens would never be served.

        Raises `contract.not_servable` with the first of them.
        """
        for fault in unopened(draft, self.openers):
            raise NOT_SERVABLE(at=f"/{_BETWEEN.sub('/', fault.at)}", **fault.facts)

    def what_is(self, handler: HandlerId) -> Mechanisms:
        return self.mechanisms.get(handler, Mechanisms())


def gateway_actor(handler: HandlerId) -> Actor:
    """Who acts when the gate does."""
    return Actor(ActorKind.SYSTEM, "gateway", handler)
