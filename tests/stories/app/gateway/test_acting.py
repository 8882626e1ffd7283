"""Who acts at the command line is a person with a key, and may do there what the access table lets them do."""

from __future__ import annotations

import pytest

from tests.stories.app.conftest import Town
from yumen.app.gateway.acting import caller_of
from yumen.kit.errors import Problem


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [("support", "explain", "steer"), ("operator", "steer", "recall"), ("compliance", "recall", "unheard_of")],
)
async def test_a_key_opens_what_its_roles_open(town: Town, role: str, may: str, may_not: str) -> None:
    key = await town.clerk(role)
    assert (await caller_of(town.house, key, may)).roles == (role,)
    with pytest.raises(Problem) as refused:
        await caller_of(town.house, key, may_not)
    assert (refused.value.code.name, refused.value.facts["action"]) == ("access.denied", may_not)


async def test_a_key_nobody_has_opens_nothing(town: Town) -> None:
    with pytest.raises(Problem, match=r"auth\.invalid"):
        await caller_of(town.house, "yk_nobody")
