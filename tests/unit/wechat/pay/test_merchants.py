"""Merchants as the settings name them; wrong keys are told at the start."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from yumen.kit import settings
from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.errors import Problem
from yumen.kit.settings import Secret
from yumen.wechat.pay import Merchants, from_settings
from yumen.wechat.pay.signing import Suite

HOOK = "https://hooks.example/hooks/wechat-pay/1900000109"


@pytest.fixture
def given(merchant_key, public_pem, shop):
    """A function that makes the settings of a merchant."""
    pem = merchant_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def make(**changed):
        whole = {
            "apps": ("velvet",),
            "mchid": shop.mchid,
            "serial": "5F1C72E2A8931B72A2E13AF8DEE92471EB397115",
            "private_key": Secret(pem),
            "apiv3_key": Secret("a" * 32),
            "public_key_id": shop.key_id,
            "public_key": Secret(public_pem.decode()),
        }
        return settings.Merchant(**whole | changed)

    return make


def test_a_merchant_is_made_of_its_settings(given, shop, platform_key):
    both = shop.certificate(platform_key, 0xAB12) + shop.certificate(platform_key, 0xCD34)
    merchant = from_settings(
        given(former_apiv3_key=Secret("b" * 32), platform_certificates=Secret(both)), {shop.appid}, HOOK
    )
    assert merchant.apiv3_keys == (b"a" * 32, b"b" * 32)
    assert [key.serial for key in merchant.pinned] == [shop.key_id, "AB12", "CD34"]
    assert (merchant.notify_url, merchant.suite) == (HOOK, Suite.RSA)
    assert "a" * 32 not in repr(merchant)
    assert "signer" not in repr(merchant)


def test_the_settings_may_name_another_hook(given, shop):
    assert (
        from_settings(given(notify_url="https://a.example/n"), {shop.appid}, HOOK).notify_url == "https://a.example/n"
    )


def test_a_merchant_of_the_sm_suite_signs_with_sm2(given, shop):
    key = Secret(Sm2PrivateKey.generate().pem())
    assert from_settings(given(algorithm="sm", private_key=key), {shop.appid}, HOOK).suite is Suite.SM


@pytest.mark.parametrize(
    ("changed", "setting"),
    [
        ({"apiv3_key": Secret("short")}, "apiv3_key"),
        ({"apiv3_key": Secret("")}, "apiv3_key"),
        ({"former_apiv3_key": Secret("short")}, "apiv3_key"),
        ({"private_key": Secret("no key")}, "private_key"),
        ({"private_key": Secret(Sm2PrivateKey.generate().pem())}, "private_key"),
        ({"algorithm": "sm"}, "private_key"),
        ({"public_key": Secret("no key")}, "public_key"),
        ({"platform_certificates": Secret("x-----END CERTIFICATE-----")}, "platform_certificates"),
    ],
)
def test_a_wrong_key_is_told_by_its_setting(given, shop, changed, setting):
    with pytest.raises(Problem, match=r"wechat_pay\.merchant_unfit") as caught:
        from_settings(given(**changed), {shop.appid}, HOOK)
    assert caught.value.facts["setting"] == setting


def test_merchants_are_found_by_number_and_by_app(make_merchant, shop):
    one, other = make_merchant(), make_merchant(mchid="1900000110", appids=frozenset({"wx" + "0" * 16}))
    merchants = Merchants([one, other])
    assert merchants.get(shop.mchid) is one
    assert merchants.of_app("wx" + "0" * 16) is other
    assert merchants.all() == [one, other]
    for find in (merchants.get, merchants.of_app):
        with pytest.raises(Problem, match=r"wechat_pay\.merchant_unknown"):
            find("nobody")
