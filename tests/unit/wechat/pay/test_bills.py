"""Fetching a bill: asked for, streamed, its hash checked, read, and gone."""

import gzip
import hashlib
from datetime import date
from pathlib import Path

import pytest

from yumen.kit.crypto import sm3
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.wechat.pay import FlowSummary, Next, TradeSummary, fund_flow_bill, next_of, trade_bill

DAY = date(2026, 11, 23)
TRADE, FLOW, FILE = "/v3/bill/tradebill", "/v3/bill/fundflowbill", "/v3/billdownload/file"
PLAIN = (Path(__file__).resolve().parents[3] / "vectors" / "wechatpay-bill.csv").read_bytes()
EMPTY_FLOW = (
    "\ufeff记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),业务凭证号\r\n"
    "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n`0,`0,`0.00,`0,`0.00\r\n"
).encode()


@pytest.fixture
def offered(wechat_pay):
    """Make the fake offer this file under that path."""

    def offer(plain=PLAIN, path=TRADE, sent=None, **changed):
        where = {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(plain).hexdigest(),
            "download_url": f"https://api.mch.weixin.qq.com{FILE}?token=6XIv5-_%2B&tartype=gzip",
        }
        wechat_pay.answers[path] = (200, where | changed)
        wechat_pay.answers[FILE] = gzip.compress(plain) if sent is None else sent

    return offer


async def test_a_bill_is_fetched_and_may_be_read_twice(pay, offered, wechat_pay, shop, tmp_path):
    offered()
    with await trade_bill(pay, shop.mchid, DAY, folder=tmp_path) as bill:
        assert list(tmp_path.iterdir()) == []
        first, second = list(bill.rows()), list(bill.rows())
    assert first == second
    assert (len(first), first[-1].total_fen, bill.day) == (7, 52246, DAY)
    asked = [call[1] for call in wechat_pay.asked]
    assert asked == [
        f"{TRADE}?bill_date=2026-11-23&bill_type=ALL&tar_type=GZIP",
        f"{FILE}?token=6XIv5-_%2B&tartype=gzip",
    ]
    assert "oUpF8u" not in repr(bill)


async def test_a_file_that_was_not_zipped_is_read_too(pay, offered, shop):
    offered(sent=PLAIN)
    with await trade_bill(pay, shop.mchid, DAY) as bill:
        assert isinstance(list(bill.rows())[-1], TradeSummary)


@pytest.mark.parametrize(("kind", "value"), [("sha256", hashlib.sha256(PLAIN).hexdigest()), ("SM3", sm3(PLAIN).hex())])
async def test_other_hashes_are_checked_too(pay, offered, shop, kind, value):
    offered(hash_type=kind, hash_value=value.upper())
    with await trade_bill(pay, shop.mchid, DAY) as bill:
        assert bill.hash_value == value
    offered(hash_type=kind, hash_value=hashlib.sha1(PLAIN).hexdigest())
    with pytest.raises(Problem, match=r"wechat_pay\.bill_damaged why=hash"):
        await trade_bill(pay, shop.mchid, DAY)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (gzip.compress(PLAIN + b" "), "hash"),
        (gzip.compress(PLAIN)[:-20], "cut"),
        (gzip.compress(PLAIN)[:400] + b"x" * 300, "cut"),
        (b"", "hash"),
        (b"\x1f\x8b", "cut"),
    ],
)
async def test_a_broken_file_is_a_coded_problem_and_leaves_nothing(pay, offered, shop, tmp_path, sent, why):
    offered(sent=sent)
    with pytest.raises(Problem, match=r"wechat_pay\.bill_damaged") as caught:
        await trade_bill(pay, shop.mchid, DAY, folder=tmp_path)
    assert caught.value.facts["why"] == why
    assert list(tmp_path.iterdir()) == []


async def test_movements_have_a_bill_of_their_own(pay, offered, wechat_pay, shop):
    offered(EMPTY_FLOW, FLOW)
    with await fund_flow_bill(pay, shop.mchid, DAY, "OPERATION") as bill:
        assert list(bill.rows()) == [FlowSummary(0, 0, 0, 0, 0)]
    assert wechat_pay.asked[0][1] == f"{FLOW}?bill_date=2026-11-23&account_type=OPERATION&tar_type=GZIP"


async def test_a_day_without_movement_has_no_bill(pay, wechat_pay, shop):
    wechat_pay.answers[TRADE] = wechat_pay.answers[FLOW] = (400, {"code": "NO_STATEMENT_EXIST"})
    assert await trade_bill(pay, shop.mchid, DAY) is None
    assert await fund_flow_bill(pay, shop.mchid, DAY) is None


async def test_a_bill_that_is_being_made_comes_later(pay, wechat_pay, shop):
    wechat_pay.answers[TRADE] = (400, {"code": "STATEMENT_CREATING"})
    with pytest.raises(NotSent) as caught:
        await trade_bill(pay, shop.mchid, DAY)
    assert next_of(caught.value) is Next.LATER


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/other?token=1", "file:///etc/passwd", f"{FILE}", f"{FILE}?token=é", "http://[x", ""],
)
async def test_an_answer_leads_nowhere_else(pay, offered, wechat_pay, shop, url):
    offered(download_url=url)
    with pytest.raises(Unsettled, match="download_url"):
        await trade_bill(pay, shop.mchid, DAY)
    assert len(wechat_pay.asked) == 1


async def test_an_unknown_hash_is_not_believed(pay, offered, shop):
    offered(hash_type="MD5")
    with pytest.raises(Unsettled, match="hash_type"):
        await trade_bill(pay, shop.mchid, DAY)


async def test_a_refused_download_says_why(pay, offered, wechat_pay, shop):
    offered()
    wechat_pay.answers[FILE] = (403, {"code": "NO_AUTH"})
    with pytest.raises(Rejected, match="NO_AUTH"):
        await trade_bill(pay, shop.mchid, DAY)
