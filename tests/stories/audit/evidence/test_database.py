"""A look into a live PostgreSQL: what it holds, who may read it, and nothing changed."""

from __future__ import annotations

from datetime import date

import pytest

from yumen.audit.evidence.database import read_database
from yumen.audit.evidence.kinds import Kind
from yumen.kit.db import Database, Role
from yumen.kit.errors import Problem

ON = date(2026, 11, 26)


async def address_of(database: Database) -> str:
    """The owner's address: a test may make tables."""
    async with await database.connect(Role.OWNER) as conn:
        info = conn.info
        return f"host={info.host} port={info.port} dbname={info.dbname} user={info.user} password={info.password}"


async def test_tables_are_sampled_classified_and_their_grants_seen(database: Database) -> None:
    async with await database.connect(Role.OWNER) as conn:
        await conn.execute("create schema shop")
        await conn.execute(
            'create table shop."Odd Member" (id bigint, phone text, spot point, made daterange, raw bytea)'
        )
        await conn.execute(
            """insert into shop."Odd Member" select n, '1380013800' || n % 10, point(n, n), null, '\\x00' from generate_series(1, 20) n"""  # noqa: E501
        )
        await conn.execute('grant usage on schema shop to public; grant select on shop."Odd Member" to public')
    tables, unread = read_database(await address_of(database), ON)
    member = next(one for one in tables if one.name == "shop.Odd Member")
    assert member.public
    assert member.rows_seen == 20
    assert [column.name for column in member.personal] == ["phone"]
    assert member.columns[1].has(Kind.PHONE)
    assert unread == ()


async def test_a_database_nobody_answers_for_is_a_problem() -> None:
    with pytest.raises(Problem, match=r"audit\.no_database"):
        read_database("host=127.0.0.1 port=1 dbname=none connect_timeout=1", ON)
