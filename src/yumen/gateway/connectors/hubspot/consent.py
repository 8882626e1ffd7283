"""Tell HubSpot that people want no mail: the switch that its own mailings obey, beside properties of ours.

The addresses are HubSpot's own copies, read for this and forgotten; they travel in the body, never in an address that
somebody logs. Source: developers.hubspot.com, "Communication preferences API v4", batch unsubscribe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from yumen.gateway.connectors.hubspot.api import Api, json_call
from yumen.gateway.connectors.hubspot.writing import Result

PATH: Final = "/communication-preferences/v4/statuses/batch/unsubscribe-all"


async def unsubscribe(api: Api, rows: Sequence[Result]) -> None:
    """From everything, for whoever has an address. Raises NotSent, Rejected, Unsettled."""
    addresses = [address for row in rows if (address := (row.properties or {}).get("email"))]
    if addresses:
        await api.call(replace(json_call(PATH, {"inputs": addresses}, repeatable=True), query={"channel": "EMAIL"}))
