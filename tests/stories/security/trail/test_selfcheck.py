"""The nightly look from inside finds whatever does not fit."""

import pytest

from tests.stories.security.trail.desk import Desk
from yumen.security import trail


async def health(desk: Desk) -> trail.Health:
    async with await desk.connect() as conn:
        return await trail.check(conn)


async def test_a_sound_trail_is_sound_also_while_entries_wait(desk: Desk) -> None:
    await desk.grow(600)
    await desk.act(4)
    found = await health(desk)
    assert (found.sound, found.size, found.young) == (True, 600, 4)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("delete from trail.position where idx = 7", {"unplaced", "holes", "root_amiss", "tiles_amiss"}),
        ("delete from trail.entry where id = 7", {"emptied", "root_amiss", "tiles_amiss"}),
        ("update trail.entry set body = set_byte(body, 20, 0) where id = 590", {"root_amiss"}),
        ("update trail.tile set hashes = set_byte(hashes, 0, 0) where n = 1", {"tiles_amiss"}),
        ("delete from trail.tile where n = 1", {"tiles_amiss"}),
        ("insert into trail.entry (xid, body) values ('3', '\\x0102030405060708')", {"unplaced"}),
        ("update trail.position set idx = 600 where idx = 599", {"beyond", "holes", "root_amiss"}),
        ("update trail.head set root = set_byte(root, 0, 0)", {"root_amiss"}),
    ],
)
async def test_each_kind_of_damage_is_seen(desk: Desk, statement: str, what: set[str]) -> None:
    await desk.grow(600)
    await desk.tamper(statement)
    found = await health(desk)
    assert not found.sound
    names = ("unplaced", "emptied", "holes", "beyond", "tiles_amiss", "root_amiss")
    assert {name for name in names if getattr(found, name)} == what
