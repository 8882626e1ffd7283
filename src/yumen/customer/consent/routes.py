"""Shopper routes: what is asked, what was answered, take it back, and the proof of it."""

from __future__ import annotations

from typing import Final

from litestar import get, post, put
from litestar.params import FromPath

from yumen.customer import identity
from yumen.customer.consent import choices, notice_store, store
from yumen.customer.consent.eligibility import Eligibility
from yumen.customer.consent.envelope import ALGORITHM, ReceiptSigner, sign
from yumen.customer.consent.notices import of_body
from yumen.customer.consent.purposes import GROUNDS
from yumen.customer.consent.receipt import receipt_of
from yumen.customer.consent.shapes import (
    AppHandlers,
    AppId,
    ChoicesBody,
    ConsentsView,
    ConsentView,
    Cursor,
    Limit,
    NoticesView,
    NoticeView,
    ReceiptKeyView,
    ReceiptLine,
    ReceiptPath,
    ReceiptView,
)
from yumen.kit.crypto import DEFAULT_ID
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.web import Edge, Page, allow
from yumen.kit.work import Actor, ActorKind, UnitOfWork
from yumen.security import trail
from yumen.security.datamap import Purpose

APP_UNKNOWN: Final = Code("notice.app_unknown", 404)
RECEIPT_UNKNOWN: Final = Code("consent.receipt_unknown", 404)


@get(
    "/v1/notices",
    opt=allow("notice", "read"),
    summary="What we do with personal information, by purpose",
    description="Before login `appid` says whose notices are meant (PIPL art. 17: before anything is collected).",
)
async def list_notices(edge: Edge, appid: AppId = "") -> NoticesView:
    async with edge.unit(_visitor(edge, appid) if edge.token is None else None) as uow:
        records = await notice_store.list_notices(uow.conn, uow.handler)
    return NoticesView([NoticeView.of(record, of_body(record.body), edge.language) for record in records])


@get("/v1/consents", opt=allow("consent", "read"), summary="Where each question stands, and which to ask")
async def list_consents(edge: Edge) -> ConsentsView:
    async with edge.unit() as uow:
        return await _consents(uow, edge.subject)


@put(
    "/v1/consents",
    opt=allow("consent", "answer"),
    summary="Answer notices, one choice each",
    description="All choices are taken or none. A separate consent (`separate_article`) must be the only `given` "
    "of its request. `notice_hash` is the hash of the notice that was shown.",
)
async def answer(data: ChoicesBody, edge: Edge) -> ConsentsView:
    made = [
        choices.Choice(choice.purpose, choice.answer == "given", bytes.fromhex(choice.notice_hash), choice.language)
        for choice in data.choices
    ]

    async def story(uow: UnitOfWork) -> dict[str, str]:
        await choices.answer(uow, edge.subject, made)
        return {}

    await edge.once(story)
    async with edge.unit() as uow:
        return await _consents(uow, edge.subject)


@post(
    "/v1/consents/{purpose:str}/withdraw",
    opt=allow("consent", "withdraw"),
    status_code=200,
    summary="Withdraw a consent: one call, no reason needed",
)
async def withdraw(purpose: FromPath[Purpose], edge: Edge) -> ConsentsView:
    async def story(uow: UnitOfWork) -> dict[str, str]:
        await choices.withdraw(uow, edge.subject, purpose)
        return {}

    await edge.once(story)
    async with edge.unit() as uow:
        return await _consents(uow, edge.subject)


@get("/v1/consents/receipts", opt=allow("receipt", "read"), summary="Every answer given, the oldest first")
async def list_receipts(edge: Edge, cursor: Cursor = "", limit: Limit = 50) -> Page[ReceiptLine]:
    async with edge.unit() as uow:
        family = await identity.subjects.family(uow.conn, edge.subject)
        answers = await store.list_answers(uow.conn, uow.handler, family, cursor, limit + 1)
    lines = [ReceiptLine(kept.id, kept.purpose.value, kept.state.value, kept.answered_at) for kept in answers]
    return Page(lines[:limit], lines[limit - 1].id if len(lines) > limit else None)


@get("/v1/consents/receipts/{receipt_id:str}", opt=allow("receipt", "read"), summary="The signed receipt of one answer")
async def get_receipt(receipt_id: ReceiptPath, edge: Edge) -> ReceiptView:
    async with edge.unit() as uow:
        family = await identity.subjects.family(uow.conn, edge.subject)
        kept = await store.find_answer(uow.conn, uow.handler, family, receipt_id)
        if kept is None:
            raise RECEIPT_UNKNOWN()
        leaf = await trail.find_index(uow.conn, kept.entry)
    signer = edge.use(ReceiptSigner)
    receipt = receipt_of(kept, edge.actor.id, signer.origin, leaf)
    return ReceiptView(sign(receipt, signer), receipt)


@get("/v1/consents/receipt-key", opt=allow("receipt", "read_key"), summary="The key that receipts are checked with")
async def get_receipt_key(edge: Edge) -> ReceiptKeyView:
    signer = edge.use(ReceiptSigner)
    return ReceiptKeyView(signer.kid, ALGORITHM, DEFAULT_ID.decode(), signer.public.pem())


ROUTES: Final = [list_notices, list_consents, answer, withdraw, list_receipts, get_receipt, get_receipt_key]


def _visitor(edge: Edge, appid: str) -> Actor:
    handler = edge.use(AppHandlers).by_appid(appid)
    if handler is None:
        raise APP_UNKNOWN(at="#/query/appid")
    return Actor(ActorKind.SYSTEM, "visitor", handler)


async def _consents(uow: UnitOfWork, subject: SubjectId) -> ConsentsView:
    barred = await uow.use(Eligibility).barred(uow, subject)
    standings = {s.purpose: s for s in await store.list_standings(uow.conn, uow.handler, subject)}
    notices = [
        notice for notice in await notice_store.list_notices(uow.conn, uow.handler) if GROUNDS[notice.purpose].asks
    ]
    return ConsentsView(
        [ConsentView.of(notice, standings.get(notice.purpose), barred=notice.purpose in barred) for notice in notices]
    )
