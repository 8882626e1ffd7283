"""Look into a live PostgreSQL with a role that may only read: the catalogue, the grants, a small sample a table.

One read-only transaction with a time limit a statement; nothing is written, no row is kept. Needs `psycopg`, which
the plain package does not bring.
"""

from __future__ import annotations

import importlib.util
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from yumen.audit.evidence import database_store
from yumen.audit.evidence.schema import Sample, Table
from yumen.kit.errors import Code

if TYPE_CHECKING:
    import psycopg

NO_DRIVER: Final = Code("audit.no_driver", 424)
NO_DATABASE: Final = Code("audit.no_database", 424)
SAMPLED_TABLES_MAX: Final = 2_000
STATEMENT_SECONDS_MAX: Final = 10


def read_database(address: str, on: date) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """Every table, sampled, and the names of those that could not be sampled.

    Raises `audit.no_driver` without psycopg, `audit.no_database` when nobody answers or the role may not look.
    """
    if importlib.util.find_spec("psycopg") is None:
        raise NO_DRIVER()
    import psycopg  # noqa: PLC0415 — not there in the plain package

    try:
        with psycopg.connect(address, connect_timeout=10, autocommit=True) as conn:
            conn.execute("set default_transaction_read_only = on")
            conn.execute(f"set statement_timeout = '{STATEMENT_SECONDS_MAX}s'")
            samples = list(database_store.catalogue(conn))
            unread = [one.name for one in samples[:SAMPLED_TABLES_MAX] if not _filled(conn, one)]
    except psycopg.Error as failed:
        raise NO_DATABASE(why=type(failed).__name__) from failed
    unread.extend(sample.name for sample in samples[SAMPLED_TABLES_MAX:])
    return tuple(sample.judge(on, "database") for sample in samples), tuple(unread)


def _filled(conn: psycopg.Connection[Any], sample: Sample) -> bool:
    """A table the role may not read is told, and the look goes on."""
    from psycopg import Error  # noqa: PLC0415

    try:
        database_store.fill(conn, sample)
    except Error:
        return False
    return True
