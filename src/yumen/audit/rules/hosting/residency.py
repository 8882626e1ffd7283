"""Where that which holds persons stands: stores, backups, replicas, log sinks, functions."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.evidence.inventory import Inventory, Resource
from yumen.audit.finding import At, Certainty, Finding, Gap
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.law import Place, Tag


def abroad(inventory: Inventory, *roles: str) -> Iterator[Finding | Gap]:
    """Those of a role that stand outside, Hong Kong's regions apart; a gap for each whose region says nothing."""
    for one in inventory.of(*roles):
        if one.personal is False or one.trap:
            continue
        if one.place is Place.ELSEWHERE:
            yield Finding(place_of(one), facts_of(one), certainty_of(one))
        elif one.place is Place.UNKNOWN:
            yield Gap("region_unknown", {"name": one.name, "region": one.region or "—"}, whole=False)


def place_of(one: Resource) -> At:
    return At("resource", one.name)


def facts_of(one: Resource) -> dict[str, str | int]:
    return {"name": one.name, "region": one.region or "—", "cloud": one.cloud or "—"}


def silent(word: str, without: list[Resource], held: int) -> Iterator[Gap]:
    """One gap for those of which the inventory does not tell that; a whole one where it tells it of none."""
    if without:
        facts: dict[str, str | int] = {"name": without[0].name, "count": len(without), "word": word}
        yield Gap("resource_word", facts, whole=len(without) == held)


def certainty_of(one: Resource) -> Certainty:
    """Proven where the inventory says that persons are in it."""
    return Certainty.PROVEN if one.personal else Certainty.LIKELY


@rule(
    "HST030",
    Area.HOSTING,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.40", "pipl.38", "advice.residency"),
    owner=Owner.PLATFORM,
    effort=Effort.WEEKS,
)
def store_stands_abroad(inventory: Inventory) -> Iterator[Finding | Gap]:
    """A store stands outside the mainland.

    Data of people in China that is kept abroad was transferred abroad, all of it. Critical operators and large handlers
    have to keep it in the mainland; everybody else needs a mechanism that covers the whole store.

    Found: {name} stands in {region}.

    Way out: Move the store to a mainland region and send abroad only what a declared flow covers; if nothing personal
    is in it, say so in the inventory.
    """
    unknown = [one for one in inventory.of("other") if one.personal is not False]
    yield from silent("role", unknown, len(inventory.resources))
    yield from abroad(inventory, "store")


@rule(
    "HST031",
    Area.HOSTING,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.40", "pipl.38", "advice.residency"),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def copy_stands_abroad(inventory: Inventory) -> Iterator[Finding | Gap]:
    """A backup or replica stands outside the mainland.

    The copy is the data. Backups to another continent are the most common transfer that nobody declared.

    Found: {name}, a copy, stands in {region}.

    Way out: Copy between two mainland regions; delete what lies abroad and keep the record of it.
    """
    yield from abroad(inventory, "backup", "replica")


@rule(
    "HST032",
    Area.HOSTING,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.38", "csl.23", "advice.residency"),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def logs_stand_abroad(inventory: Inventory) -> Iterator[Finding | Gap]:
    """Logs are kept outside the mainland.

    Access logs hold addresses and ids of persons, and often more than anybody meant. The duty to keep them six months
    is one in the mainland.

    Found: {name} keeps logs in {region}.

    Way out: Keep logs in the mainland; give headquarters counts and alarms.
    """
    yield from abroad(inventory, "log")


@rule(
    "HST033",
    Area.HOSTING,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.38", "advice.residency"),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def work_is_done_abroad(inventory: Inventory) -> Iterator[Finding | Gap]:
    """A function, queue or search index stands outside the mainland.

    It keeps nothing for long and still receives everything: processing abroad is a transfer whatever stays there.

    Found: {name} runs in {region}.

    Way out: Run it in a mainland region.
    """
    yield from abroad(inventory, "function", "queue", "search")


@rule(
    "HST034",
    Area.HOSTING,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.38", "advice.residency"),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def hongkong_looks_like_the_mainland(inventory: Inventory) -> Iterator[Finding]:
    """A region's name looks like the mainland and is Hong Kong.

    `cn-hongkong` and `ap-hongkong` share the prefix of their mainland neighbours. For the rules on going abroad Hong
    Kong is outside.

    Found: {name} stands in {region}, which is outside the mainland.

    Way out: Move it to a region of the mainland list; check regions against a list, never by their prefix.
    """
    for one in inventory.resources:
        if one.trap and one.role != "other" and one.personal is not False:
            yield Finding(place_of(one), facts_of(one), certainty_of(one))


@rule("HST035", Area.HOSTING, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), owner=Owner.PLATFORM, effort=Effort.DAY)
def store_is_not_encrypted(inventory: Inventory) -> Iterator[Finding | Gap]:
    """A store or a backup is not encrypted at rest.

    Encryption is the first measure the law names, and the first question after a disk or a snapshot went astray.

    Found: {name} is not encrypted at rest.

    Way out: Switch on encryption with a key in the mainland's KMS; old snapshots are copied encrypted and deleted.
    """
    held = inventory.of("store", "backup", "replica", "log")
    yield from silent("encrypted", [one for one in held if one.encrypted is None], len(held))
    for one in held:
        if one.encrypted is False:
            yield Finding(place_of(one), facts_of(one))


@rule(
    "HST036", Area.HOSTING, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), owner=Owner.PLATFORM, effort=Effort.HOUR
)
def store_is_public(inventory: Inventory) -> Iterator[Finding | Gap]:
    """A store is readable by the whole internet.

    Open buckets are found by machines within hours. Product pictures may be public, but in a bucket of their own.

    Found: {name} is readable by everyone.

    Way out: Make the bucket private and hand out signed addresses; keep public pictures apart.
    """
    held = inventory.of("store", "backup", "log")
    buckets = [one for one in held if one.is_bucket]
    yield from silent("public", [one for one in buckets if one.public is None], len(held))
    for one in held:
        if one.public and one.personal is not False:
            yield Finding(place_of(one), facts_of(one), certainty_of(one))
