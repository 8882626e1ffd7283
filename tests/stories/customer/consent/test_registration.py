"""A notice is registered once per version and never rewritten; what changes the matter must say so."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from yumen.customer.consent import notices, registration
from yumen.customer.consent.notice_store import find_notice, list_notices
from yumen.customer.consent.notices import Notice
from yumen.kit.errors import Problem
from yumen.security.datamap import Purpose


async def current(shop: Any) -> Notice:
    async with shop.unit() as uow:
        known = await find_notice(uow.conn, uow.handler, Purpose.MARKETING)
    assert known is not None
    return notices.of_body(known.body)


async def registered(shop: Any, notice: Notice) -> int:
    async with shop.unit() as uow:
        return await registration.register(uow, [notice])


async def test_starting_twice_registers_nothing_new(shop: Any) -> None:
    assert await registered(shop, await current(shop)) == 0


async def test_a_new_version_is_registered_with_its_leaf_and_becomes_the_newest(shop: Any) -> None:
    later = msgspec.structs.replace(await current(shop), version=2)
    assert await registered(shop, later) == 1
    assert (await current(shop)).version == 2
    async with shop.unit() as uow:
        row = await (
            await uow.conn.execute("select body from trail.entry order by xid desc, id desc limit 1")
        ).fetchone()
    assert row is not None
    leaf = msgspec.json.decode(row["body"])
    assert leaf[1] == "notice.registered"
    assert leaf[5] == {"material": True, "notice": later.hash().hex(), "purpose": "marketing", "version": 2}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"methods": ("send", "sell")}, "notice.changed"),
        ({"version": 2, "material": False, "methods": ("send", "sell")}, "notice.material_unmarked"),
        ({"version": 2, "material": False, "kinds": ("phone", "email")}, "notice.material_unmarked"),
    ],
)
async def test_a_change_that_hides_is_refused(shop: Any, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as raised:
        await registered(shop, msgspec.structs.replace(await current(shop), **changes))
    assert raised.value.code.name == code


async def test_an_old_program_cannot_bring_an_old_notice_back(shop: Any) -> None:
    old = await current(shop)
    await registered(shop, msgspec.structs.replace(old, version=2))
    with pytest.raises(Problem) as raised:
        await registered(shop, old)
    assert raised.value.code.name == "notice.older"


async def test_each_handler_has_notices_of_its_own(shop: Any, open_shop: Any) -> None:
    other = await open_shop()
    await registered(other, msgspec.structs.replace(await current(other), version=2))
    assert (await current(shop)).version == 1
    async with shop.unit() as uow:
        listed = await list_notices(uow.conn, uow.handler)
    assert [notice.purpose.value for notice in listed] == sorted(
        ["account", "evidence", "export", "marketing", "membership", "profile", "publication", "sale", "security"]
    )
