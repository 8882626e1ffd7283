"""Salesforce as a recipient: one object of one org.

Salesforce(http, Org(login_url="https://velvet.my.salesforce.com", login=JwtLogin(...)), FieldMap(...), FolderJobs(...))
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from yumen.gateway.connectors.channel import Channel
from yumen.gateway.connectors.connector import Abilities, Budget, Description, Found, RecallWay, Record, Settled
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.salesforce import bulk, lookup, upsert
from yumen.gateway.connectors.salesforce.api import Api
from yumen.gateway.connectors.salesforce.changes import ChangedRow, changed
from yumen.gateway.connectors.salesforce.deletions import deleted
from yumen.gateway.connectors.salesforce.describe import describe
from yumen.gateway.connectors.salesforce.errors import SYSTEM
from yumen.gateway.connectors.salesforce.jobs import JobBook
from yumen.gateway.connectors.salesforce.login import log_in
from yumen.gateway.connectors.salesforce.org import Org
from yumen.gateway.connectors.salesforce.recall import recall
from yumen.gateway.connectors.salesforce.target import COLLECTION_MAX, Target
from yumen.gateway.connectors.tokens import Tokens
from yumen.kit.clock import real_now
from yumen.kit.http import Http


class Salesforce:
    """A `Connector`. `http` stays its owner's; `jobs` keeps Bulk jobs over a restart."""

    def __init__(
        self,
        http: Http,
        org: Org,
        fields: FieldMap,
        jobs: JobBook,
        now: Callable[[], datetime] = real_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        channel = Channel(SYSTEM, http)
        api = Api(channel, Tokens(lambda: log_in(channel, org, now), clock), org.version, clock)
        self._now = now
        self._target = Target(api, org, fields, jobs)

    @property
    def abilities(self) -> Abilities:
        org = self._target.org
        able = {RecallWay.DELETE, RecallWay.ANONYMISE} | ({RecallWay.SUPPRESS} if org.suppress else set())
        return Abilities(
            batch_max=COLLECTION_MAX,
            connections_max=org.connections_max,
            recall=tuple(way for way in RecallWay if way in able and way in org.ways),
            reads_back=True,
            bulk_from=org.bulk_from,
            keeps_version=bool(self._target.fields.version),
        )

    async def describe(self) -> Description:
        return await describe(self._target)

    async def send(self, records: Sequence[Record]) -> list[Settled]:
        return await upsert.send(self._target, records)

    async def send_bulk(self, records: Sequence[Record]) -> list[Settled]:
        return await bulk.send_bulk(self._target, records)

    async def ask(self, external_ids: Sequence[str]) -> list[Found]:
        return await lookup.ask(self._target, external_ids)

    async def recall(self, external_ids: Sequence[str], way: RecallWay) -> list[Settled]:
        return await recall(self._target, external_ids, way)

    async def budget(self) -> Budget:
        return await self._target.api.budget()

    async def changed(self, fields: Sequence[str], since: datetime, after: str, limit: int) -> list[ChangedRow]:
        """Our records that changed since; not part of a `Connector`. Raises NotSent, Rejected, Unsettled."""
        return await changed(self._target, fields, since, after, limit)

    async def deleted(self, since: datetime) -> tuple[list[str], datetime]:
        """Records deleted since, and until when that is known; not part of a `Connector`.

        Raises NotSent, Rejected, Unsettled.
        """
        return await deleted(self._target, since, self._now())

    async def close(self) -> None:
        """Nothing is held open: the connections are those of `http`."""
