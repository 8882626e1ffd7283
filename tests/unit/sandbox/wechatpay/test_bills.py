import gzip
import hashlib

import pytest

from yumen.sandbox.wechatpay.beijing import day_of
from yumen.sandbox.wechatpay.bill_desk import BillDesk  # noqa: F401 - under test, over HTTP
from yumen.sandbox.wechatpay.bills import Bills  # noqa: F401 - under test, over HTTP
from yumen.sandbox.wechatpay.client import AdminRefused
from yumen.sandbox.wechatpay.records import BillFault

DAY = 86400


@pytest.fixture
async def today(backend, admin) -> str:
    """A day with two payments and a refund, closed on demand."""
    mchid = backend.merchant.mchid
    await admin.change_merchant(mchid, rates_on=False)
    for number, total in (("T0000001", 9900), ("T0000002", 5000)):
        await backend.place(out_trade_no=number, amount={"total": total}, description="羊绒, 围巾")
        await admin.pay(mchid, number)
    await backend.refund("T0000001", 1000, name="R1")
    await admin.advance_clock(10)
    date = day_of((await admin.overview()).now)
    await admin.close_bill(mchid, date)
    return date


def rows(content: bytes) -> list[list[str]]:
    lines = content.removeprefix(b"\xef\xbb\xbf").decode().splitlines()
    return [line[1:].split(",`") for line in lines[1:-2]]


async def test_a_closed_day_is_downloaded_and_its_hash_fits(backend, admin, today):
    content = await backend.download(f"/v3/bill/tradebill?bill_date={today}")
    assert [(row[6], row[9], row[24], row[25]) for row in rows(content)] == [
        ("T0000001", "SUCCESS", "99.00", "0.00"),
        ("T0000002", "SUCCESS", "50.00", "0.00"),
        ("T0000001", "REFUND", "0.00", "10.00"),
    ]
    shown = await admin.bill(backend.merchant.mchid, today)
    assert (shown.payments, shown.refunds) == (2, 1)
    assert shown.hash_value == hashlib.sha1(content).hexdigest()


async def test_a_compressed_bill_is_hashed_uncompressed(backend, today):
    asked = (await backend.call("GET", f"/v3/bill/tradebill?bill_date={today}&tar_type=GZIP")).json
    answer = await backend.call("GET", asked["download_url"].removeprefix(backend.base))
    assert "tartype=gzip" in asked["download_url"]
    assert "Wechatpay-Signature" not in answer.headers
    assert hashlib.sha1(gzip.decompress(answer.body)).hexdigest() == asked["hash_value"]


async def test_a_link_is_for_one_merchant_and_not_for_ever(backend, admin, today, session):
    asked = (await backend.call("GET", f"/v3/bill/tradebill?bill_date={today}")).json
    link = asked["download_url"].removeprefix(backend.base)
    stranger = type(backend)(session, backend.base, await admin.create_merchant())
    assert (await stranger.call("GET", link)).code == "NO_AUTH"
    assert (await backend.call("GET", link + "x")).code == "INVALID_REQUEST"


async def test_bills_come_at_ten_of_the_next_day(backend, admin):
    await admin.change_merchant(backend.merchant.mchid, rates_on=False)
    number = (await backend.place())["out_trade_no"]
    await admin.pay(backend.merchant.mchid, number)
    now = (await admin.overview()).now
    date, into_day = day_of(now), (now + 8 * 3600) % DAY
    target = f"/v3/bill/tradebill?bill_date={date}"
    assert (await backend.call("GET", target)).code == "INVALID_REQUEST"
    await admin.advance_clock(DAY - into_day + 9 * 3600)
    assert (await backend.call("GET", target)).code == "STATEMENT_CREATING"
    await admin.advance_clock(3600)
    assert (await backend.call("GET", target)).status == 200
    await admin.advance_clock(100 * DAY)
    assert (await backend.call("GET", target)).code == "INVALID_REQUEST"


async def test_a_day_without_sales_has_no_bill(backend, admin):
    await admin.advance_clock(3 * DAY)
    date = day_of((await admin.overview()).now - 2 * DAY)
    for name in ("tradebill", "fundflowbill"):
        assert (await backend.call("GET", f"/v3/bill/{name}?bill_date={date}")).code == "NO_STATEMENT_EXIST"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("bill_date=yesterday", "INVALID_REQUEST"),
        ("bill_date=2026-02-30", "INVALID_REQUEST"),
        ("day=2026-01-01", "INVALID_REQUEST"),
        ("bill_date=2026-01-01&bill_type=SOME", "PARAM_ERROR"),
    ],
)
async def test_a_wrong_question_is_refused(backend, query, code):
    assert (await backend.call("GET", f"/v3/bill/tradebill?{query}")).code == code


async def test_the_fund_flow_is_given_for_the_basic_account_only(backend, today):
    flow = rows(await backend.download(f"/v3/bill/fundflowbill?bill_date={today}"))
    assert [row[3] for row in flow] == ["交易", "扣除交易手续费", "交易", "扣除交易手续费", "退款"]
    other = await backend.call("GET", f"/v3/bill/fundflowbill?bill_date={today}&account_type=FEES")
    assert other.code == "NO_STATEMENT_EXIST"


@pytest.mark.parametrize(
    ("fault", "effect"),
    [
        (BillFault(kind="missing_row", number="T0000002"), lambda got: [r[6] for r in got] == ["T0000001"] * 2),
        (BillFault(kind="extra_row", number="T9999999", fen=700), lambda got: got[-1][6] == "T9999999"),
        (BillFault(kind="row_twice", number="T0000001"), lambda got: len(got) == 4 and got[0] == got[1]),
        (BillFault(kind="amount", number="T0000001", fen=1), lambda got: got[0][24] == "99.01"),
        (BillFault(kind="amount", number="R1", fen=1), lambda got: got[2][25] == "10.01"),
        (BillFault(kind="fee", number="T0000001", fen=1), lambda got: got[0][22] == "0.60000"),
        (BillFault(kind="state", number="R1"), lambda got: got[2][19] == "CLOSED"),
        (BillFault(kind="state", number="T0000001"), lambda got: got[0][9] == "REVOKED"),
        (BillFault(kind="column_added"), lambda got: len(got[0]) == 28),
        (BillFault(kind="old_columns"), lambda got: len(got[0]) == 24),
        (BillFault(kind="amount", number="T7777777"), lambda got: got[0][24] == "99.00"),
    ],
)
async def test_a_planted_fault_shows_and_goes(backend, admin, today, fault, effect):
    target = f"/v3/bill/tradebill?bill_date={today}"
    right = await backend.download(target)
    await admin.plant_bill_faults(backend.merchant.mchid, today, fault)
    assert effect(rows(await backend.download(target)))
    await admin.plant_bill_faults(backend.merchant.mchid, today)
    assert await backend.download(target) == right


async def test_the_file_itself_may_be_wrong(backend, admin, today):
    mchid, target = backend.merchant.mchid, f"/v3/bill/tradebill?bill_date={today}"
    right = await backend.download(target)
    await admin.plant_bill_faults(mchid, today, BillFault(kind="no_bom"), BillFault(kind="lf_only"))
    assert await backend.download(target) == right[3:].replace(b"\r\n", b"\n")
    await admin.plant_bill_faults(mchid, today, BillFault(kind="summary", fen=1))
    assert (await backend.download(target)).decode().splitlines()[-1].split(",`")[5] == "149.01"
    for kind in ("wrong_hash", "truncated"):
        await admin.plant_bill_faults(mchid, today, BillFault(kind=kind))
        with pytest.raises(AssertionError):
            await backend.download(target)
    await admin.plant_bill_faults(mchid, today, BillFault(kind="truncated_gzip"))
    asked = (await backend.call("GET", target + "&tar_type=GZIP")).json
    zipped = (await backend.call("GET", asked["download_url"].removeprefix(backend.base))).body
    with pytest.raises(EOFError):
        gzip.decompress(zipped)


async def test_a_bill_may_take_longer(backend, admin, today):
    target = f"/v3/bill/tradebill?bill_date={today}"
    await admin.plant_bill_faults(backend.merchant.mchid, today, BillFault(kind="creating", left=2))
    assert [(await backend.call("GET", target)).code for _ in range(3)] == ["STATEMENT_CREATING"] * 2 + [""]


async def test_a_payment_at_the_last_second_belongs_to_its_day(backend, admin):
    mchid = backend.merchant.mchid
    now = (await admin.overview()).now
    midnight = now - (now + 8 * 3600) % DAY
    await backend.place(out_trade_no="T0000009")
    await admin.pay(mchid, "T0000009", paid_at=midnight - 1, late=True)
    assert (await admin.bill(mchid, day_of(midnight - 1))).payments == 1
    assert (await admin.bill(mchid, day_of(now))).payments == 0
    with pytest.raises(AdminRefused, match="date_invalid"):
        await admin.bill(mchid, "yesterday")
