"""One caller logs in for all, and only a refused token is replaced."""

import asyncio

import pytest

from yumen.gateway.connectors.tokens import Token, Tokens
from yumen.kit.errors import NotSent


class Desk:
    """Gives out numbered tokens, slowly; refuses when told."""

    def __init__(self):
        self.logins = 0
        self.refuses = False
        self.now = 0.0
        self.lives_s = 1_000.0

    async def __call__(self):
        self.logins += 1
        await asyncio.sleep(0.01)
        if self.refuses:
            raise NotSent("connector.login_refused", "invalid_grant", system="salesforce")
        return Token(f"t{self.logins}", "https://a.example", self.now + self.lives_s)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def tokens(desk):
    return Tokens(desk, lambda: desk.now)


async def test_a_hundred_callers_log_in_once(tokens, desk):
    got = await asyncio.gather(*(tokens.get() for _ in range(100)))
    assert {token.value for token in got} == {"t1"}
    assert desk.logins == 1


async def test_callers_that_were_refused_together_log_in_once_more(tokens, desk):
    old = await tokens.get()
    got = await asyncio.gather(*(tokens.replace(old) for _ in range(50)))
    assert {token.value for token in got} == {"t2"}
    assert desk.logins == 2


async def test_a_token_that_ran_out_is_replaced(tokens, desk):
    await tokens.get()
    desk.now = 1_001.0
    assert (await tokens.get()).value == "t2"


async def test_a_caller_that_gives_up_does_not_spoil_it_for_others(tokens, desk):
    first = asyncio.create_task(tokens.get())
    await asyncio.sleep(0)
    second = asyncio.create_task(tokens.get())
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).value == "t2"


async def test_after_a_refused_login_nobody_knocks_for_two_seconds(tokens, desk):
    desk.refuses = True
    for _ in range(5):
        with pytest.raises(NotSent) as refusal:
            await tokens.get()
        assert refusal.value.upstream == "invalid_grant"
    assert desk.logins == 1
    desk.now, desk.refuses = 2.5, False
    assert (await tokens.get()).value == "t2"


async def test_a_fresh_token_that_is_refused_as_well_lets_nobody_knock_for_two_seconds(tokens, desk):
    held = await tokens.get()
    tokens.give_up(held, NotSent("connector.session_refused", system="salesforce"))
    for _ in range(3):
        with pytest.raises(NotSent, match="session_refused"):
            await tokens.get()
    assert desk.logins == 1
    desk.now = 2.5
    assert (await tokens.get()).value == "t2"


async def test_a_token_that_was_taken_before_and_died_is_only_replaced(tokens, desk):
    held = await tokens.get()
    tokens.note_taken(held)
    tokens.give_up(held, NotSent("connector.session_refused", system="salesforce"))
    assert (await tokens.replace(held)).value == "t2"


async def test_a_token_that_is_held_no_more_gives_nothing_up(tokens, desk):
    old = await tokens.get()
    new = await tokens.replace(old)
    tokens.give_up(old, NotSent("connector.session_refused", system="salesforce"))
    assert await tokens.get() == new


def test_a_token_does_not_show_itself():
    assert "secret" not in repr(Token("secret", "https://a.example"))
