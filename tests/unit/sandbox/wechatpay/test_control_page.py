import re

import pytest

from yumen.kit.i18n import catalogue
from yumen.sandbox.kit import form_page  # noqa: F401 - under test, over HTTP
from yumen.sandbox.wechatpay import control_page, forms  # noqa: F401 - under test, over HTTP


async def page(session, sandbox, **query: str) -> str:
    async with session.get(sandbox.admin + "/", params=query) as answer:
        assert answer.status == 200
        return await answer.text()


async def press(session, sandbox, act: str, backend, **fields: str) -> str:
    query = {"lang": "en", "mchid": backend.merchant.mchid}
    async with session.post(f"{sandbox.admin}/do/{act}", params=query, data=fields) as answer:
        assert answer.status == 200
        assert not answer.url.path.startswith("/do/")
        return await answer.text()


@pytest.fixture
async def busy(backend, admin, shop) -> list[str]:
    """A merchant with something of everything."""
    numbers = [(await backend.place())["out_trade_no"] for _ in range(4)]
    await admin.pay(backend.merchant.mchid, numbers[0])
    await backend.refund(numbers[0], 100, name="R1")
    await backend.close(numbers[1])
    return numbers


async def test_the_page_stands_alone_and_works_without_script(session, sandbox, backend):
    html = await page(session, sandbox)
    assert "<script" not in html
    assert not re.findall(r"(?:src|href)=\"https?:", html)
    assert backend.merchant.mchid in html


@pytest.mark.parametrize(("lang", "words"), [("en", "Last calls"), ("zh", "最近调用")])
async def test_the_page_speaks_both_languages_and_no_code_shows_through(session, sandbox, backend, busy, lang, words):
    html = await page(session, sandbox, lang=lang)
    assert words in html
    assert control_page.PREFIX not in html
    assert "{" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


async def test_an_empty_sandbox_says_what_would_be_here(session, sandbox):
    assert catalogue("en")["sandbox.wechatpay.page.no_merchants"] in await page(session, sandbox, lang="en")


async def test_orders_are_paid_failed_and_paid_late_by_form(session, sandbox, backend, admin, busy):
    mchid = backend.merchant.mchid
    await press(session, sandbox, "pay", backend, number=busy[2], notify="false")
    assert (await admin.notices(number=busy[2])) == []
    await press(session, sandbox, "fail", backend, number=busy[3], state="PAYERROR")
    await press(session, sandbox, "pay", backend, number=busy[1], late="true")
    states = [(await admin.order(mchid, number)).state for number in busy]
    assert states == ["REFUND", "SUCCESS", "SUCCESS", "PAYERROR"]
    await press(session, sandbox, "race", backend, number=busy[3], at_close="pay_late")
    assert (await admin.order(mchid, busy[3])).at_close == "pay_late"


async def test_a_notice_sent_by_form_tells_what_the_receiver_did(session, sandbox, backend, shop, busy):
    html = await press(session, sandbox, "send", backend, number=busy[0], event="payment", kind="wrong_key")
    assert "wrong_key: status 401" in html
    html = await press(session, sandbox, "send", backend, number=busy[0], event="payment", kind="genuine")
    assert "genuine: taken" in html


async def test_the_rest_of_the_forms_do_what_they_say(session, sandbox, backend, admin, busy):
    mchid = backend.merchant.mchid
    await press(session, sandbox, "settle", backend, number="R1", status="ABNORMAL")
    assert (await admin.refund(mchid, "R1")).status == "ABNORMAL"
    await press(
        session, sandbox, "merchant", backend, deliver_to="http://127.0.0.1:9", key_mode="both", refund_after_s="",
        refund_outcome="CLOSED", withdrawn_fen="5", milliseconds="true",
    )  # fmt: skip
    saved = await admin.merchant(mchid)
    assert (saved.deliver_to, saved.key_mode, saved.refund_after_s) == ("http://127.0.0.1:9", "both", None)
    assert (saved.refund_outcome, saved.withdrawn_fen, saved.quirks.milliseconds) == ("CLOSED", 5, True)
    await press(session, sandbox, "trouble", backend, kind="probe", endpoint="", status="500", share="1", left="")
    await press(session, sandbox, "notice_trouble", backend, kind="lose", event="refund", share="0.5", left="2")
    saved = await admin.merchant(mchid)
    assert (saved.troubles[0].kind, saved.troubles[0].left) == ("probe", None)
    assert (saved.notice_troubles[0].event, saved.notice_troubles[0].left) == ("refund", 2)
    await press(session, sandbox, "troubles_end", backend)
    assert (await admin.merchant(mchid)).troubles == []
    await press(session, sandbox, "rotate", backend, share="0.25")
    assert "Remove the old certificate" in await page(session, sandbox, lang="en")
    await press(session, sandbox, "rotate", backend, retire="true")
    await press(session, sandbox, "clock", backend, advance_s="600")
    assert (await admin.overview()).offset_s == 600
    await press(session, sandbox, "clock", backend, offset_s="0")
    await press(session, sandbox, "settings", backend, vantage="mainland")
    assert (await admin.overview()).vantage == "mainland"
    await press(session, sandbox, "hurry", backend)
    await press(session, sandbox, "new_merchant", backend, name="<b>Second</b>", deliver_to="")
    assert "&lt;b&gt;Second" in await page(session, sandbox)
    await press(session, sandbox, "reset", backend)
    assert (await admin.overview()).merchants == []


async def test_bills_are_closed_and_faults_planted_and_removed_by_form(session, sandbox, backend, admin, busy):
    mchid, date = backend.merchant.mchid, "2026-11-23"
    await press(session, sandbox, "close_bill", backend, date=date)
    html = await press(session, sandbox, "plant", backend, date=date, kind="missing_row", number=busy[0], fen="100")
    assert "missing_row" in html
    bill = await admin.bill(mchid, date)
    assert (bill.closed, bill.faults[0].number) == (True, busy[0])
    await press(session, sandbox, "plant", backend, date=date)
    assert (await admin.bill(mchid, date)).faults == []


@pytest.mark.parametrize(
    ("act", "fields", "code"),
    [
        ("clock", {"advance_s": "soon"}, "sandbox.body_invalid"),
        ("clock", {"advance_s": "1e300"}, "sandbox.wechatpay.clock_unfit"),
        ("pay", {"number": "UNKNOWN1"}, "sandbox.wechatpay.order_unknown"),
        ("settings", {"vantage": "moon"}, "sandbox.wechatpay.vantage_unknown"),
        ("close_bill", {"date": "x"}, "sandbox.wechatpay.date_invalid"),
        ("nothing", {}, "sandbox.no_such_route"),
    ],
)
async def test_a_refused_form_says_why(session, sandbox, backend, act, fields, code):
    html = await press(session, sandbox, act, backend, **fields)
    assert 'class="told no"' in html
    assert catalogue("en")[code].split("{")[0] in html


async def test_another_sites_page_cannot_press_buttons(session, sandbox, admin, backend):
    url = f"{sandbox.admin}/do/reset?lang=en"
    async with session.post(url, headers={"Origin": "https://evil.example"}, allow_redirects=False):
        pass
    assert (await admin.overview()).merchants[0].mchid == backend.merchant.mchid
