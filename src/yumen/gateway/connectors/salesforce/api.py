"""Salesforce's REST API of one pinned version: calls, refusals, and how much of the daily allocation is left."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

import msgspec

from yumen.gateway.connectors.channel import ASK_DEADLINE_S, Call, Channel
from yumen.gateway.connectors.connector import Budget
from yumen.gateway.connectors.salesforce.errors import refusal
from yumen.gateway.connectors.session import Session
from yumen.gateway.connectors.standing import Standing
from yumen.gateway.connectors.tokens import Tokens
from yumen.kit.http import Answer

_USAGE: Final = re.compile(r"\bapi-usage=([0-9]{1,12})/([0-9]{1,12})", re.ASCII)
_SUCCESS: Final = frozenset({200, 201, 202, 204})

T = TypeVar("T")


class Allowance(msgspec.Struct):
    """One entry of /limits, with Salesforce's names."""

    Max: int
    Remaining: int


class Api:
    """Paths of calls are relative to `root`."""

    __slots__ = ("_channel", "_session", "_standing", "root")

    def __init__(self, channel: Channel, tokens: Tokens, version: str, clock: Callable[[], float]) -> None:
        self._channel = channel
        self._session = Session(channel, tokens)
        self._standing = Standing(clock)
        self.root = f"/services/data/v{version}"

    async def call(self, call: Call) -> Answer:
        """The answer of a success. Raises NotSent, Rejected, Unsettled."""
        answer = await self._session.send(replace(call, url=self.root + call.url))
        self._note(answer)
        if answer.status not in _SUCCESS:
            failure = refusal(answer)
            if failure.code == "connector.quota_spent":
                self._standing.spent()
            raise failure
        return answer

    async def ask(self, kind: type[T], call: Call) -> T:
        """The typed answer of a success. Raises NotSent, Rejected, Unsettled."""
        return self._channel.read(await self.call(call), kind)

    async def budget(self) -> Budget:
        """What the last answer said of the rolling 24 hours; asks /limits when none came lately."""
        known = self._standing.fresh()
        if known is not None:
            return known
        limits = await self.ask(dict[str, Allowance], Call("GET", "/limits", deadline_s=ASK_DEADLINE_S))
        daily = limits.get("DailyApiRequests")
        return self._standing.told(Budget(daily.Remaining, daily.Max) if daily else Budget(None, None))

    def _note(self, answer: Answer) -> None:
        used = _USAGE.search(answer.headers.get("sforce-limit-info", ""))
        if used is not None:
            self._standing.told(Budget(max(0, int(used[2]) - int(used[1])), int(used[2])))


def with_json(call: Call, content: object) -> Call:
    """The call with its content as JSON."""
    return replace(call, body=msgspec.json.encode(content))
