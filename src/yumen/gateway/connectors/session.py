"""Calls under a token: a refused token is replaced once and the call made again, since a 401 has done nothing.

Where the new token is refused as well, the recipient does not want us: for a while nobody calls at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from yumen.gateway.connectors.channel import Call, Channel
from yumen.gateway.connectors.tokens import Token, Tokens
from yumen.kit.errors import NotSent
from yumen.kit.http import Answer

UNAUTHORISED: Final = 401


@dataclass(frozen=True, slots=True)
class Session:
    """The way to one recipient's API. Paths are relative to the origin that came with the token."""

    channel: Channel
    tokens: Tokens

    async def send(self, call: Call) -> Answer:
        """`call.url` is a path. Any status is an answer, a second 401 too. Raises NotSent, Unsettled, Rejected."""
        token = await self.tokens.get()
        answer = await self.channel.send(_signed(call, token))
        if answer.status != UNAUTHORISED:
            self.tokens.note_taken(token)
            return answer
        another = await self.tokens.replace(token)
        answer = await self.channel.send(_signed(call, another))
        if answer.status == UNAUTHORISED:
            self.tokens.give_up(another, NotSent("connector.session_refused", system=self.channel.system))
        else:
            self.tokens.note_taken(another)
        return answer


def _signed(call: Call, token: Token) -> Call:
    headers: Mapping[str, str] = {**call.headers, "Authorization": f"Bearer {token.value}"}
    return replace(call, url=token.origin + call.url, headers=headers)
