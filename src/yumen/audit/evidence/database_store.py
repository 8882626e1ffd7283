"""Look into a live PostgreSQL with a role that may only read: the catalogue, the grants, a small sample a table.

One read-only transaction with a time limit a statement; nothing is written, no row is kept. Needs `psycopg`, which
the plain package does not bring.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from yumen.audit.evidence.schema import SAMPLE_ROWS, Sample, Table
from yumen.kit.errors import Code

if TYPE_CHECKING:
    import psycopg

NO_DRIVER: Final = Code("audit.no_driver", 424)
NO_DATABASE: Final = Code("audit.no_database", 424)
SAMPLED_TABLES_MAX: Final = 2_000
STATEMENT_SECONDS_MAX: Final = 10
COLUMNS_READ_MAX: Final = 2_000_000
CELL_CHARS_MAX: Final = 512

_COLUMNS: Final = """
select n.nspname || '.' || c.relname as table_name, a.attname as column_name,
       format_type(a.atttypid, a.atttypmod) as column_type,
       coalesce(has_table_privilege('public', c.oid, 'select'), false) as readable_by_all
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
order by 1, a.attnum
limit %(limit)s
"""


def read_database(address: str, on: date) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """Every table, sampled, and the names of those that could not be sampled.

    Raises `audit.no_driver` without psycopg, `audit.no_database` when nobody answers or the role may not look.
    """
    if importlib.util.find_spec("psycopg") is None:
        raise NO_DRIVER()
    import psycopg  # noqa: PLC0415 — not there in the plain package

    unread: list[str] = []
    try:
        with psycopg.connect(address, connect_timeout=10, autocommit=True) as conn:
            conn.execute("set default_transaction_read_only = on")
            conn.execute(f"set statement_timeout = '{STATEMENT_SECONDS_MAX}s'")
            samples = list(_catalogue(conn))
            for sample in samples[:SAMPLED_TABLES_MAX]:
                _fill(conn, sample, unread)
    except psycopg.Error as failed:
        raise NO_DATABASE(why=type(failed).__name__) from failed
    unread.extend(sample.name for sample in samples[SAMPLED_TABLES_MAX:])
    return tuple(sample.judge(on, "database") for sample in samples), tuple(unread)


def _catalogue(conn: psycopg.Connection[Any]) -> Iterator[Sample]:
    current: Sample | None = None
    for table, column, kind, public in conn.execute(_COLUMNS, {"limit": COLUMNS_READ_MAX}):
        if current is None or current.name != table:
            if current is not None:
                yield current
            current = Sample(table, public=public)
        current.types[column] = kind
    if current is not None:
        yield current


def _fill(conn: psycopg.Connection[Any], sample: Sample, unread: list[str]) -> None:
    from psycopg import Error, sql  # noqa: PLC0415

    schema, _, table = sample.name.partition(".")
    cells = sql.SQL(", ").join(
        sql.SQL("left({}::text, {})").format(sql.Identifier(name), sql.Literal(CELL_CHARS_MAX)) for name in sample.types
    )
    query = sql.SQL("select {} from {} limit {}").format(cells, sql.Identifier(schema, table), sql.Literal(SAMPLE_ROWS))
    try:
        sample.rows.extend([cell or "" for cell in row] for row in conn.execute(query))
    except Error:
        unread.append(sample.name)
