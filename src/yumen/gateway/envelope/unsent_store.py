"""The row of an envelope that never left, and what it would have proved."""

from __future__ import annotations

from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

DELETE: Final = """
delete from abroad.envelope where handler_id = %s and recipient = %s and sequence = %s and receipt is null
"""
UNPROVE: Final = """
update abroad.envelope set proved_in = null where handler_id = %s and recipient = %s and proved_in = %s
"""


async def delete(conn: Conn, handler: HandlerId, recipient: str, sequence: int) -> bool:
    """False when it was receipted; what it carried the proofs of is proved by the next."""
    if (await conn.execute(DELETE, (handler, recipient, sequence))).rowcount != 1:
        return False
    await conn.execute(UNPROVE, (handler, recipient, sequence))
    return True
