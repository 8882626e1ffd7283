"""What the database lets each role do to the trail, tried one by one."""

import pytest
from psycopg.errors import InsufficientPrivilege

from tests.stories.security.trail.desk import Desk
from yumen.kit.db import Role

TABLES = ("entry", "position", "tile", "head", "checkpoint", "signer")
CHANGES = [f"{verb} trail.{table}" for table in TABLES for verb in ("delete from", "truncate")]
APP_MAY_NOT = [
    *CHANGES,
    "update trail.entry set body = body",
    "update trail.entry set xid = xid",
    "insert into trail.entry (xid, body) values ('1', '\\x0102030405060708')",
    "insert into trail.position (idx, xid, id) values (0, '1', 1)",
    "insert into trail.tile (level, n, hashes) values (0, 0, '\\x00')",
    "insert into trail.checkpoint (size, root, signed, signed_at) values (0, '\\x00', '\\x00', now())",
    "insert into trail.signer (n, line, first_size) values (0, '\\x00', 0)",
    "update trail.position set idx = idx",
    "update trail.head set size = 0",
    "update trail.checkpoint set signed = signed",
    "select trail.lift_xids()",
    "alter table trail.entry disable trigger all",
    "drop table trail.entry",
]
SEQUENCER_MAY_NOT = [
    *CHANGES,
    "insert into trail.entry (body) values ('\\x0102030405060708')",
    "update trail.entry set body = body",
    "update trail.position set idx = idx",
    "update trail.tile set hashes = hashes",
    "update trail.checkpoint set signed = signed",
    "update trail.signer set line = line",
    "alter table trail.entry alter column xid drop default",
]
STAFF_MAY_NOT = ["select body from trail.entry", "select size from trail.head"]


@pytest.mark.parametrize(
    ("role", "statements"),
    [(Role.APP, APP_MAY_NOT), (Role.SEQUENCER, SEQUENCER_MAY_NOT), (Role.STAFF, STAFF_MAY_NOT)],
)
async def test_a_role_cannot_do_what_is_not_its_part(desk: Desk, role: Role, statements: list[str]) -> None:
    await desk.grow(1)
    async with await desk.database.connect(role, autocommit=True) as conn:
        for statement in statements:
            with pytest.raises(InsufficientPrivilege):
                await conn.execute(statement)  # type: ignore[call-overload]


async def test_the_app_can_insert_and_read(desk: Desk) -> None:
    await desk.grow(2)
    async with desk.database.pool(Role.APP).connection() as conn:
        for table, rows in (("entry", 2), ("position", 2), ("tile", 0), ("head", 1), ("checkpoint", 1), ("signer", 1)):
            cursor = await conn.execute(f"select count(*) as rows from trail.{table}")  # type: ignore[arg-type]
            assert (await cursor.fetchone()) == {"rows": rows}
