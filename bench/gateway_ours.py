"""Our dispatcher on the near side of the link: `python -m bench.gateway_ours TASK` (JSON); says its figures as JSON."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.gateway_crowd import opened
from yumen.gateway import dispatch
from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.connector import Connector, Outcome, Record, Settled
from yumen.gateway.connectors.hubspot import Account, HubSpot, MemoryBook, TokenLogin, Wanted
from yumen.gateway.connectors.salesforce import MemoryJobs, Org, Salesforce, SecretLogin
from yumen.gateway.egress import link_settings
from yumen.kit.http import Http
from yumen.kit.ids import HandlerId

ROUNDS_MAX = 200
FIELDS = {
    "salesforce": FieldMap(
        "Yumen_Id__c", {"Member_No": "Yumen_Id__c", "Nickname": "LastName", "Points": "Loyalty_Points__c"},
        {"LeadSource": "WeChat"}, "Yumen_Version__c",
    ),
    "hubspot": FieldMap(
        "member_no", {"Member_No": "member_no", "Nickname": "lastname", "Points": "points"}, {}, "yumen_version"
    ),
}  # fmt: skip
WANTED = [
    Wanted("member_no", "Member", unique=True),
    Wanted("yumen_version", "Version", "number"),
    Wanted("points", "Points", "number"),
]


class Timed:
    """A connector whose calls of `send` are timed; everything else is passed on."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self.calls: list[tuple[float, float, int]] = []
        """(end, seconds, records done) of each call that was answered."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    async def send(self, records: Sequence[Record]) -> list[Settled]:
        begun = time.monotonic()
        said = await self._connector.send(records)
        done = sum(one.outcome is Outcome.DONE for one in said)
        self.calls.append((time.monotonic(), time.monotonic() - begun, done))
        return said


def connector_of(task: dict[str, Any], http: Http) -> Salesforce | HubSpot:
    url, fields = f"http://{task['address']}:{task['port']}", FIELDS[task["kind"]]
    if task["kind"] == "hubspot":
        account = Account(TokenLogin(task["secret"]), url=url, connections_max=task["connections"])
        return HubSpot(http, account, fields, MemoryBook())
    login = SecretLogin(task["id"], task["secret"])
    org = Org(url, login, hosts=(task["address"],), connections_max=task["connections"], bulk_from=None)
    return Salesforce(http, org, fields, MemoryJobs())


async def main(task: dict[str, Any]) -> None:
    async with Http(link_settings(task["connections"])) as http:
        connector = connector_of(task, http)
        if isinstance(connector, HubSpot) and not task.get("lean"):
            await connector.make_properties(WANTED)
        await connector.ask(["M00000000"])  # logged in, and one connection warm, as in a process that runs for days
        timed = Timed(connector)  # passes on what it does not know
        async with opened(task["urls"], Path(task["kms"]), HandlerId(task["handler"]), timed) as crowd:
            print(json.dumps({"begins": time.monotonic()}), flush=True)
            begun, cpu, arrived = time.monotonic(), time.process_time(), 0
            for _ in range(ROUNDS_MAX):
                tally = await dispatch.run_round(crowd.work, crowd.gate, crowd.recipient)
                arrived += tally.arrived
                if arrived >= task["persons"]:
                    break
            seconds, cpu = time.monotonic() - begun, time.process_time() - cpu
    most_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"arrived": arrived, "seconds": seconds, "cpu_s": cpu, "most_mib": most_mib, "calls": timed.calls}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
