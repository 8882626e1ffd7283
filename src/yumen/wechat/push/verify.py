"""Is this delivery WeChat's, and fresh? And what does it say? Pure: values in, a message out.

Secure mode: `msg_signature` covers the ciphertext, and only what decrypts is read. Compatible mode carries plain
fields too; they are not signed and not read. Plain mode signs neither body nor sender: whoever can, uses secure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from yumen.kit.errors import Code
from yumen.wechat.account import PushMode, PushSettings
from yumen.wechat.push import crypt, message, xml
from yumen.wechat.push.message import Message

REFUSED: Final = Code("wechat.push_refused", 403)
STALE: Final = Code("wechat.push_stale", 403)
MALFORMED: Final = Code("wechat.push_malformed", 400)

WINDOW_S: Final = 300
QUERY_MAX: Final = 256
ECHO_MAX: Final = 128
BODY_MAX_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request of WeChat's, as it came in."""

    timestamp: str
    nonce: str
    signature: str = ""
    msg_signature: str = ""
    body: bytes = field(default=b"", repr=False)


def echo(settings: PushSettings, delivery: Delivery, echostr: str) -> str:
    """The URL check of the console: give back what was sent, if WeChat signed it. Raises `wechat.push_refused`."""
    _check_shape(delivery)
    plain = 0 < len(echostr) <= ECHO_MAX and echostr.isascii() and echostr.isalnum()
    if not plain or not crypt.is_signed(delivery.signature, settings.token, delivery.timestamp, delivery.nonce):
        raise REFUSED()
    return echostr


def verified(settings: PushSettings, appid: str, delivery: Delivery, now: datetime) -> bytes:
    """The message's bytes. `now` is the real time.

    Raises `wechat.push_refused`, `wechat.push_stale`, `wechat.push_malformed`.
    """
    _check_shape(delivery)
    if len(delivery.body) > BODY_MAX_BYTES:
        raise MALFORMED()
    if settings.mode is PushMode.PLAIN:
        if not crypt.is_signed(delivery.signature, settings.token, delivery.timestamp, delivery.nonce):
            raise REFUSED()
        plain = delivery.body
    else:
        plain = _decrypted(settings, appid, delivery)
    if abs(now.timestamp() - int(delivery.timestamp)) > WINDOW_S:
        raise STALE()
    return plain


def read(body: bytes) -> Message:
    """The fields of a message in JSON or XML, told apart by the first character. Raises `wechat.push_malformed`."""
    try:
        return xml.parse(body) if body.lstrip()[:1] == b"<" else message.parse_json(body)
    except (xml.BadXml, message.BadJson):
        raise MALFORMED() from None


def _decrypted(settings: PushSettings, appid: str, delivery: Delivery) -> bytes:
    encrypted = _whole_text(read(delivery.body), "Encrypt")
    parts = (settings.token, delivery.timestamp, delivery.nonce, encrypted)
    if not encrypted or not crypt.is_signed(delivery.msg_signature, *parts):
        raise REFUSED()
    try:
        return crypt.decrypt(encrypted, settings.encoding_aes_key, appid)
    except crypt.BadPush:
        raise REFUSED() from None


def _whole_text(fields: Message, name: str) -> str:
    """A field that is text, however long."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _check_shape(delivery: Delivery) -> None:
    given = (delivery.timestamp, delivery.nonce, delivery.signature, delivery.msg_signature)
    number = delivery.timestamp.isascii() and delivery.timestamp.isdigit() and len(delivery.timestamp) <= 12
    if not number or any(len(text) > QUERY_MAX for text in given):
        raise REFUSED()
