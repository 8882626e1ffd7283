"""Do what a merchant does in the merchant platform: keys, addresses, switches; and what the platform does to keys."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from msgspec import UNSET

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.wire import is_loopback
from yumen.sandbox.wechatpay.aead import new_apiv3_key
from yumen.sandbox.wechatpay.codes import (
    DELIVERY_NOT_LOOPBACK,
    KEY_UNFIT,
    MERCHANT_EXISTS,
    NO_ROTATION,
    SERIAL_MISSING,
)
from yumen.sandbox.wechatpay.keys import BadKey, check_merchant_key, give_public_key, new_merchant_key, serial_of
from yumen.sandbox.wechatpay.lookup import get_merchant
from yumen.sandbox.wechatpay.records import Merchant, NoticeTrouble, Trouble
from yumen.sandbox.wechatpay.shapes import MerchantChange, NewMerchant, RotationAsk, RotationShown
from yumen.sandbox.wechatpay.world import World


class MerchantDesk:
    """Merchants and keys."""

    def __init__(self, world: World) -> None:
        self.world = world

    def list_all(self, _: Ask) -> list[Merchant]:
        """All of them."""
        return list(self.world.merchants.values())

    def show(self, ask: Ask) -> Merchant:
        """One, with its keys."""
        return get_merchant(self.world, ask)

    def create(self, ask: Ask) -> Merchant:
        """A new merchant; what is not given is made up."""
        wish: NewMerchant = ask.body
        mchid = f"19{secrets.randbelow(10**8):08d}" if wish.mchid is UNSET else wish.mchid
        if mchid in self.world.merchants:
            raise MERCHANT_EXISTS(at="/mchid")
        _check_delivery(wish.deliver_to)
        serial, certificate, private = _keys(wish, mchid)
        merchant = Merchant(
            mchid=mchid,
            name=wish.name,
            appids=wish.appids or ["wx" + secrets.token_hex(8)],
            serial_no=serial,
            certificate_pem=certificate,
            private_pem=private,
            apiv3_key=new_apiv3_key() if wish.apiv3_key is UNSET else wish.apiv3_key,
            scheme=wish.scheme,
            key_mode=wish.key_mode,
            deliver_to=wish.deliver_to,
        )
        if merchant.scheme == "RSA" and merchant.key_mode != "certificate":
            give_public_key(merchant)
        return self.world.save_merchant(merchant)

    def change(self, ask: Ask) -> Merchant:
        """Set what is given."""
        merchant, wish = get_merchant(self.world, ask), ask.body
        assert isinstance(wish, MerchantChange)
        if wish.deliver_to is not UNSET:
            _check_delivery(wish.deliver_to)
        if wish.certificate_pem is not UNSET:
            serial = _read_serial(merchant.scheme, wish.certificate_pem)
            merchant.serial_no, merchant.private_pem = serial or merchant.serial_no, ""
        if wish.apiv3_key is not UNSET:
            merchant.former_apiv3_key = merchant.apiv3_key
        for name in wish.__struct_fields__:
            value = getattr(wish, name)
            if value is not UNSET:
                setattr(merchant, name, value)
        if merchant.scheme == "RSA" and merchant.key_mode != "certificate":
            give_public_key(merchant)
        return self.world.save_merchant(merchant)

    def add_trouble(self, ask: Ask) -> Merchant:
        """The API misbehaves."""
        merchant, trouble = get_merchant(self.world, ask), ask.body
        assert isinstance(trouble, Trouble)
        merchant.troubles.append(trouble)
        return self.world.save_merchant(merchant)

    def add_notice_trouble(self, ask: Ask) -> Merchant:
        """Notifications misbehave."""
        merchant, trouble = get_merchant(self.world, ask), ask.body
        assert isinstance(trouble, NoticeTrouble)
        merchant.notice_troubles.append(trouble)
        return self.world.save_merchant(merchant)

    def end_troubles(self, ask: Ask) -> None:
        """Behave again, the API and the notifications."""
        merchant = get_merchant(self.world, ask)
        merchant.troubles.clear()
        merchant.notice_troubles.clear()
        self.world.save_merchant(merchant)

    def rotate(self, ask: Ask) -> RotationShown:
        """A coming certificate joins the list, signs its share, and in the end stays alone."""
        wish: RotationAsk = ask.body
        world, settings = self.world, self.world.settings
        world.platform_key()
        if wish.retire:
            if len(settings.signing) < 2:
                raise NO_ROTATION()
            world.drop_platform_key(settings.signing.pop(0))
            settings.coming_share = 0.0
        else:
            if len(settings.signing) < 2:
                settings.signing.append(world.add_platform_key("RSA").serial)
            settings.coming_share = wish.share
        world.save_settings()
        listed = [key.serial for key in world.platform.values() if key.scheme == "RSA"]
        return RotationShown(certificates=listed, signing=settings.signing, coming_share=settings.coming_share)


def _keys(wish: NewMerchant, mchid: str) -> tuple[str, str, str]:
    """Serial, certificate and, if made here, the private key."""
    if not wish.certificate_pem:
        if wish.scheme == "SM2":
            raise KEY_UNFIT(at="/certificate_pem")
        serial, certificate, private = new_merchant_key(mchid)
        return serial if wish.serial_no is UNSET else wish.serial_no, certificate, private
    serial = _read_serial(wish.scheme, wish.certificate_pem)
    if wish.serial_no is not UNSET:
        serial = wish.serial_no
    if not serial:
        raise SERIAL_MISSING(at="/serial_no")
    return serial, wish.certificate_pem, ""


def _read_serial(scheme: str, pem: str) -> str:
    try:
        check_merchant_key("SM2" if scheme == "SM2" else "RSA", pem)
        return serial_of(pem)
    except BadKey:
        raise KEY_UNFIT(at="/certificate_pem") from None


def _check_delivery(url: str) -> None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and is_loopback(parts.hostname or "")
    except ValueError:
        fits = False
    if url and not fits:
        raise DELIVERY_NOT_LOOPBACK(at="/deliver_to")
