"""Headquarters asks about a name and hears codes, never a person."""

from __future__ import annotations

from tests.stories.gateway.conftest import Gateway
from yumen.gateway.explaining import Explanation, explain


async def asked(gateway: Gateway, name: str) -> Explanation:
    async with gateway.unit() as uow:
        return await explain(uow, gateway.gate, name)


def told(explanation: Explanation) -> list[tuple[str, str, str]]:
    return [(one.about, one.code, one.state) for one in explanation.lines]


async def test_why_is_she_not_here(gateway: Gateway) -> None:
    person = await gateway.member(agrees=False)
    await gateway.judge()
    explanation = await asked(gateway, await gateway.number_of(person))
    assert explanation.known
    assert told(explanation) == [("transfer", "export.separate_consent_missing", "refused")]


async def test_why_was_she_removed(gateway: Gateway) -> None:
    person = await gateway.member()
    await gateway.all_of_it()
    name = await gateway.number_of(person)
    assert told(await asked(gateway, name)) == [
        ("name", "gateway.name_there", "there"),
        ("transfer", "export.small", "arrived"),
    ]
    await gateway.withdraw(person)
    await gateway.judge()
    assert ("name", "gateway.name_recalling", "recalling") in told(await asked(gateway, name))
    await gateway.recall()
    assert told(await asked(gateway, name)) == [
        ("name", "gateway.name_gone", "gone"),
        ("recall", "export.separate_consent_missing", "done"),
        ("transfer", "export.separate_consent_missing", "refused"),
        ("transfer", "export.small", "recalled"),
    ]


async def test_of_the_erased_nothing_is_known(gateway: Gateway) -> None:
    person = await gateway.member()
    name = await gateway.number_of(person)
    await gateway.all_of_it()
    await gateway.erase(person)
    await gateway.recall()
    assert await asked(gateway, name) == Explanation(known=False)
    assert await gateway.kinds("gateway.explained") == ["gateway.explained"]
