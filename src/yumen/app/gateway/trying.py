"""Try a recipient of the settings before anybody is sent: its mapping, who waits, and the properties HubSpot lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from yumen.app.gateway.acting import caller_of, open_house
from yumen.app.gateway.recipients import pairs, values
from yumen.app.wiring import SYSTEM, House
from yumen.border import ExportContract, read, resolve
from yumen.customer import identity
from yumen.gateway import Gate, Recipient, rehearsing, starting
from yumen.gateway.connectors.hubspot import HubSpot, Wanted, wanted_by
from yumen.gateway.connectors.kit import Difference, Line
from yumen.gateway.gate import gateway_actor
from yumen.gateway.inbound import Right, hubspot
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.settings import RecipientSettings, Settings
from yumen.kit.web.edge import DENIED, Caller
from yumen.kit.work import UnitOfWork

UNKNOWN: Final = Code("gateway.recipient_unknown", 404)
NO_PROPERTIES: Final = Code("gateway.no_properties", 422)
"""Only HubSpot lets a connection make fields."""
OWN: Final = "hs_"
"""How HubSpot's own properties begin: they are there, and nobody can make one."""


async def preview(settings: Settings, name: str, source: bytes | None) -> list[Line]:
    """The mapping under that contract, or else under the one in force.

    Raises `gateway.recipient_unknown`, `gateway.no_mapping`, `gateway.contract_not_in_force`, BadContractError.
    """
    one = _settings_of(settings, name)
    async with open_house(settings) as house:
        recipient = await _recipient(house, one)
        async with house.work.begin(gateway_actor(recipient.handler)) as uow:
            contract = await _contract(uow, recipient, source)
        return await rehearsing.show_mapping(recipient, contract)


async def dry_run(settings: Settings, key: str, name: str, limit: int) -> list[Difference]:
    """What the next round would do there, told without doing it.

    Raises as `preview`, and `auth.invalid`, `access.denied`.
    """
    one = _settings_of(settings, name)
    async with open_house(settings) as house:
        caller = await caller_of(house, key, "steer")
        recipient = await _recipient(house, one, caller)
        async with house.work.begin(caller.actor) as uow:
            records = await rehearsing.read_waiting(uow, house.work.use(Gate), recipient, limit)
        return await rehearsing.compare(recipient, records)


async def make_properties(settings: Settings, key: str, name: str, source: bytes | None) -> list[str]:
    """Make what the mapping, the marks of whoever is left alone, and what is heard from there need; answers the names.

    Raises as `preview`, and `gateway.no_properties`, `auth.invalid`, `access.denied`.
    """
    one = _settings_of(settings, name)
    async with open_house(settings) as house:
        caller = await caller_of(house, key, "steer")
        recipient = await _recipient(house, one, caller)
        if not isinstance(recipient.connector, HubSpot) or recipient.fields is None:
            raise NO_PROPERTIES()
        async with house.work.begin(caller.actor) as uow:
            contract = await _contract(uow, recipient, source)
        marks = {**values(one.suppress), **values(one.anonymous)}
        wanted = wanted_by(recipient.fields, starting.shapes_of(contract), marks)
        return await recipient.connector.make_properties([*wanted, *heard(one, wanted)])


def heard(one: RecipientSettings, made: Sequence[Wanted]) -> list[Wanted]:
    """Properties by which headquarters says no for somebody, or passes on a wish; none where nothing is heard."""
    if not one.hook_secret and not one.opt_outs:
        return []
    rules = pairs(one.opt_outs) or {rule.field: rule.purpose or "*" for rule in hubspot.RULES}
    known = {each.name for each in made}
    return [_heard(name, matter) for name, matter in rules.items() if name not in known and not name.startswith(OWN)]


def _heard(name: str, matter: str) -> Wanted:
    if matter == "*":
        return Wanted(name, name, "choice", choices=tuple(right.value for right in Right))
    return Wanted(name, name, "boolean")


def _settings_of(settings: Settings, name: str) -> RecipientSettings:
    known: Mapping[str, RecipientSettings] = settings.recipient
    if name not in known:
        raise UNKNOWN(known=", ".join(sorted(known)) or "-")
    return known[name]


async def _recipient(house: House, one: RecipientSettings, caller: Caller | None = None) -> Recipient:
    """The way to it; who acts must be of the handler whose people it gets. Raises `access.denied`."""
    async with house.work.begin(SYSTEM) as uow:
        handler = (await identity.handlers.numbers(uow.conn))[one.handler]
    if caller is not None and caller.actor.handler != handler:
        raise DENIED(resource="gateway", action="steer")
    found = house.work.use(Gate).recipients.find(handler, one.contract)
    assert found is not None, "the house is furnished with every recipient of its settings"
    return found


async def _contract(uow: UnitOfWork, recipient: Recipient, source: bytes | None) -> ExportContract:
    gate = uow.use(Gate)
    if source is None:
        return (await rehearsing.in_force(uow, gate, recipient))[1]
    return resolve(read(source), gate.data_map, shanghai_day(uow.now))
