"""A dead session is renewed once, inside the call."""

import pytest

from yumen.gateway.connectors.channel import Call, Channel
from yumen.gateway.connectors.session import Session
from yumen.gateway.connectors.tokens import Token, Tokens
from yumen.kit.errors import NotSent


def session_of(http, recipient, names):
    left = iter(names)

    async def fetch():
        return Token(next(left), recipient.url)

    return Session(Channel("salesforce", http), Tokens(fetch))


async def test_the_call_is_made_again_under_another_token(http, recipient):
    recipient.answer = lambda asked: (200 if asked.headers["authorization"] == "Bearer new" else 401, {})
    session = session_of(http, recipient, ["old", "new"])
    answer = await session.send(Call("PATCH", "/things", body=b"{}"))
    assert answer.status == 200
    assert [(asked.path, asked.body) for asked in recipient.asked] == [("/things", b"{}")] * 2


async def test_another_refusal_is_the_answer(http, recipient):
    recipient.answer = lambda asked: (401, {})
    answer = await session_of(http, recipient, ["old", "new"]).send(Call("PATCH", "/things", body=b"{}"))
    assert answer.status == 401
    assert len(recipient.asked) == 2


async def test_a_token_refused_twice_is_shown_to_nobody_again_for_a_while(http, recipient):
    recipient.answer = lambda asked: (401, {})
    session = session_of(http, recipient, ["only", "only", "only"])
    assert (await session.send(Call("PATCH", "/things", body=b"{}"))).status == 401
    for _ in range(3):
        with pytest.raises(NotSent, match="session_refused"):
            await session.send(Call("PATCH", "/things", body=b"{}"))
    assert len(recipient.asked) == 2
