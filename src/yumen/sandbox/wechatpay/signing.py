"""Sign answers and notifications as the platform does, or wrong in exactly the way that was ordered."""

from __future__ import annotations

import base64
import secrets
from functools import cache
from time import time
from typing import Final, Literal

from yumen.sandbox.wechatpay.keys import SIGNATURE_TYPE, new_platform_key, new_serial, platform_sign, quick
from yumen.sandbox.wechatpay.records import Merchant, PlatformKey, Scheme
from yumen.sandbox.wechatpay.world import World

Headers = tuple[tuple[str, str], ...]
Signer = Literal["certificate", "public_key"]
PROBE: Final = "WECHATPAY/SIGNTEST/"
SPOILS: Final = frozenset(
    (
        "probe",
        "probe_undecodable",
        "wrong_signature",
        "wrong_key",
        "unknown_serial",
        "merchant_serial",
        "stale",
        "future",
        "missing_header",
        "lowercase_headers",
        "unsigned",
    )
)
WINDOW_S: Final = 300


def signed_headers(world: World, merchant: Merchant | None, by: Signer, body: bytes, spoil: str = "") -> Headers:
    """The five headers over `body`. Times in them are real times. `spoil` is one of SPOILS, or empty."""
    if spoil == "unsigned":
        return ()
    shift = {"stale": -WINDOW_S - 1, "future": WINDOW_S + 1}.get(spoil, 0)
    stamp, nonce = str(int(time()) + shift), secrets.token_hex(16)
    message = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
    if spoil == "wrong_signature":
        message = message[:-1] + b" \n"
    serial, signature, kind = _signature(world, merchant, by, message, spoil)
    headers: Headers = (
        ("Wechatpay-Timestamp", stamp),
        ("Wechatpay-Nonce", nonce),
        ("Wechatpay-Signature", signature),
        ("Wechatpay-Serial", serial),
        ("Wechatpay-Signature-Type", kind),
    )
    match spoil:
        case "missing_header":
            gone = world.dice.randrange(4)
            return tuple(header for at, header in enumerate(headers) if at != gone)
        case "lowercase_headers":
            return tuple((name.lower(), value) for name, value in headers)
    return headers


def signer_of_answer(merchant: Merchant | None, asked_serial: str) -> Signer:
    """Which key signs an answer: the request's Wechatpay-Serial decides once the switch is open."""
    if merchant is None or merchant.scheme == "SM2" or merchant.key_mode == "certificate":
        return "certificate"
    if merchant.key_mode == "public_key":
        return "public_key"
    return "public_key" if asked_serial == merchant.public_key_id else "certificate"


def signer_of_notice(world: World, merchant: Merchant) -> Signer:
    """Which key signs a notification: while both are in use the platform decides, in growing share."""
    if merchant.scheme == "SM2" or merchant.key_mode == "certificate":
        return "certificate"
    if merchant.key_mode == "both" and world.dice.random() >= merchant.public_key_share:
        return "certificate"
    return "public_key"


@cache
def _stranger(scheme: Scheme) -> PlatformKey:
    """A key that no list of certificates ever held."""
    return new_platform_key(scheme)


def _signature(world: World, merchant: Merchant | None, by: Signer, message: bytes, spoil: str) -> tuple[str, str, str]:
    """Serial, signature and type."""
    scheme: Scheme = "RSA" if merchant is None else merchant.scheme
    if by == "public_key" and merchant is not None:
        serial, signature = merchant.public_key_id, quick(tuple(merchant.public_key_primes)).sign(message)
    else:
        key = world.platform_key(scheme)
        serial, signature = key.serial, platform_sign(key, message)
    match spoil:
        case "probe":
            signature = PROBE + base64.b64encode(secrets.token_bytes(245)).decode()[: 344 - len(PROBE) - 2] + "=="
        case "probe_undecodable":
            signature = PROBE + signature
        case "wrong_key":
            signature = platform_sign(_stranger(scheme), message)
        case "unknown_serial":
            serial, signature = new_serial(), platform_sign(_stranger(scheme), message)
        case "merchant_serial":
            serial = merchant.serial_no if merchant is not None else serial
    return serial, signature, SIGNATURE_TYPE[scheme]
