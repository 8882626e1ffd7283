"""Accounts with access to persons' data: whose they are, how long, from where, with what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta

from yumen.audit.declaration import Flows
from yumen.audit.evidence.access import AccessList, Account
from yumen.audit.finding import At, Certainty, Finding, Gap
from yumen.audit.redact import personal
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.world import AsOf
from yumen.kit.errors import Fact
from yumen.law import Tag, number

SHARED_NAMES = (
    "admin",
    "root",
    "test",
    "guest",
    "shared",
    "public",
    "ops",
    "kefu",
    "service",
    "info",
    "shop",
    "store",
    "公共",
    "客服",
    "测试",
)
STRONG_SHARE_MAX = 0.2
STRONG_FEW = 3


def silent(access: AccessList, column: str, tells: Callable[[Account], object]) -> Iterator[Gap]:
    """One gap for the accounts whose cell in that column says nothing that is understood."""
    without = [one for one in access.active() if not tells(one)]
    if without:
        facts: dict[str, Fact] = {"account": at(without[0]).name, "accounts": len(without), "column": column}
        yield Gap("cell", facts, whole=len(without) == len(access.active()))


def at(account: Account) -> At:
    """The place of an account; a mail or a phone as its name is shown sealed."""
    return At("account", personal(account.account) if "@" in account.account else account.account)


@rule("ACC001", Area.ACCESS, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), owner=Owner.PLATFORM, effort=Effort.DAY)
def account_is_shared(access: AccessList) -> Iterator[Finding]:
    """An account is shared by several people.

    Nobody can say afterwards who looked, and nobody can be taken off it without changing the password for all.

    Found: {account} is shared or stands for no person.

    Way out: Give each person an account of their own and close this one.
    """
    people: dict[str, set[str]] = defaultdict(set)
    for one in access.active():
        people[one.account].add(one.person)
    for one in access.active():
        local = one.account.partition("@")[0].lower()
        several = len(people[one.account] - {""}) > 1
        if one.shared or several or (one.shared is None and local in SHARED_NAMES):
            certainty = Certainty.PROVEN if one.shared or several else Certainty.LIKELY
            yield Finding(at(one), {"account": at(one).name}, certainty, key=f"{one.account} {one.person}")


@rule(
    "ACC002",
    Area.ACCESS,
    Tag.ADVICE,
    Effect.RISKY,
    requirements=("pipl.51", "advice.access"),
    owner=Owner.PLATFORM,
    effort=Effort.HOUR,
)
def account_is_unused(access: AccessList, day: AsOf) -> Iterator[Finding | Gap]:
    """An account was not used for months.

    An open door nobody goes through is one nobody watches.

    Found: {account} was last used on {last}.

    Way out: Close it; who needs it again gets it again.
    """
    if "last_used" not in access.columns:
        yield Gap("column", {"column": "last_used"})
        return
    yield from silent(access, "last_used", lambda one: one.last_used)
    longest = timedelta(days=number("access.unused", day.on).value)
    for one in access.active():
        if one.last_used is not None and day.on - one.last_used > longest:
            yield Finding(at(one), {"account": at(one).name, "last": one.last_used.isoformat()}, key=one.account)


@rule(
    "ACC003",
    Area.ACCESS,
    Tag.ADVICE,
    Effect.RISKY,
    requirements=("pipl.51", "advice.access"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def access_has_no_end(access: AccessList) -> Iterator[Finding | Gap]:
    """Strong access has no end.

    Who may administer or export gets that for a task and a time; a right without an end outlives the task.

    Found: {account} holds {rights} without an end.

    Way out: Set an end of at most a year, and renew it when somebody says why.
    """
    for column in ("until", "rights"):
        if column not in access.columns:
            yield Gap("column", {"column": column})
            return
    for one in access.active():
        if one.until is None and one.strong:
            yield Finding(at(one), {"account": at(one).name, "rights": one.rights[:80]}, key=one.account)


@rule(
    "ACC004",
    Area.ACCESS,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.38", "pipl.39"),
    owner=Owner.HEADQUARTERS,
    effort=Effort.DAYS,
)
def somebody_looks_from_abroad(access: AccessList, flows: Flows) -> Iterator[Finding | Gap]:
    """Somebody abroad has access, and no flow abroad covers it.

    What can be queried, fetched or downloaded from abroad counts as provided abroad, from the place where the person
    sits. The persons seen count towards the thresholds.

    Found: {account} has access from {country}; no declared flow covers looking from there.

    Way out: Take the access away, give aggregates instead, or declare the flow with its mechanism and count it.
    """
    if "country" not in access.columns:
        yield Gap("column", {"column": "country"})
        return
    yield from silent(access, "country", lambda one: one.country)
    covered = {flow.country for flow in flows.listed if flow.remote_access}
    for one in access.active():
        if one.abroad and one.country.upper() not in covered:
            yield Finding(at(one), {"account": at(one).name, "country": one.country}, key=one.account)


@rule("ACC005", Area.ACCESS, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), owner=Owner.PLATFORM, effort=Effort.DAY)
def too_many_administrators(access: AccessList) -> Iterator[Finding | Gap]:
    """Too many accounts may do everything.

    Rights follow the task. When a fifth of all accounts may administer or export, rights were given by convenience.

    Found: {strong} of {all} accounts may administer or export.

    Way out: Keep two or three administrators; give the others the views they use.
    """
    if "rights" not in access.columns:
        yield Gap("column", {"column": "rights"})
        return
    active = access.active()
    strong = sum(one.strong for one in active)
    if strong > STRONG_FEW and strong > STRONG_SHARE_MAX * len(active):
        yield Finding(At("account", "*"), {"strong": strong, "all": len(active)}, key="strong")


@rule("ACC006", Area.ACCESS, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), owner=Owner.PLATFORM, effort=Effort.DAY)
def no_second_factor(access: AccessList) -> Iterator[Finding | Gap]:
    """An account opens with a password alone.

    Passwords of staff are the usual way in; a tester of graded protection asks for two factors from level 3 on.

    Found: {account} has no second factor.

    Way out: Switch it on for everybody, first for those who may export.
    """
    if "second_factor" not in access.columns:
        yield Gap("column", {"column": "second_factor"})
        return
    yield from silent(access, "second_factor", lambda one: one.second_factor is not None)
    for one in access.active():
        if one.second_factor is False:
            yield Finding(at(one), {"account": at(one).name}, key=one.account)


@rule("ACC007", Area.ACCESS, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), owner=Owner.PLATFORM, effort=Effort.HOUR)
def somebody_left_and_may_still_enter(access: AccessList, day: AsOf) -> Iterator[Finding | Gap]:
    """Somebody left, and the account is open; or its end has passed.

    Found: {account} should have been closed on {since}.

    The account of a person who left answers to nobody.

    Way out: Close it today and look at what it did since.
    """
    if not {"left", "until"} & access.columns:
        yield Gap("column", {"column": "left"})
        return
    for one in access.active():
        since = min((day_ for day_ in (one.left, one.until) if day_ is not None), default=None)
        if since is not None and since < day.on:
            yield Finding(at(one), {"account": at(one).name, "since": since.isoformat()}, key=one.account)
