"""A recipient of the settings as the gate serves it: the connector of its kind, over a client that reaches it only."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from yumen.gateway import Recipient
from yumen.gateway.connectors import hubspot, salesforce, webhook
from yumen.gateway.connectors.connector import Connector, Description, RecallWay, RemoteField, Value
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.salesforce.org import UNFIT
from yumen.gateway.egress import FencedHttp, link_settings
from yumen.gateway.envelope import Courier
from yumen.gateway.refresh_tokens import KeptTokens, Secrets
from yumen.kit.http import Http
from yumen.kit.ids import HandlerId
from yumen.kit.settings import RecipientSettings
from yumen.kit.work import Work

GROUP: Final = "yumen.connectors"
"""Where a package names its connectors: `zeta = "zeta_yumen:open_connector"` (docs: write a connector)."""
JOBS_FOLDER: Final = Path(".yumen/bulk")
NUMBER: Final = re.compile("0|[1-9][0-9]{0,14}")
WORDS: Final[Mapping[str, Value]] = {"true": True, "false": False}

Maker = Callable[[RecipientSettings, FieldMap, Http], Connector]
"""Makes a connector for one recipient; the client reaches the hosts of its settings only, and stays ours to close."""


@asynccontextmanager
async def recipient_of(
    work: Work, secrets: Secrets, handler: HandlerId, name: str, settings: RecipientSettings
) -> AsyncIterator[Recipient]:
    """The way to one recipient, for as long as the block lasts. Raises `connector.unfit`."""
    link = link_settings(settings.connections_max, settings.proxy, settings.ca_bundle)
    http = FencedHttp(link, hosts_of(settings))
    connector = connector_of(work, secrets, handler, name, settings, http)
    try:
        yield Recipient(
            handler,
            settings.contract,
            connector,
            settings.salt.reveal().encode(),
            settings.connections_max,
            settings.calls_a_day_max,
            settings.calls_left_min,
            None if settings.connector == "webhook" else field_map(settings),
        )
    finally:
        await connector.close()
        await http.close()


def hosts_of(settings: RecipientSettings) -> list[str]:
    """Every host that this way may reach."""
    own = [urlsplit(settings.url).hostname or ""]
    return [*own, *settings.egress]


def connector_of(
    work: Work, secrets: Secrets, handler: HandlerId, name: str, settings: RecipientSettings, http: Http
) -> Connector:
    """The connector of that kind. Raises `connector.unfit`."""
    match settings.connector:
        case "salesforce":
            jobs = salesforce.FolderJobs(JOBS_FOLDER / name)
            return salesforce.Salesforce(http, _org(settings), field_map(settings), jobs)
        case "hubspot":
            book = KeptTokens(work, secrets, handler, name)
            return hubspot.HubSpot(http, _account(settings), field_map(settings), book)
        case "webhook":
            fields = tuple(RemoteField(one, "other") for one in pairs(settings.fields).values())
            description = Description(settings.object or "records", fields)
            endpoint = webhook.Endpoint(settings.url, description, _ways(settings))
            return webhook.Webhook(http, endpoint, Courier(work, handler, name))
        case _:
            return _installed(settings)(settings, field_map(settings), http)


def _installed(settings: RecipientSettings) -> Maker:
    """What makes a connector of somebody else's package, which names it in its metadata. Raises `connector.unfit`."""
    for entry in entry_points(group=GROUP, name=settings.connector):
        make: Maker = entry.load()
        return make
    raise UNFIT(setting=f"connector = {settings.connector}")


def field_map(settings: RecipientSettings) -> FieldMap:
    """Under which names the recipient keeps what leaves."""
    return FieldMap(
        settings.external_id,
        pairs(settings.fields),
        constants=values(settings.constants),
        version=settings.version_field,
    )


def pairs(written: Sequence[str]) -> dict[str, str]:
    """`["a=b"]` as a table."""
    return {left: right for left, _, right in (one.partition("=") for one in written)}


def values(written: Sequence[str]) -> dict[str, Value]:
    """The same with `true`, `false` and whole numbers read as such; an id that begins with a nought is a text."""
    return {
        name: WORDS.get(said, int(said) if NUMBER.fullmatch(said) else said) for name, said in pairs(written).items()
    }


def _org(settings: RecipientSettings) -> salesforce.Org:
    org = salesforce.Org(
        settings.url,
        _salesforce_login(settings),
        settings.object or "Contact",
        settings.api_version or salesforce.VERSION,
        connections_max=settings.connections_max,
        bulk_from=settings.bulk_from or None,
        hard_delete=settings.hard_delete,
        suppress=values(settings.suppress),
        anonymous=values(settings.anonymous),
        ways=_ways(settings),
    )
    return replace(org, hosts=(*org.hosts, *settings.egress))


def _salesforce_login(settings: RecipientSettings) -> salesforce.JwtLogin | salesforce.SecretLogin:
    if not settings.private_key:
        return salesforce.SecretLogin(settings.client_id, settings.secret.reveal())
    key = salesforce.read_key(settings.private_key.reveal())
    login = salesforce.JwtLogin(settings.client_id, settings.username, key)
    return login if settings.audience is None else replace(login, audience=settings.audience)


def _account(settings: RecipientSettings) -> hubspot.Account:
    return hubspot.Account(
        _hubspot_login(settings),
        settings.object or "contacts",
        settings.url,
        settings.connections_max,
        suppress=values(settings.suppress),
        anonymous=values(settings.anonymous),
        unsubscribe=settings.unsubscribe,
        ways=_ways(settings),
    )


def _hubspot_login(settings: RecipientSettings) -> hubspot.TokenLogin | hubspot.RefreshLogin:
    if not settings.refresh_token:
        return hubspot.TokenLogin(settings.secret.reveal())
    return hubspot.RefreshLogin(settings.client_id, settings.secret.reveal(), settings.refresh_token.reveal())


def _ways(settings: RecipientSettings) -> tuple[RecallWay, ...]:
    """Those that HQ lets us use, the strongest first; all when the settings name none."""
    return tuple(way for way in RecallWay if not settings.take_back or way.value in settings.take_back)
