"""What a round would do at a recipient is told before it does it: nobody departs, nothing is written there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stories.gateway.conftest import CONTRACT, Gateway
from tests.stories.gateway.recipient import FakeRecipient
from tests.stories.gateway.test_starting import FIELDS, SOUND
from yumen.border import filings
from yumen.customer import profile
from yumen.gateway import rehearsing
from yumen.gateway.connectors.connector import Description, RemoteField
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.kit import Change, Difference
from yumen.kit.errors import Problem
from yumen.security.datamap import Purpose

CHANGED = profile.details.Change(nickname="Xiaoyu the second")


@pytest.fixture
async def mapped(gateway: Gateway) -> Gateway:
    gateway.recipient = replace(gateway.recipient, fields=FIELDS)
    gateway.hq.description = Description("Contact", SOUND)
    return gateway


async def dry_run(gateway: Gateway, limit: int = 100) -> list[Difference]:
    async with gateway.unit() as uow:
        records = await rehearsing.read_waiting(uow, gateway.gate, gateway.recipient, limit)
    return await rehearsing.compare(gateway.recipient, records)


async def test_new_replaced_and_refused_are_told_apart_and_nothing_is_done(mapped: Gateway) -> None:
    known, new = await mapped.members(2)
    await mapped.agree(known, Purpose.PROFILE)
    await mapped.do("delete from gateway.change where subject_id = %s", new)
    await mapped.all_of_it()
    async with mapped.unit() as uow:
        await profile.details.change(uow, known, CHANGED)
        await mapped.bind(uow, new, "13911112222")
    await mapped.judge()
    before = (list(mapped.hq.sent), await mapped.states())
    told = {one.external_id: one for one in await dry_run(mapped)}
    assert (list(mapped.hq.sent), await mapped.states()) == before
    assert {name: one.change for name, one in told.items()} == {
        await mapped.number_of(known): Change.REPLACED,
        await mapped.number_of(new): Change.NEW,
    }
    assert "second" not in str(told)
    assert await mapped.kinds("gateway.rehearsed") == ["gateway.rehearsed"]
    mapped.hq.description = Description("Contact", (*SOUND, RemoteField("Region__c", "text", required=True)))
    assert {one.change for one in await dry_run(mapped)} == {Change.REPLACED, Change.REFUSED}
    await mapped.send()
    assert len(mapped.hq.sent) == 3, "and the round itself does it afterwards"


async def test_whoever_withdrew_since_the_booking_is_not_shown(mapped: Gateway) -> None:
    gone, stays = await mapped.members(2)
    await mapped.judge()
    await mapped.withdraw(gone)
    assert [one.external_id for one in await dry_run(mapped)] == [await mapped.number_of(stays)]


async def test_at_most_so_many_are_opened(mapped: Gateway) -> None:
    await mapped.members(3)
    await mapped.judge()
    assert len(await dry_run(mapped, limit=2)) == 2


async def test_the_mapping_is_shown_with_everything_that_does_not_fit(mapped: Gateway) -> None:
    async with mapped.unit() as uow:
        _, contract = await rehearsing.in_force(uow, mapped.gate, mapped.recipient)
    assert [line.drifts for line in await rehearsing.show_mapping(mapped.recipient, contract)] == [(), (), ()]
    bare = replace(mapped.recipient, fields=FieldMap("No__c", {"Nickname": "Nick__c"}), salt=b"")
    lines = await rehearsing.show_mapping(bare, contract)
    assert {(drift.code.rpartition(".")[2], drift.field) for line in lines for drift in line.drifts} == {
        ("unmapped", "Member_No"),
        ("unmapped", "Phone_Hash"),
        ("unsalted", "Phone_Hash"),
    }


async def test_what_cannot_be_tried_is_said(gateway: Gateway) -> None:
    with pytest.raises(Problem, match=r"gateway\.no_mapping"):
        await dry_run(gateway)
    gateway.recipient = replace(gateway.recipient, fields=FieldMap("No__c", {"Member_No": "No__c"}))
    with pytest.raises(Problem, match=r"connector\.drifted"):
        await dry_run(gateway)
    gateway.recipient = replace(gateway.recipient, contract="another", connector=FakeRecipient())
    with pytest.raises(Problem, match=r"gateway\.contract_not_in_force"):
        await dry_run(gateway)
    async with gateway.unit() as uow:
        rules = await filings.rules(uow, gateway.gate.data_map, gateway.gate.what_is(gateway.handler))
    assert [one.draft.id for one in rules.contracts.values()] == [CONTRACT]
