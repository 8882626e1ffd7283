"""What the gate is wired with: openers of the fields that may leave, facts about persons, the settings' recipients."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from typing import Final

from yumen.app.gateway import hearing
from yumen.app.gateway.recipients import recipient_of
from yumen.border import Bookings, Books, Mechanisms, Opener, ViewRule
from yumen.border.standing import CHILD, GUARDIAN, MINOR
from yumen.customer import consent, identity, loyalty, orders, profile
from yumen.gateway import Gate, Recipients, grounds
from yumen.gateway.envelope import Pens
from yumen.gateway.gate import Finder
from yumen.gateway.inbound import objections
from yumen.gateway.refresh_tokens import Secrets
from yumen.kit.db import Role
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.settings import Handler as HandlerSettings
from yumen.kit.settings import Settings
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.security.datamap import DataMap
from yumen.security.keys import Keyring

VIEWS_UNSIGNED: Final = Code("gateway.views_unsigned", 500)

OPENERS: Final[Mapping[str, Opener]] = {
    "consent.answer.state": consent.held.purposes,
    "loyalty.member.number": loyalty.opening.numbers,
    "loyalty.member.tier": loyalty.opening.tiers,
    "loyalty.posting.points": loyalty.opening.points,
    "orders.address.address": orders.opening.book_addresses,
    "orders.address.phone": orders.opening.book_phones,
    "orders.address.recipient": orders.opening.book_recipients,
    "orders.purchase.address": orders.opening.addresses,
    "orders.purchase.last_on": orders.bought.last_on,
    "orders.purchase.phone": orders.opening.phones,
    "orders.purchase.recipient": orders.opening.recipients,
    "orders.purchase.spent_fen": orders.bought.spent_fen,
    "orders.purchase.times": orders.bought.times,
    "profile.phone.phone": profile.opening.phones,
    "profile.detail.nickname": profile.opening.nicknames,
    "profile.detail.birthday": profile.opening.birthdays,
    "profile.detail.region": profile.opening.regions,
}
"""By address in the data map: what has no opener cannot leave, whatever a contract says."""
FINDERS: Final[Mapping[str, Finder]] = {"loyalty.member.number": loyalty.opening.find_number}
"""Fields by which a recipient may name a person who never reached it."""


async def young(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, int]:
    """Who is below 18 or 14 today, and for whom a guardian agreed."""
    found = await profile.minors.of_many(uow, persons)
    return {
        person: MINOR | (CHILD if one.band is profile.minors.Band.CHILD else 0) | (GUARDIAN if one.guarded else 0)
        for person, one in found.items()
    }


def view_rule(code: str, handler: HandlerSettings) -> ViewRule | None:
    """Whom a view from abroad books, as the settings say somebody decided; None: nobody did.

    Raises `gateway.views_unsigned` when they do not say who and when.
    """
    if not handler.views:
        return None
    try:
        decided_on = date.fromisoformat(handler.views_decided_on)
    except ValueError:
        raise VIEWS_UNSIGNED(handler=code) from None
    if not handler.views_decided_by:
        raise VIEWS_UNSIGNED(handler=code)
    return ViewRule(Books(handler.views), handler.views_decided_by, decided_on)


@asynccontextmanager
async def open_gateway(
    settings: Settings, work: Work, keyring: Keyring, secrets: Secrets, data_map: DataMap
) -> AsyncIterator[dict[type, object]]:
    """The gate's services, for as long as the block lasts. Raises `connector.unfit` naming what is wrong."""
    async with work.begin(Actor(ActorKind.SYSTEM, "system", HandlerId(0))) as uow:
        numbers = await identity.handlers.numbers(uow.conn)
    bookings = Bookings(work.database.pool(Role.APP), work.clock)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bookings.close)
        known = {
            name: await stack.enter_async_context(recipient_of(work, secrets, numbers[one.handler], name, one))
            for name, one in settings.recipient.items()
        }
        gate = Gate(
            bookings,
            data_map,
            OPENERS,
            Recipients(known.values()),
            mechanisms={
                numbers[code]: Mechanisms(
                    critical=one.critical, barred=frozenset(one.barred), sector=one.sector, scenario=one.scenario
                )
                for code, one in settings.handler.items()
            },
            facts=(young, objections.facts, grounds.facts),
            finders=FINDERS,
            views={numbers[code]: rule for code, one in settings.handler.items() if (rule := view_rule(code, one))},
            alarms={numbers[code]: one.alarms for code, one in settings.handler.items()},
        )
        heard = hearing.services(settings, numbers, known)
        yield {Gate: gate, Bookings: bookings, Pens: Pens(keyring, settings.trail.origin), **heard}
