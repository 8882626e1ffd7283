"""A merchant at WeChat Pay: its number, its keys, and the apps whose shoppers pay it.

Keys are read once at the start; a wrong one is a `wechat_pay.merchant_unfit` then, not a failed payment later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from yumen.kit import settings
from yumen.kit.crypto import BadKey, Sm2PrivateKey
from yumen.kit.errors import Code
from yumen.wechat.pay.platform import BadPlatformKey, PlatformKey, of_certificate, of_public_key
from yumen.wechat.pay.signing import RsaSigner, Signer, SmSigner, Suite

UNKNOWN: Final = Code("wechat_pay.merchant_unknown", 404)
UNFIT: Final = Code("wechat_pay.merchant_unfit", 500)

ORIGINS: Final = ("https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com")
"""Nearest site and another site: the same API; the next is tried on connection failure only."""
APIV3_KEY_BYTES: Final = 32
PEM_END: Final = "-----END CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Merchant:
    """`serial` is that of the merchant API certificate; `pinned` are keys of WeChat Pay that we hold from the start.

    `apiv3_keys` are the present and, for a while, the former one. `public_key_id` is empty in certificate mode.
    """

    mchid: str
    serial: str
    signer: Signer = field(repr=False)
    apiv3_keys: tuple[bytes, ...] = field(repr=False)
    appids: frozenset[str]
    notify_url: str
    pinned: tuple[PlatformKey, ...] = ()
    public_key_id: str = ""
    origins: tuple[str, ...] = ORIGINS

    @property
    def suite(self) -> Suite:
        return self.signer.suite


class Merchants:
    """The merchants of this installation, by number and by the app that pays."""

    __slots__ = ("_by_appid", "_by_mchid")

    def __init__(self, merchants: Iterable[Merchant]) -> None:
        self._by_mchid: Mapping[str, Merchant] = {merchant.mchid: merchant for merchant in merchants}
        self._by_appid: Mapping[str, Merchant] = {
            appid: merchant for merchant in self._by_mchid.values() for appid in merchant.appids
        }

    def get(self, mchid: str) -> Merchant:
        """Raises `wechat_pay.merchant_unknown`."""
        return _found(self._by_mchid.get(mchid))

    def of_app(self, appid: str) -> Merchant:
        """Whom this app's shoppers pay. Raises `wechat_pay.merchant_unknown`."""
        return _found(self._by_appid.get(appid))

    def all(self) -> list[Merchant]:
        return list(self._by_mchid.values())


def from_settings(given: settings.Merchant, appids: Iterable[str], notify_url: str) -> Merchant:
    """The merchant that the settings name. `notify_url` is our own hook, used unless they name another.

    Raises `wechat_pay.merchant_unfit` with which setting is wrong.
    """
    suite = Suite.SM if given.algorithm == "sm" else Suite.RSA
    keys = tuple(secret.reveal().encode() for secret in (given.apiv3_key, given.former_apiv3_key) if secret)
    if not keys or any(len(key) != APIV3_KEY_BYTES for key in keys):
        raise UNFIT(mchid=given.mchid, setting="apiv3_key")
    return Merchant(
        mchid=given.mchid,
        serial=given.serial,
        signer=_signer(given, suite),
        apiv3_keys=keys,
        appids=frozenset(appids),
        notify_url=given.notify_url or notify_url,
        pinned=_pinned(given, suite),
        public_key_id=given.public_key_id,
        origins=given.base_urls,
    )


def _signer(given: settings.Merchant, suite: Suite) -> Signer:
    pem = given.private_key.reveal()
    try:
        if suite is Suite.SM:
            return SmSigner(Sm2PrivateKey.load(pem))
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm, BadKey):
        raise UNFIT(mchid=given.mchid, setting="private_key") from None
    if not isinstance(key, RSAPrivateKey):
        raise UNFIT(mchid=given.mchid, setting="private_key")
    return RsaSigner(key)


def _pinned(given: settings.Merchant, suite: Suite) -> tuple[PlatformKey, ...]:
    """The public key of public-key mode and the certificates to begin with."""
    setting = "public_key"
    keys: list[PlatformKey] = []
    try:
        if given.public_key:
            keys.append(of_public_key(given.public_key_id, given.public_key.reveal().encode()))
        setting = "platform_certificates"
        parts = given.platform_certificates.reveal().split(PEM_END)[:-1]
        keys.extend(of_certificate((part + PEM_END).encode(), suite) for part in parts)
    except BadPlatformKey:
        raise UNFIT(mchid=given.mchid, setting=setting) from None
    return tuple(keys)


def _found(merchant: Merchant | None) -> Merchant:
    if merchant is None:
        raise UNKNOWN()
    return merchant
