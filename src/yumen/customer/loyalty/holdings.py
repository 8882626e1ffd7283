"""What loyalty keeps about a person, how it is handed over and how it is erased (PIPL art. 45, 47).

Postings hold numbers and codes under a subject's number. The number loses its person when identity is erased; the
postings stay, as records of transactions (E-Commerce Law art. 31), and cannot be changed by anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yumen.customer.identity import subjects
from yumen.customer.loyalty import card, ledger_store, member_store, message_store, overview
from yumen.customer.loyalty.fields import CARD_CODE, MESSAGES, NUMBER, POINTS, TIER
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import After, Erased, Holding, Keep, RetentionClass

PAGES_MAX: Final = 100
PAGE: Final = 1000


async def hand_over_member(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """The number on the card, since when, and the tier."""
    member = await card.find(uow, subject)
    if member is None:
        return {}
    return {
        "number": await card.number_of(uow, member),
        "enrolled_at": member.enrolled_at.isoformat(),
        "tier": member.standing.tier,
    }


async def erase_member(uow: UnitOfWork, subject: SubjectId) -> Erased:
    return Erased(await member_store.delete(uow.conn, await subjects.family(uow.conn, subject)))


async def hand_over_points(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """Each act that moved points, the newest first."""
    told: list[dict[str, object]] = []
    before = ""
    for _ in range(PAGES_MAX):
        page = await overview.list_movements(uow, subject, before, PAGE)
        told += [
            {"at": one.posted_at.isoformat(), "act": one.act, "source": one.source, "points": one.points}
            for one in page
        ]
        if len(page) < PAGE:
            break
        before = page[-1].id
    return {"points": told} if told else {}


async def keep_points(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Nothing goes: law keeps records of transactions, and these name nobody once identity is erased."""
    family = await subjects.family(uow.conn, subject)
    return Erased(0, kept=await ledger_store.count_postings(uow.conn, family))


async def hand_over_messages(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """Which templates were accepted or refused, and which messages were sent."""
    family = await subjects.family(uow.conn, subject)
    rights = [
        {"template": row["template"], "left": row["left_count"], "refused": row["refused_at"] is not None}
        for row in await message_store.list_rights(uow.conn, family)
    ]
    sent = [
        {"about": row["about"], "state": row["state"], "at": row["made_at"].isoformat()}
        for row in await message_store.list_of(uow.conn, family)
    ]
    return {"templates": rights, "messages": sent} if rights or sent else {}


async def erase_messages(uow: UnitOfWork, subject: SubjectId) -> Erased:
    return Erased(await message_store.delete(uow.conn, await subjects.family(uow.conn, subject)))


MEMBER: Final = Holding(
    name="loyalty.member",
    module="customer.loyalty",
    fields=(NUMBER, TIER, CARD_CODE),
    retention=RetentionClass.MEMBERSHIP,
    keep=Keep(days=15, after=After.ACCOUNT_CLOSED, law="retention.account_closed"),
    hand_over=hand_over_member,
    erase=erase_member,
)
POSTING: Final = Holding(
    name="loyalty.posting",
    module="customer.loyalty",
    fields=(POINTS,),
    retention=RetentionClass.TRANSACTION,
    keep=Keep(days=1096, after=After.CONTRACT_ENDED, law="retention.transaction"),
    hand_over=hand_over_points,
    erase=keep_points,
)
MESSAGE: Final = Holding(
    name="loyalty.message",
    module="customer.loyalty",
    fields=(MESSAGES,),
    retention=RetentionClass.MEMBERSHIP,
    keep=Keep(days=15, after=After.ACCOUNT_CLOSED, law="retention.account_closed"),
    hand_over=hand_over_messages,
    erase=erase_messages,
)
HOLDINGS: Final = (MEMBER, POSTING, MESSAGE)
