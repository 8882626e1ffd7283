"""Platform certificates: several live at once, new ones are found, and nobody can make us ask too often."""

import asyncio
from datetime import timedelta

import pytest

from yumen.kit.clock import real_now
from yumen.kit.errors import Problem, Rejected, Unsettled
from yumen.wechat.pay.certificates import PlatformKeys
from yumen.wechat.pay.errors import Next, next_of
from yumen.wechat.pay.platform import of_certificate

PATH = "/v3/certificates"
OLD, NEW = 0x5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC, 0x440024045C4A427599D09BB4E3DE0279F2E813FD
SERIALS = [f"{OLD:X}", f"{NEW:X}"]


class MovedClock:
    """Real time, moved on by a test."""

    ahead = timedelta(0)

    def __call__(self):
        return real_now() + self.ahead


@pytest.fixture
def clock(wechat_pay):
    """One clock for both sides."""
    clock = MovedClock()
    wechat_pay.now = lambda: clock().timestamp()
    return clock


@pytest.fixture
def listed(wechat_pay, platform_key, shop):
    """Make the fake list certificates with these serials, signing under the last."""

    def make(*serials, **about):
        wechat_pay.serial = f"{serials[-1]:X}"
        pems = [(serial, shop.certificate(platform_key, serial, **about)) for serial in serials]
        data = [
            {"serial_no": f"{serial:X}", "encrypt_certificate": shop.seal(pem.encode(), "certificate")}
            for serial, pem in pems
        ]
        wechat_pay.answers[PATH] = (200, {"data": data})

    return make


@pytest.fixture
def keys(http, make_merchant, clock):
    return PlatformKeys(make_merchant(pinned=(), public_key_id=""), http, clock)


async def test_the_first_download_proves_itself(keys, listed):
    listed(OLD)
    assert (await keys.find(SERIALS[0])).serial == SERIALS[0]


async def test_old_and_new_live_together_and_the_newest_encrypts(keys, listed, clock, wechat_pay):
    listed(OLD)
    await keys.keep_fresh()
    listed(NEW, starts=timedelta(hours=1))
    clock.ahead = timedelta(hours=7)
    await keys.keep_fresh()
    assert [key.serial for key in keys.living()] == [SERIALS[1], SERIALS[0]]
    assert (await keys.for_encryption()).serial == SERIALS[1]
    assert (await keys.find(SERIALS[0])).serial == SERIALS[0]


async def test_an_expired_certificate_is_no_key(keys, listed, clock, wechat_pay):
    listed(OLD, days=2)
    assert await keys.find(SERIALS[0]) is not None
    clock.ahead = timedelta(days=3)
    assert await keys.find(SERIALS[0]) is None


async def test_an_unknown_serial_is_looked_for_once_a_minute(keys, listed, clock, wechat_pay):
    listed(OLD)
    wanted = [keys.find(SERIALS[1]) for _ in range(20)]
    assert await asyncio.gather(*wanted) == [None] * 20
    assert len(wechat_pay.calls(PATH)) == 1
    clock.ahead = timedelta(seconds=61)
    listed(OLD, NEW)
    assert (await keys.find(SERIALS[1])).serial == SERIALS[1]
    assert len(wechat_pay.calls(PATH)) == 2


@pytest.mark.parametrize("serial", ["", "PUB_KEY_ID_1", "5dea", "../x", "G" * 40])
async def test_what_cannot_be_a_serial_is_not_looked_for(keys, wechat_pay, serial):
    assert await keys.find(serial) is None
    assert wechat_pay.asked == []


async def test_a_list_is_fresh_for_six_hours(keys, listed, clock, wechat_pay):
    listed(OLD)
    for hours in (0, 5, 7, 8):
        clock.ahead = timedelta(hours=hours)
        await keys.keep_fresh()
    assert len(wechat_pay.calls(PATH)) == 2


async def test_a_list_under_another_api_key_is_refused(keys, wechat_pay, platform_key, shop):
    pem = shop.certificate(platform_key, OLD).encode()
    sealed = shop.seal(pem, "certificate", b"x" * 32)
    wechat_pay.answers[PATH] = (200, {"data": [{"serial_no": SERIALS[0], "encrypt_certificate": sealed}]})
    with pytest.raises(Problem, match=r"wechat_pay\.unopened"):
        await keys.refresh()
    assert await keys.find(SERIALS[0]) is None


async def test_a_list_that_is_not_signed_with_its_own_keys_is_refused(keys, listed, wechat_pay):
    listed(OLD)
    wechat_pay.serial = SERIALS[1]
    with pytest.raises(Unsettled, match=r"wechat_pay\.answer_unverified serial_unknown"):
        await keys.refresh()
    assert keys.living() == []


@pytest.mark.parametrize("data", [None, [], {"data": [{}]}, {"data": 1}, {"data": [{"serial_no": "x"}]}])
async def test_an_unreadable_list_changes_nothing(http, make_merchant, clock, wechat_pay, platform_key, shop, data):
    held = of_certificate(shop.certificate(platform_key, OLD).encode())
    keys = PlatformKeys(make_merchant(pinned=(held,), public_key_id=""), http, clock)
    wechat_pay.answers[PATH] = (200, data)
    with pytest.raises(Unsettled, match=r"wechat_pay\.answer_unreadable"):
        await keys.refresh()
    assert (await keys.find(SERIALS[0])).serial == SERIALS[0]


async def test_a_merchant_in_public_key_mode_has_no_list_and_needs_none(http, make_merchant, clock, wechat_pay, shop):
    keys = PlatformKeys(make_merchant(), http, clock)
    wechat_pay.answers[PATH] = (404, {"code": "RESOURCE_NOT_EXISTS", "message": "无可用的平台证书"})
    await keys.keep_fresh()
    assert wechat_pay.asked == []
    assert (await keys.for_encryption()).serial == (await keys.find(shop.key_id)).serial == shop.key_id
    assert await keys.find(SERIALS[0]) is None
    with pytest.raises(Rejected) as caught:
        await keys.refresh()
    assert next_of(caught.value) is Next.CONFIGURE


async def test_without_any_key_nothing_is_encrypted(keys, wechat_pay):
    wechat_pay.answers[PATH] = (500, {"code": "SYSTEM_ERROR"})
    with pytest.raises(Rejected, match=r"wechat_pay\.no_key"):
        await keys.for_encryption()
