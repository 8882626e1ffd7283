"""Ask Salesforce which records of the object were deleted since a moment: its log of deletions, fifteen days long.

Unlike a query it also tells what never lay in the recycle bin. Source: REST API Developer Guide, "Get a List of Deleted
Records Within a Given Timeframe".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from yumen.gateway.connectors.channel import ASK_DEADLINE_S, Call
from yumen.gateway.connectors.failures import unreadable
from yumen.gateway.connectors.salesforce.errors import SYSTEM, remote_id
from yumen.gateway.connectors.salesforce.target import Target

REMEMBERED: Final = timedelta(days=14, hours=23)
"""An hour less than Salesforce keeps: its clock and ours may differ."""
SPAN_MIN: Final = timedelta(minutes=2)
"""A shorter one is refused."""


class Gone(msgspec.Struct):
    id: str


class Log(msgspec.Struct, rename="camel"):
    deleted_records: list[Gone]
    latest_date_covered: str


async def deleted(target: Target, since: datetime, now: datetime) -> tuple[list[str], datetime]:
    """The record ids, and until when the log is complete. Raises NotSent, Rejected, Unsettled."""
    start = min(max(since, now - REMEMBERED), now - SPAN_MIN)
    query = {"start": _moment(start), "end": _moment(now)}
    path = f"/sobjects/{target.org.object}/deleted/"
    log = await target.api.ask(Log, Call("GET", path, query=query, deadline_s=2 * ASK_DEADLINE_S))
    try:
        until = datetime.fromisoformat(log.latest_date_covered)
    except ValueError:
        raise unreadable(SYSTEM) from None
    if until.tzinfo is None:
        raise unreadable(SYSTEM)
    return [record for one in log.deleted_records if (record := remote_id(one.id))], until


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
