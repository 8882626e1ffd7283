"""A recipient whose object changed under us is found before anybody is sent, and the connection stops."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from tests.stories.gateway.conftest import Gateway
from tests.stories.gateway.recipient import not_sent
from yumen.border import filings
from yumen.gateway import connections, starting
from yumen.gateway.connectors.connector import Description, RemoteField
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.kit import Shape
from yumen.kit.errors import Rejected

FIELDS = FieldMap("No__c", {"Member_No": "No__c", "Phone_Hash": "Hash__c", "Nickname": "Nick__c"})
SOUND = (
    RemoteField("No__c", "text", unique=True),
    RemoteField("Hash__c", "text", length_max=64),
    RemoteField("Nick__c", "text"),
)


@pytest.fixture
async def mapped(gateway: Gateway) -> Gateway:
    gateway.recipient = replace(gateway.recipient, fields=FIELDS)
    await gateway.send()
    return gateway


async def looked_at(gateway: Gateway, *fields: RemoteField) -> tuple[bool, str, str]:
    """Whether it fits, and how the connection stands afterwards."""
    gateway.hq.description = Description("Contact", fields)
    fits = await starting.fits(gateway.work, gateway.gate, gateway.recipient)
    async with gateway.unit() as uow:
        (status,) = await connections.status(uow)
    return fits, status.connection.state, status.connection.code


async def test_what_still_fits_is_sent(mapped: Gateway) -> None:
    assert await looked_at(mapped, *SOUND) == (True, "running", "")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (SOUND[:2], "connector.drift.missing"),
        ((*SOUND[:2], RemoteField("Nick__c", "number")), "connector.drift.kind"),
        ((SOUND[0], RemoteField("Hash__c", "text", length_max=40), SOUND[2]), "connector.drift.too_short"),
        ((*SOUND, RemoteField("Region__c", "text", required=True)), "connector.drift.required"),
    ],
)
async def test_what_no_longer_fits_stops_the_connection(
    mapped: Gateway, fields: tuple[RemoteField, ...], code: str
) -> None:
    assert await looked_at(mapped, *fields) == (False, "stopped", code)
    assert await mapped.kinds("gateway.") == ["gateway.stopped"]


async def test_a_line_without_a_place_in_the_mapping_stops_before_anybody_is_sent(
    mapped: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    fewer = FieldMap("No__c", {"Phone_Hash": "Hash__c", "Nickname": "Nick__c"})
    mapped.recipient = replace(mapped.recipient, fields=fewer)
    assert await looked_at(mapped, *SOUND) == (False, "stopped", "connector.drift.unmapped")
    assert "connector.drift.unmapped, Member_No" in caplog.text


@pytest.mark.parametrize("fields", [FIELDS, None])
async def test_a_contract_that_hashes_is_not_served_without_a_salt(mapped: Gateway, fields: FieldMap | None) -> None:
    mapped.recipient = replace(mapped.recipient, fields=fields, salt=b"")
    assert await looked_at(mapped, *SOUND) == (False, "stopped", "connector.drift.unsalted")


async def test_whoever_cannot_be_asked_now_is_asked_again(mapped: Gateway) -> None:
    mapped.hq.trouble = lambda what, n: not_sent() if what == "describe" else None
    assert await looked_at(mapped, *SOUND) == (False, "running", "")


async def test_whoever_refuses_to_say_stops(mapped: Gateway) -> None:
    mapped.hq.trouble = lambda what, n: Rejected("connector.access_refused", "NO_ACCESS")
    assert await looked_at(mapped, *SOUND) == (False, "stopped", "NO_ACCESS")


async def test_each_change_has_its_shape(gateway: Gateway) -> None:
    async with gateway.unit() as uow:
        rules = await filings.rules(uow, gateway.gate.data_map, gateway.gate.what_is(gateway.handler))
    (contract,) = rules.contracts.values()
    assert starting.shapes_of(contract) == {"Member_No": Shape(), "Phone_Hash": Shape("text", 64), "Nickname": Shape()}


async def test_sums_and_days_have_their_shape_too(gateway: Gateway) -> None:
    async with gateway.unit() as uow:
        rules = await filings.rules(uow, gateway.gate.data_map, gateway.gate.what_is(gateway.handler))
    (contract,) = rules.contracts.values()
    fields = {field.address: field for field in gateway.gate.data_map.fields()}
    names = ("orders.purchase.spent_fen", "orders.purchase.last_on", "loyalty.member.tier")
    lines = tuple(msgspec.structs.replace(contract.draft.lines[0], field=one, name=one) for one in names)
    draft = msgspec.structs.replace(contract.draft, lines=lines)
    wide = msgspec.structs.replace(contract, draft=draft, fields=tuple(fields[one] for one in names))
    assert starting.shapes_of(wide) == {names[0]: Shape("number"), names[1]: Shape("date"), names[2]: Shape()}


async def test_a_contract_in_force_whose_field_nothing_opens_any_more_stops_its_connection(gateway: Gateway) -> None:
    await gateway.send()
    without = {name: opener for name, opener in gateway.gate.openers.items() if name != "profile.phone.phone"}
    fewer = replace(gateway.gate, openers=without)
    assert await starting.fits(gateway.work, fewer, gateway.recipient) is False
    async with gateway.unit() as uow:
        (status,) = await connections.status(uow)
    assert (status.connection.state, status.connection.code) == ("stopped", "contract.not_servable")
