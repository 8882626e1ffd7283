"""Settings that are well-formed and still must not be used: dangling names, and what production does not accept."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from yumen.kit.settings.faults import Fault
from yumen.kit.settings.shape import RecipientSettings, Settings

_DSNS: Final = ("owner", "app", "sequencer", "staff", "keys_owner", "keys")
_REGIONS: Final = ("database.region", "database.keys_region", "keys.region", "trail.region")
_URLS: Final = ("shopper_url", "staff_url", "hooks_url")
DELIVERY_SECRET_MIN: Final = 32
MESSAGE_FACTS: Final = {
    "points_expiring": frozenset({"points", "day"}),
    "parcel_sent": frozenset({"carrier", "tracking_no", "goods", "day"}),
}
"""What a message can tell, by what it is about."""
OF_CONNECTOR: Final = {
    "username": frozenset({"salesforce"}),
    "private_key": frozenset({"salesforce"}),
    "audience": frozenset({"salesforce"}),
    "api_version": frozenset({"salesforce"}),
    "hard_delete": frozenset({"salesforce"}),
    "refresh_token": frozenset({"hubspot"}),
    "unsubscribe": frozenset({"hubspot"}),
    "suppress": frozenset({"salesforce", "hubspot"}),
    "anonymous": frozenset({"salesforce", "hubspot"}),
}
"""Which of our own kinds of recipient a setting says anything to; an installed connector may use any."""
OWN_CONNECTORS: Final = frozenset({"salesforce", "hubspot", "webhook"})
_NOT_SET: Final = "default"


def references(settings: Settings, sources: Mapping[str, str]) -> Iterator[Fault]:
    """Names that point nowhere, appids given twice, and what is half set or cannot be meant."""
    for name, brand in settings.brand.items():
        if brand.handler not in settings.handler:
            yield _fault("no_such_handler", f"brand.{name}.handler", sources, name=brand.handler)
    seen: dict[str, str] = {}
    for name, app in settings.app.items():
        if app.brand not in settings.brand:
            yield _fault("no_such_brand", f"app.{name}.brand", sources, name=app.brand)
        if seen.setdefault(app.appid, name) != name:
            yield _fault("appid_twice", f"app.{name}.appid", sources, other=seen[app.appid])
    yield from _of_merchants(settings, sources)
    yield from _of_deliveries(settings, sources)
    yield from _of_messages(settings, sources)
    yield from _of_recipients(settings, sources)
    yield from _of_this_house(settings, sources)


def _of_this_house(settings: Settings, sources: Mapping[str, str]) -> Iterator[Fault]:
    """A chapter without what it needs, half a set of databases or a bucket, a KMS nothing speaks to, odd proxies."""
    if settings.chapters.orders and not settings.chapters.catalog:
        yield _fault("chapter_needs", "chapters.orders", sources, name="catalog")
    if not settings.database.embedded:
        for name in _DSNS:
            if not getattr(settings.database, name):
                yield _fault("database_incomplete", f"database.{name}", sources)
    trail = settings.trail
    if trail.bucket_url and not (trail.bucket_region and trail.bucket_key_id and trail.bucket_key_secret):
        yield _fault("bucket_incomplete", "trail.bucket_url", sources)
    if settings.keys.kms != "file":
        yield _fault("kms_absent", "keys.kms", sources, kms=settings.keys.kms)
    for proxy in settings.server.trusted_proxies:
        if not _is_network(proxy):
            yield _fault("no_network", "server.trusted_proxies", sources, given=proxy[:43])


def _of_merchants(settings: Settings, sources: Mapping[str, str]) -> Iterator[Fault]:
    """Apps that do not exist or have two merchants, merchant numbers given twice, and half a public key."""
    payees: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for name, merchant in settings.merchant.items():
        for app in merchant.apps:
            if app not in settings.app:
                yield _fault("no_such_app", f"merchant.{name}.apps", sources, name=app)
            if payees.setdefault(app, name) != name:
                yield _fault("app_has_merchant", f"merchant.{name}.apps", sources, name=app, other=payees[app])
        if numbers.setdefault(merchant.mchid, name) != name:
            yield _fault("mchid_twice", f"merchant.{name}.mchid", sources, other=numbers[merchant.mchid])
        if bool(merchant.public_key_id) != bool(merchant.public_key):
            yield _fault("public_key_incomplete", f"merchant.{name}.public_key_id", sources)


def _of_deliveries(settings: Settings, sources: Mapping[str, str]) -> Iterator[Fault]:
    """An endpoint of nobody's, one that is no place or two, and an URL whose messages nobody could check."""
    for name, delivery in settings.delivery.items():
        if delivery.handler not in settings.handler:
            yield _fault("no_such_handler", f"delivery.{name}.handler", sources, name=delivery.handler)
        if (delivery.url is None) == (delivery.folder is None):
            yield _fault("delivery_place", f"delivery.{name}.url", sources)
        if delivery.url is not None and len(delivery.secret.reveal()) < DELIVERY_SECRET_MIN:
            yield _fault("delivery_secret", f"delivery.{name}.secret", sources)


def _of_messages(settings: Settings, sources: Mapping[str, str]) -> Iterator[Fault]:
    """A template of no app, one that has no fields, and one field that is filled from what is not told."""
    for name, message in settings.message.items():
        if message.app not in settings.app:
            yield _fault("no_such_app", f"message.{name}.app", sources, name=message.app)
        told = {key.partition("=")[2] for key in message.keys}
        unknown = sorted(told - MESSAGE_FACTS[message.about])
        if unknown or not told:
            known = ", ".join(sorted(MESSAGE_FACTS[message.about]))
            yield _fault("message_fact", f"message.{name}.keys", sources, known=known)


def _of_recipients(settings: Settings, sources: Mapping[str, str]) -> Iterator[Fault]:
    """A recipient of nobody's data, two for one contract, and what its connector could not work with."""
    contracts: dict[tuple[str, str], str] = {}
    for name, one in settings.recipient.items():
        if one.handler not in settings.handler:
            yield _fault("no_such_handler", f"recipient.{name}.handler", sources, name=one.handler)
        first = contracts.setdefault((one.handler, one.contract), name)
        if first != name:
            yield _fault("contract_twice", f"recipient.{name}.contract", sources, other=first)
        for key in ("fields", "constants", "suppress", "anonymous"):
            if not all(left and mark and right for left, mark, right in (p.partition("=") for p in getattr(one, key))):
                yield _fault("no_pairs", f"recipient.{name}.{key}", sources)
        for key, connectors in OF_CONNECTOR.items():
            if getattr(one, key) and one.connector in OWN_CONNECTORS - connectors:
                yield _fault("not_of_connector", f"recipient.{name}.{key}", sources, connector=one.connector)
        if lacking := _lacking(one):
            yield _fault("recipient_lacks", f"recipient.{name}.{lacking}", sources, connector=one.connector)
        if one.take_back == ("suppress",) and not one.suppress and one.connector in OWN_CONNECTORS - {"webhook"}:
            yield _fault("suppress_unset", f"recipient.{name}.take_back", sources)


def _lacking(one: RecipientSettings) -> str:
    """The first setting without which that recipient could not be served; empty when there is none."""
    mapping, needed = ("external_id", "fields"), tuple[str, ...]()
    match one.connector:
        case "salesforce":
            needed = (*mapping, "client_id", "username" if one.private_key else "secret")
        case "hubspot":
            needed = (*mapping, *(("client_id",) if one.refresh_token else ()), "secret")
        case _:
            pass
    return next((key for key in needed if not getattr(one, key)), "")


def unfit(settings: Settings, sources: Mapping[str, str], is_mainland: Callable[[str, str], bool]) -> Iterator[Fault]:
    """What is for demo and development only. Nothing outside production."""
    if settings.environment != "production":
        return
    if settings.database.embedded:
        yield _fault("embedded_database", "database.app", sources)
    if settings.keys.kms == "file":
        yield _fault("file_kms", "keys.kms", sources)
    if settings.demo.sandboxes:
        yield _fault("sandboxes", "demo.sandboxes", sources)
    if settings.clock.movable:
        yield _fault("movable_clock", "clock.movable", sources)
    for name in _URLS:
        if not _public(getattr(settings.server, name)):
            yield _fault("url_not_public", f"server.{name}", sources)
    if not all(_public(url) for url in settings.wechat.base_urls):
        yield _fault("sandboxes", "wechat.base_urls", sources)
    yield from _unfit_merchants(settings, sources)
    told: dict[str, str | None] = {f"delivery.{name}.url": one.url for name, one in settings.delivery.items()}
    told |= {f"recipient.{name}.url": one.url for name, one in settings.recipient.items()}
    told["trail.bucket_url"] = settings.trail.bucket_url
    for key, url in told.items():
        if url is not None and not _public(url):
            yield _fault("url_not_public", key, sources)
    for key in _REGIONS:
        section, _, name = key.partition(".")
        region = getattr(getattr(settings, section), name)
        cloud, _, where = region.partition("/")
        if not region or not is_mainland(cloud, where):
            yield _fault("region_not_mainland", key, sources, region=region)


def _unfit_merchants(settings: Settings, sources: Mapping[str, str]) -> Iterator[Fault]:
    for name, merchant in settings.merchant.items():
        if not all(_public(url) for url in merchant.base_urls):
            yield _fault("sandboxes", f"merchant.{name}.base_urls", sources)
        if merchant.notify_url is not None and not _public(merchant.notify_url):
            yield _fault("url_not_public", f"merchant.{name}.notify_url", sources)


def _is_network(text: str) -> bool:
    """An address, or a network without bits of a host: `10.0.0.5/8` would trust more than somebody meant."""
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _public(url: str) -> bool:
    """HTTPS, and not to this machine or a private address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        private = not ipaddress.ip_address(host).is_global
    except ValueError:
        private = host == "localhost" or host.endswith(".localhost")
    return parts.scheme == "https" and not private


def _fault(kind: str, key: str, sources: Mapping[str, str], **facts: str) -> Fault:
    return Fault(kind, key, sources.get(key, _NOT_SET), facts)
