"""HubSpot as a recipient: one object of one account.

HubSpot(http, Account(login=TokenLogin("pat-eu1-…")), FieldMap("member_no", {...}, version="yumen_version"), book)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from yumen.gateway.connectors.channel import Channel
from yumen.gateway.connectors.connector import Abilities, Budget, Description, Found, RecallWay, Record, Settled
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.hubspot import lookup, upsert
from yumen.gateway.connectors.hubspot.account import SYSTEM, Account
from yumen.gateway.connectors.hubspot.api import Api
from yumen.gateway.connectors.hubspot.describe import describe
from yumen.gateway.connectors.hubspot.login import logging_in
from yumen.gateway.connectors.hubspot.pace import Pace
from yumen.gateway.connectors.hubspot.properties import Wanted, make_missing
from yumen.gateway.connectors.hubspot.recall import recall
from yumen.gateway.connectors.hubspot.target import BATCH_MAX, Target
from yumen.gateway.connectors.hubspot.token_book import TokenBook
from yumen.gateway.connectors.tokens import Tokens
from yumen.kit.errors import Rejected
from yumen.kit.http import Http


class HubSpot:
    """A `Connector`. `http` stays its owner's; `book` keeps refresh tokens over a restart.

    Bodies go uncompressed: HubSpot does not say that it unpacks them.
    """

    def __init__(
        self,
        http: Http,
        account: Account,
        fields: FieldMap,
        book: TokenBook,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        channel = Channel(SYSTEM, http, compress=False)
        tokens = Tokens(logging_in(channel, account, book, clock), clock)
        self._target = Target(Api(channel, tokens, Pace(clock)), account, fields)

    @property
    def abilities(self) -> Abilities:
        account = self._target.account
        able = {RecallWay.DELETE, RecallWay.ANONYMISE} | ({RecallWay.SUPPRESS} if account.suppress else set())
        return Abilities(
            batch_max=BATCH_MAX,
            connections_max=account.connections_max,
            recall=tuple(way for way in RecallWay if way in able and way in account.ways),
            reads_back=True,
            keeps_version=bool(self._target.fields.version),
        )

    async def describe(self) -> Description:
        return await describe(self._target)

    async def make_properties(self, wanted: Sequence[Wanted]) -> list[str]:
        """Make those that HubSpot lacks; answers their names. Raises NotSent, Rejected, Unsettled."""
        return await make_missing(self._target, wanted)

    async def send(self, records: Sequence[Record]) -> list[Settled]:
        return await upsert.send(self._target, records)

    async def send_bulk(self, records: Sequence[Record]) -> list[Settled]:
        """HubSpot has no way for masses. Raises Rejected."""
        raise Rejected("connector.way_unsupported", "bulk", system=SYSTEM, records=len(records))

    async def recall(self, external_ids: Sequence[str], way: RecallWay) -> list[Settled]:
        return await recall(self._target, external_ids, way)

    async def ask(self, external_ids: Sequence[str]) -> list[Found]:
        return await lookup.ask(self._target, external_ids)

    async def budget(self) -> Budget:
        return await self._target.api.budget()

    async def close(self) -> None:
        """Nothing is held open: the connections are those of `http`."""
