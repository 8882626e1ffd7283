"""Questions to a live PostgreSQL: the catalogue with its grants, and a few rows of a table as bounded text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from yumen.audit.evidence.schema import SAMPLE_ROWS, Sample

if TYPE_CHECKING:
    import psycopg

COLUMNS_READ_MAX: Final = 2_000_000
CELL_CHARS_MAX: Final = 512

_COLUMNS: Final = """
select n.nspname || '.' || c.relname as table_name, a.attname as column_name,
       format_type(a.atttypid, a.atttypmod) as column_type,
       coalesce(has_table_privilege('public', c.oid, 'select'), false) as readable_by_all,
       coalesce(left(col_description(c.oid, a.attnum), 200), '') as said
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
order by 1, a.attnum
limit %(limit)s
"""


def catalogue(conn: psycopg.Connection[Any]) -> Iterator[Sample]:
    """Every table with its columns, one after the other."""
    current: Sample | None = None
    for table, column, kind, public, said in conn.execute(_COLUMNS, {"limit": COLUMNS_READ_MAX}):
        if current is None or current.name != table:
            if current is not None:
                yield current
            current = Sample(table, public=public)
        current.types[column] = kind
        if said:
            current.comments[column] = said
    if current is not None:
        yield current


def fill(conn: psycopg.Connection[Any], sample: Sample) -> None:
    """Take the first rows of that table. Raises `psycopg.Error`."""
    from psycopg import sql  # noqa: PLC0415

    schema, _, table = sample.name.partition(".")
    cells = sql.SQL(", ").join(
        sql.SQL("left({}::text, {})").format(sql.Identifier(name), sql.Literal(CELL_CHARS_MAX)) for name in sample.types
    )
    query = sql.SQL("select {} from {} limit {}").format(cells, sql.Identifier(schema, table), sql.Literal(SAMPLE_ROWS))
    sample.rows.extend([cell or "" for cell in row] for row in conn.execute(query))
