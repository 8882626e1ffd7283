"""Read every table of a handler, page by page. Which tables there are, and how each belongs, the database itself says.

So nothing that a later migration adds is forgotten: a table with `handler_id` is the handler's; one without belongs by
its `subject_id`, or by the row it points to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from psycopg import sql
from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

SCHEMAS: Final = ("identity", "profile", "consent", "catalog", "loyalty", "orders", "inbound")
LEFT_OUT: Final = frozenset(
    {
        "identity.session",  # credentials: nobody carries these away
        "loyalty.card_code",
        "loyalty.coupon_code",
        "loyalty.claim_attempt",  # counters of a defence
        "inbound.suppressed",  # fingerprints under a key that stays here
        "catalog.listing",  # derived
        "catalog.shelf",
        "orders.staged_bill",  # a bill of the payment platform while it is compared
        "orders.refused_notice",  # counters by merchant, of nobody
    }
)
PAGE: Final = 500
ALONG_THE_KEY: Final = "set local enable_sort = off"
"""A page is read in the order of its key, whatever the planner believes of tables that nobody counted yet."""
OWN_SCOPE: Final[Mapping[str, LiteralString]] = {
    "identity.handler": "t.id = %(handler)s",
    "catalog.image": "t.hash in (select unnest(image_hashes) from catalog.product where handler_id = %(handler)s)",
}
TABLES: Final = """
select n.nspname || '.' || c.relname as name,
       (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       (select array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum)) from pg_index i
          join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey::int2[])
         where i.indrelid = c.oid and i.indisprimary) as key,
       (select jsonb_agg(jsonb_build_array(a.attname, pn.nspname || '.' || pc.relname, pa.attname) order by a.attname)
          from pg_constraint f join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
          join pg_class pc on pc.oid = f.confrelid join pg_namespace pn on pn.oid = pc.relnamespace
          join pg_attribute pa on pa.attrelid = f.confrelid and pa.attnum = f.confkey[1]
         where f.conrelid = c.oid and f.contype = 'f' and cardinality(f.conkey) = 1) as links
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = any(%(schemas)s) and c.relkind in ('r', 'p')
 order by 1 limit 1000
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A column that points to a row of another table."""

    column: str
    table: str
    to: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, its key, and how it belongs to a handler (`scope`) and to a person (`subject`)."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    scope: sql.Composable | None
    subject: sql.Composable


async def list_tables(conn: Conn) -> list[Table]:
    """Every table of the chapters but those left out, by name."""
    rows = await (await conn.execute(TABLES, {"schemas": list(SCHEMAS)})).fetchall()
    columns = {row["name"]: tuple(row["columns"]) for row in rows}
    return [_table(row, columns) for row in rows if row["name"] not in LEFT_OUT]


async def read_page(conn: Conn, table: Table, handler: HandlerId, after: Sequence[object]) -> list[DictRow]:
    """The next rows by their key, each with `_subject`: under whose key it is sealed."""
    assert table.scope is not None
    key = sql.SQL(", ").join(sql.SQL("t.") + sql.Identifier(column) for column in table.key)
    beyond: sql.Composable = sql.SQL("")
    values: dict[str, object] = {"handler": handler, "limit": PAGE}
    if after:
        values |= {f"k{place}": value for place, value in enumerate(after)}
        marks = sql.SQL(", ").join(sql.Placeholder(f"k{place}") for place in range(len(after)))
        beyond = sql.SQL(" and ({}) > ({})").format(key, marks)
    await conn.execute(ALONG_THE_KEY)
    query = sql.SQL("select t.*, {} as _subject from {} t where {}{} order by {} limit %(limit)s").format(
        table.subject, _named(table.name), table.scope, beyond, key
    )
    return await (await conn.execute(query, values)).fetchall()


def _table(row: DictRow, columns: Mapping[str, tuple[str, ...]]) -> Table:
    name, own = row["name"], columns[row["name"]]
    links = sorted((Link(*link) for link in row["links"] or ()), key=lambda link: link.column not in row["key"])
    parent = next((link for link in links if "handler_id" in columns.get(link.table, ())), None)
    subject: sql.Composable = sql.SQL("null::bigint")
    if "subject_id" in own:
        subject = sql.SQL("t.subject_id")
    elif parent is not None and "subject_id" in columns[parent.table]:
        subject = sql.SQL("(select p.subject_id from {} p where p.{} = t.{})").format(*_joined(parent))
    return Table(name, own, tuple(row["key"] or own), _scope(name, own, parent), subject)


def _scope(name: str, own: tuple[str, ...], parent: Link | None) -> sql.Composable | None:
    if name in OWN_SCOPE:
        return sql.SQL(OWN_SCOPE[name])
    if "handler_id" in own:
        return sql.SQL("t.handler_id = %(handler)s")
    if parent is not None:
        # a value and no semi-join, which would read all parents for one page
        return sql.SQL("(select p.handler_id from {} p where p.{} = t.{}) = %(handler)s").format(*_joined(parent))
    return None


def _joined(link: Link) -> tuple[sql.Identifier, sql.Identifier, sql.Identifier]:
    return _named(link.table), sql.Identifier(link.to), sql.Identifier(link.column)


def _named(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


PERSONS: Final = """
select id, ref, enrolled_at from identity.subject
 where handler_id = %(handler)s and stands_for is null and erased_at is null and id > %(after)s
 order by id limit %(limit)s
"""
NAMES: Final = """
select coalesce(s.stands_for, s.id) as person, a.subject_id, a.openid_sealed, a.unionid_sealed, p.appid
  from identity.subject s join identity.alias a on a.subject_id = s.id join identity.app p on p.id = a.app_id
 where s.id = any(%(persons)s) or s.stands_for = any(%(persons)s) order by 1, a.named_at
"""
TOLD: Final = """
select coalesce(s.stands_for, s.id) as person, s.id as subject_id, f.phone_sealed, d.nickname_sealed, d.birthday_sealed
  from identity.subject s left join profile.phone f on f.subject_id = s.id
  left join profile.detail d on d.subject_id = s.id
 where (s.id = any(%(persons)s) or s.stands_for = any(%(persons)s))
   and (f.subject_id is not null or d.subject_id is not null)
 order by 1, s.stands_for is not null, s.id
"""
LOTS: Final = """
select l.id, p.ref, l.left_points as points, l.expires_at
  from loyalty.lot l join identity.subject s on s.id = l.subject_id
  join identity.subject p on p.id = coalesce(s.stands_for, s.id)
 where l.handler_id = %(handler)s and l.left_points > 0 and l.expires_at > %(now)s and p.erased_at is null
   and l.id > %(after)s
 order by l.id limit %(limit)s
"""
DEBTS: Final = """
select b.subject_id as id, p.ref, -b.owed as points
  from loyalty.balance b join identity.subject s on s.id = b.subject_id
  join identity.subject p on p.id = coalesce(s.stands_for, s.id)
 where b.handler_id = %(handler)s and b.owed > 0 and p.erased_at is null and b.subject_id > %(after)s
 order by b.subject_id limit %(limit)s
"""
ORDERS: Final = """
select o.id as number, p.ref, o.state, o.total_fen, o.refunded_fen, o.placed_at, o.id,
       (select jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.quantity, 'due_fen', l.due_fen,
                                            'title', left(l.title_zh, 120)) order by l.number)
          from orders.line l where l.purchase_id = o.id) as lines
  from orders.purchase o join identity.subject s on s.id = o.subject_id
  join identity.subject p on p.id = coalesce(s.stands_for, s.id)
 where o.handler_id = %(handler)s and o.id > %(after)s and p.erased_at is null
   and o.state in ('completed', 'cancelled', 'refunded', 'partially_refunded')
 order by o.id limit %(limit)s
"""
PAST: Final = """
select left(o.source || '.' || o.number, 128) as number, p.ref, o.state, o.total_fen, o.refunded_fen, o.placed_at,
       o.lines, o.source || ' ' || o.number as id
  from inbound.past_order o join identity.subject s on s.id = o.subject_id
  join identity.subject p on p.id = coalesce(s.stands_for, s.id)
 where o.handler_id = %(handler)s and p.erased_at is null
   and (o.source, o.number) > (split_part(%(after)s, ' ', 1), substr(%(after)s, strpos(%(after)s, ' ') + 1))
 order by o.source, o.number limit %(limit)s
"""
"""A source has no blank in it, so `id` tells both; compared as the primary key is, every page costs the same."""
ANSWERS: Final = """
select a.id, p.ref, a.purpose, a.state, a.answered_at
  from consent.answer a join identity.subject p on p.id = a.subject_id
 where a.handler_id = %(handler)s and a.id > %(after)s and p.stands_for is null and p.erased_at is null
   and a.seq = (select max(n.seq) from consent.answer n where n.subject_id = a.subject_id and n.purpose = a.purpose)
 order by a.id limit %(limit)s
"""
LEGACY: Final = """
select distinct on (person, purpose) person, l.ref, l.purpose, l.state, l.answered_at
  from (select coalesce(p.id, s.id) as person, coalesce(p.ref, s.ref) as ref, c.*
          from identity.subject s join inbound.legacy_consent c on c.subject_id = s.id
          left join identity.subject p on p.id = s.stands_for
         where s.id = any(%(persons)s) or s.stands_for = any(%(persons)s)) l
 where not exists (select from consent.answer a where a.subject_id = l.person and a.purpose = l.purpose)
 order by person, purpose, answered_at desc nulls last, brought_at desc
"""
"""What another system said of persons and nobody has been asked here: the newest word of each purpose."""


async def page(conn: Conn, query: LiteralString, handler: HandlerId, after: int | str, now: datetime) -> list[DictRow]:
    """The next rows of one of the lists above, beyond that id."""
    await conn.execute(ALONG_THE_KEY)
    values = {"handler": handler, "after": after, "now": now, "limit": PAGE}
    return await (await conn.execute(query, values)).fetchall()


async def of_persons(conn: Conn, query: LiteralString, persons: Sequence[int]) -> list[DictRow]:
    """`NAMES`, `TOLD` or `LEGACY` of these persons and of everybody merged into them."""
    return await (await conn.execute(query, {"persons": list(persons)})).fetchall()
