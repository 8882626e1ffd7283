"""Give the whole catalogue away as the file that the import reads, page by page in bounded memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

from yumen.customer.catalog import import_store
from yumen.customer.catalog.importing import Units
from yumen.customer.catalog.rows import COLUMNS, write

PRODUCTS_A_PAGE: Final = 200


async def export(units: Units) -> AsyncIterator[bytes]:
    """The file in pieces, each read in a unit of its own; products by code, so that a page never cuts one."""
    yield write([COLUMNS]).encode()
    after = ""
    while True:
        async with units() as uow:
            rows = await import_store.list_variants(uow.conn, uow.handler, after, PRODUCTS_A_PAGE)
        if not rows:
            return
        yield write([_cells(row) for row in rows]).encode()
        after = rows[-1]["product"]


def _cells(row: dict[str, Any]) -> list[str]:
    told = {
        **row,
        "images": " ".join(bytes(image).hex() for image in row["image_hashes"]),
        "active": "yes" if row["active"] else "no",
        "member_fen": " ".join(f"{tier}={fen}" for tier, fen in sorted(row["member_fen"].items())),
        "publish_from_at": _moment(row["publish_from_at"]),
        "publish_until_at": _moment(row["publish_until_at"]),
    }
    return [str(told[column]) for column in COLUMNS]


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()
