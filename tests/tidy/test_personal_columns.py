"""Every column that holds something personal belongs to a holding, and every declared column exists."""

import re
import sys

import pytest

from yumen.kit.db import Role
from yumen.security.datamap import Holding, People

PERSONAL = re.compile(
    r"_sealed$|(^|_)(openid|unionid|phone|mobile|nickname|avatar|birthday|birthdate|birth|address|email|id_number)(_|$)"
    r"|(^|_)(family|given|full|real|first|last|display)_name(_|$)"
)
# sealed because it is secret, not because it is about somebody
NOT_PERSONAL = {
    "wechat.token.value_sealed",
    "gateway.refresh_token.value_sealed",
    "gateway.refresh_token.former_sealed",
}
COLUMNS = """
select table_schema || '.' || table_name || '.' || column_name as place
from information_schema.columns
where table_schema not in ('pg_catalog', 'information_schema', 'jobs')
"""


@pytest.fixture
def holdings(loaded) -> dict[str, Holding]:
    """Every holding that any module declares."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("yumen."):
            for value in vars(module).values():
                for one in value if isinstance(value, tuple | list) else (value,):
                    if isinstance(one, Holding):
                        found[one.name] = one
    return found


@pytest.fixture
async def columns(database) -> set[str]:
    """`schema.table.column` of every column of both databases."""
    found: set[str] = set()
    for role in (Role.OWNER, Role.KEYS_OWNER):
        async with await database.connect(role) as conn:
            found.update(row["place"] for row in await (await conn.execute(COLUMNS)).fetchall())
    return found


async def test_every_personal_looking_column_belongs_to_a_holding(columns, holdings):
    declared = {column for holding in holdings.values() for field in holding.fields for column in field.columns}
    personal = {place for place in columns if PERSONAL.search(place.rpartition(".")[2])} - NOT_PERSONAL
    assert personal
    assert sorted(personal - declared) == []


async def test_every_declared_column_exists(columns, holdings):
    assert holdings
    declared = {column for holding in holdings.values() for field in holding.fields for column in field.columns}
    assert sorted(declared - columns) == []


def test_every_field_names_its_holding_and_every_shoppers_holding_can_be_handed_over_and_erased(holdings):
    for holding in holdings.values():
        assert {field.holding for field in holding.fields} == {holding.name}
        if holding.people is People.SHOPPERS:
            assert holding.hand_over is not None, holding.name
            assert holding.erase is not None, holding.name
