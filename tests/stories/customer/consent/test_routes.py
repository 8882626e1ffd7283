"""The consent routes over HTTP: read, answer, withdraw, download the proof and check it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from yumen.customer.consent import AppHandlers, Envelope, ReceiptSigner, verify
from yumen.customer.consent.eligibility import Eligibility
from yumen.customer.consent.routes import ROUTES
from yumen.kit.crypto import Sm2PrivateKey, Sm2PublicKey
from yumen.kit.db import Role
from yumen.kit.ids import AppKey, SubjectId
from yumen.kit.web import Caller, Limits, Opened, web_app
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.security.access import allowed
from yumen.security.datamap import Purpose
from yumen.security.trail import KeySigner, Sequencer

PERSON = "sub_00000000000000000000000007"
APPID = "wx0123456789abcdef"


class Door:
    """Lets one shopper in by the token `shopper`."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    async def recognise(self, work: Work, token: str) -> Caller | None:
        return self.caller if token == "shopper" else None

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return allowed(roles, resource, action)


@pytest.fixture
def barred() -> set[Purpose]:
    """What the person may not be asked for."""
    return set()


@pytest.fixture
async def client(shop: Any, barred: set[Purpose]) -> AsyncIterator[Any]:
    async def may_not(uow: UnitOfWork, subject: SubjectId) -> frozenset[Purpose]:
        return frozenset(barred)

    person = await shop.person()
    signer = ReceiptSigner(KeySigner(Sm2PrivateKey.generate()), "trail.example.com")
    services: dict[type, object] = {
        Eligibility: Eligibility(may_not),
        ReceiptSigner: signer,
        AppHandlers: AppHandlers({APPID: shop.handler}.get),
    }
    work = Work(shop.work.database, shop.clock, services, shop.heard)
    caller = Caller(Actor(ActorKind.SUBJECT, PERSON, shop.handler), ("shopper",), person, AppKey(1), "ses_1")

    async def ready() -> dict[str, str]:
        return {}

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        yield Opened(work, ready)

    app = web_app(ROUTES, Door(caller), Limits(), opening, "shopper", "1")
    async with AsyncTestClient(app) as opened:  # type: ignore[arg-type,var-annotated]
        opened.headers["authorization"] = "Bearer shopper"
        opened.headers["accept-language"] = "zh-CN"
        yield opened


async def notice(client: Any, purpose: str) -> dict[str, Any]:
    items = (await client.get("/v1/notices")).json()["items"]
    (found,) = [item for item in items if item["purpose"] == purpose]
    return dict(found)


async def said(client: Any, purpose: str, answer: str = "given", **headers: str) -> Any:
    shown = await notice(client, purpose)
    body = {
        "choices": [{"purpose": purpose, "answer": answer, "notice_hash": shown["hash"], "language": shown["language"]}]
    }
    return await client.put("/v1/consents", json=body, headers=headers)


async def test_notices_are_in_the_reader_s_language_and_say_what_is_asked(client: Any) -> None:
    marketing, account = await notice(client, "marketing"), await notice(client, "account")
    assert (marketing["title"], marketing["language"], marketing["asks"]) == ("资讯与优惠", "zh", True)
    assert (account["basis"], account["asks"]) == ("contract", False)
    export = await notice(client, "export")
    assert export["separate_article"] == 39


async def test_a_visitor_reads_the_notices_before_logging_in(client: Any) -> None:
    del client.headers["authorization"]
    answer = await client.get(f"/v1/notices?appid={APPID}")
    assert len(answer.json()["items"]) == 9
    unknown = await client.get("/v1/notices?appid=wxffffffffffffffff")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "notice.app_unknown")
    assert (await client.get("/v1/notices")).json()["code"] == "notice.app_unknown"


async def test_only_consent_is_listed_and_asked(client: Any) -> None:
    items = (await client.get("/v1/consents")).json()["items"]
    assert {item["purpose"] for item in items} == {"marketing", "profile", "export", "publication"}
    assert {item["state"] for item in items} == {"unasked"}
    assert all(item["ask"] for item in items)


async def test_nobody_is_told_to_ask_a_minor_for_what_a_minor_is_never_asked(client: Any, barred: set[Purpose]) -> None:
    await said(client, "profile", "refused")
    barred |= {Purpose.MARKETING, Purpose.EXPORT}
    asked = {item["purpose"]: item["ask"] for item in (await client.get("/v1/consents")).json()["items"]}
    assert asked == {"marketing": False, "export": False, "publication": True, "profile": False}
    barred.clear()
    asked = {item["purpose"]: item["ask"] for item in (await client.get("/v1/consents")).json()["items"]}
    assert asked == {"marketing": True, "export": True, "publication": True, "profile": False}


async def test_answering_and_withdrawing_are_one_call_each(client: Any) -> None:
    given = (await said(client, "marketing")).json()["items"]
    assert state(given, "marketing") == ("given", False)
    withdrawn = await client.post("/v1/consents/marketing/withdraw")
    assert withdrawn.status_code == 200
    assert state(withdrawn.json()["items"], "marketing") == ("withdrawn", False)


async def test_a_repeated_request_is_taken_once(client: Any) -> None:
    for _ in range(2):
        assert (await said(client, "marketing", **{"idempotency-key": "answer-0001"})).status_code == 200
    assert len((await client.get("/v1/consents/receipts")).json()["items"]) == 1


async def test_the_receipt_is_signed_names_its_leaf_and_verifies(client: Any, shop: Any) -> None:
    await said(client, "marketing")
    (line,) = (await client.get("/v1/consents/receipts")).json()["items"]
    before = (await client.get(f"/v1/consents/receipts/{line['id']}")).json()
    assert before["receipt"]["trail"]["leaf_index"] is None
    await sequenced(shop)
    got = (await client.get(f"/v1/consents/receipts/{line['id']}")).json()
    key = (await client.get("/v1/consents/receipt-key")).json()
    receipt = verify(Envelope(**got["signed"]), Sm2PublicKey.load(key["public_key_pem"]))
    assert receipt.record_id == line["id"]
    assert receipt.pii_principal_id == PERSON
    assert isinstance(receipt.trail.leaf_index, int)
    assert receipt.pii_processing.privacy_notice_sm3 == (await notice(client, "marketing"))["hash"]


async def test_nobody_gets_another_person_s_receipt(client: Any) -> None:
    answer = await client.get("/v1/consents/receipts/cns_00000000000000000000000000")
    assert (answer.status_code, answer.json()["code"]) == (404, "consent.receipt_unknown")


async def test_receipts_come_in_pages(client: Any) -> None:
    for purpose in ("marketing", "profile", "export"):
        assert (await said(client, purpose)).status_code == 200
    first = (await client.get("/v1/consents/receipts?limit=2")).json()
    rest = (await client.get(f"/v1/consents/receipts?limit=2&cursor={first['next_cursor']}")).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


async def test_the_public_key_needs_no_login(client: Any) -> None:
    del client.headers["authorization"]
    key = (await client.get("/v1/consents/receipt-key")).json()
    assert (key["alg"], key["signer_id"]) == ("SM2-SM3", "1234567812345678")
    assert (await client.get("/v1/consents")).status_code == 401


GOOD = {"purpose": "marketing", "answer": "given", "notice_hash": "0" * 64, "language": "zh"}


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, "/choices"),
        ({"choices": []}, "/choices"),
        ({"choices": [GOOD] * 13}, "/choices"),
        ({"choices": [{**GOOD, "purpose": "world domination"}]}, "/choices/0/purpose"),
        ({"choices": [{**GOOD, "answer": "maybe"}]}, "/choices/0/answer"),
        ({"choices": [{**GOOD, "answer": "withdrawn"}]}, "/choices/0/answer"),
        ({"choices": [{**GOOD, "notice_hash": "0" * 63}]}, "/choices/0/notice_hash"),
        ({"choices": [{**GOOD, "notice_hash": "';--"}]}, "/choices/0/notice_hash"),
        ({"choices": [{**GOOD, "language": "fr"}]}, "/choices/0/language"),
        ({"choices": [{**GOOD, "extra": 1}]}, "/choices/0"),
        ({"choices": [GOOD, GOOD]}, "/choices/1/purpose"),
        ({"choices": [GOOD]}, "/choices/0/notice_hash"),
        ({"choices": [{**GOOD, "purpose": "account"}]}, "/choices/0/purpose"),
    ],
)
async def test_bad_input_is_a_problem_with_its_place(client: Any, body: object, at: str) -> None:
    answer = await client.put("/v1/consents", json=body)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["at"].startswith(at), answer.json()


@pytest.mark.parametrize(
    "path", ["/v1/consents/nonsense/withdraw", "/v1/consents/account/withdraw", "/v1/consents/%00/withdraw"]
)
async def test_withdrawing_nonsense_is_a_problem(client: Any, path: str) -> None:
    answer = await client.post(path)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


def state(items: list[dict[str, Any]], purpose: str) -> tuple[str, bool]:
    (found,) = [item for item in items if item["purpose"] == purpose]
    return found["state"], found["ask"]


async def sequenced(shop: Any) -> None:
    await Sequencer(lambda: shop.work.database.connect(Role.SEQUENCER)).catch_up()
