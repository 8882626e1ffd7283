"""What a recipient's answer to the question says of one transfer, and how it is asked over a way that loses packets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from yumen.gateway.asking import found_of, settled_of
from yumen.gateway.connectors.connector import Abilities, Connector, Found, Outcome
from yumen.gateway.gate import Recipient
from yumen.gateway.pace import Patience
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.ids import HandlerId

NAMES = ["a", "b"]
HERE = [Found("a", True, 7), Found("b", False)]


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (Found("a", True, 7), Outcome.DONE),
        (Found("a", True, 8), Outcome.DONE),
        (Found("a", True, 6), Outcome.RETRY),
        (Found("a", False), Outcome.RETRY),
        (Found("a", True, None), Outcome.RETRY),
    ],
    ids=["this version", "a later one", "an earlier one", "absent", "no version kept: idempotent, so again"],
)
def test_only_this_version_or_a_later_one_has_arrived(found: Found, outcome: Outcome) -> None:
    assert settled_of(7, found).outcome is outcome


class Asked:
    """Each call does the next of these: hang (None), fail, or answer."""

    abilities = Abilities(2, 2, (), reads_back=True)

    def __init__(self, *does: Exception | list[Found] | None) -> None:
        self.does = list(does)
        self.asked = self.given_up = 0

    async def ask(self, external_ids: Sequence[str]) -> list[Found]:
        does = self.does[self.asked]
        self.asked += 1
        if does is None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.given_up += 1
                raise
        if isinstance(does, Exception):
            raise does
        return cast("list[Found]", does)


async def found_by(asked: Asked) -> list[Found] | None:
    """Raises TimeoutError after a minute."""

    async def sleep(_: float) -> None:
        await asyncio.sleep(0)

    recipient = Recipient(HandlerId(1), "members-crm", cast("Connector", asked))
    async with asyncio.timeout(60):
        return await found_of(recipient, NAMES, Patience(sleep=sleep))


async def test_a_question_that_hangs_is_asked_once_more_beside_it_and_given_up() -> None:
    asked = Asked(None, HERE)
    assert await found_by(asked) == HERE
    assert (asked.asked, asked.given_up) == (2, 1)


async def test_when_both_fail_it_is_asked_again_later() -> None:
    asked = Asked(Unsettled("http.deadline"), NotSent("http.unreachable"), HERE)
    assert await found_by(asked) == HERE
    assert asked.asked == 3


async def test_a_question_that_is_answered_is_asked_once() -> None:
    asked = Asked(HERE, Rejected("connector.refused"))
    assert await found_by(asked) == HERE
    assert asked.asked == 1


async def test_a_refused_question_is_not_repeated() -> None:
    asked = Asked(Rejected("connector.refused"), HERE)
    assert await found_by(asked) is None
    assert asked.asked == 1
