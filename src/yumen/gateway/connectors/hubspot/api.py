"""HubSpot's API: calls at its pace, refusals, and how much of the day is left."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from yumen.gateway.connectors.channel import Call, Channel
from yumen.gateway.connectors.connector import Budget
from yumen.gateway.connectors.hubspot.errors import refusal
from yumen.gateway.connectors.hubspot.pace import Pace
from yumen.gateway.connectors.session import Session
from yumen.gateway.connectors.tokens import Tokens
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.http import Answer

USAGE: Final = "/account-info/v3/api-usage/daily/private-apps"
_SUCCESS: Final = frozenset({200, 201, 202, 204, 207})

T = TypeVar("T")


class Usage(msgspec.Struct, rename="camel"):
    """One row of the daily usage of private apps."""

    usage_limit: int
    current_usage: int


class Usages(msgspec.Struct):
    results: list[Usage]


class Api:
    """Paths of calls are whole (`/crm/v3/…`)."""

    __slots__ = ("_channel", "_pace", "_session")

    def __init__(self, channel: Channel, tokens: Tokens, pace: Pace) -> None:
        self._channel = channel
        self._session = Session(channel, tokens)
        self._pace = pace

    async def call(self, call: Call) -> Answer:
        """The answer of a success, a 207 too. Raises NotSent, Rejected, Unsettled."""
        async with self._pace.place():
            answer = await self._session.send(call)
            self._pace.note(answer.headers)
        if answer.status in _SUCCESS:
            return answer
        failure = refusal(answer)
        if isinstance(failure, NotSent) and answer.status == 429:
            self._pace.silence(failure)
        raise failure

    async def ask(self, kind: type[T], call: Call) -> T:
        """The typed answer of a success. Raises NotSent, Rejected, Unsettled."""
        return self._channel.read(await self.call(call), kind)

    async def budget(self) -> Budget:
        """What the last answer said of the day; asked for when none did lately, in vain with OAuth apps."""
        known = self._pace.standing.fresh()
        if known is not None:
            return known
        try:
            rows = (await self.ask(Usages, Call("GET", USAGE))).results
        except (Rejected, Unsettled, NotSent):
            rows = []
        told = [Budget(max(0, row.usage_limit - row.current_usage), row.usage_limit) for row in rows]
        least = min(told, key=lambda budget: budget.calls_left or 0, default=Budget(None, None))
        return self._pace.standing.told(least)


def json_call(path: str, content: object, *, repeatable: bool = False) -> Call:
    """A POST of that content: how HubSpot takes reads in masses too."""
    return Call("POST", path, body=msgspec.json.encode(content), repeatable=repeatable)
