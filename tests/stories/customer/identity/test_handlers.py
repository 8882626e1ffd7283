"""The settings' handlers, brands and apps are written down once and follow the settings."""

from dataclasses import replace

import pytest

from yumen.customer.identity.handler_store import find_app_handler, list_handlers
from yumen.customer.identity.handlers import AppEntry, BrandEntry, HandlerEntry, sync
from yumen.kit.errors import Problem

FIRST, SECOND = "wx00000000000000c1", "wx00000000000000c2"
NEW = HandlerEntry(
    "new", "New Co.", "新公司", [BrandEntry("new", "New", "新", [AppEntry(FIRST)])], "91310000MA1K000019"
)


async def apply(house, *entries):
    async with house.unit() as uow:
        return await sync(uow, entries)


async def test_what_is_new_is_written_once_with_one_leaf(house):
    before = len(await house.leaves("handler.synced"))
    assert await apply(house, NEW) == 3
    assert await apply(house, NEW) == 0
    assert len(await house.leaves("handler.synced")) == before + 1


async def test_a_changed_name_and_an_added_app_follow(house):
    await apply(house, NEW)
    brand = replace(
        NEW.brands[0], name_zh="新新", apps=[AppEntry(FIRST), AppEntry(SECOND, "official", "gh_00000000000a")]
    )
    assert await apply(house, replace(NEW, brands=[brand])) == 2
    (row,) = await house.rows("select kind, original_id from identity.app where appid = %s", SECOND)
    assert row == {"kind": "official", "original_id": "gh_00000000000a"}


async def test_an_app_cannot_move_to_another_handler(house):
    await apply(house, NEW)
    thief = replace(NEW, code="thief")
    with pytest.raises(Problem) as caught:
        await apply(house, thief)
    assert caught.value.code.name == "app.moved"
    assert await house.rows("select id from identity.handler where code = 'thief'") == []


async def test_a_wrong_credit_code_is_refused_with_its_place(house):
    with pytest.raises(Problem) as caught:
        await apply(house, replace(NEW, credit_code="91310000MA1K000018"))
    assert (caught.value.code.name, caught.value.at) == ("handler.credit_code_invalid", "/handlers/0/credit_code")


async def test_handlers_and_apps_are_found_by_their_names(house):
    await apply(house, NEW)
    async with house.unit() as uow:
        numbers = await list_handlers(uow.conn)
        assert await find_app_handler(uow.conn, FIRST) == numbers["new"]
        assert await find_app_handler(uow.conn, SECOND) is None
    assert {"velvet", "rival", "new"} <= numbers.keys()
