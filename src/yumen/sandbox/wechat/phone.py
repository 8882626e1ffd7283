"""Hand over a phone number: by code (getPhoneNumber), or the old way as encryptedData under the session key."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from yumen.sandbox.wechat.calls import Call, Fields
from yumen.sandbox.wechat.login import CODE_LIFE_S
from yumen.sandbox.wechat.records import App, Code, Member, Person, SealedNote
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.sessions import find_member
from yumen.sandbox.wechat.world import SEALED_KEPT_S, World

_HASH_SHAPE: Final = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class OpenData:
    """What the phone hands to the mini-program the old way, both base64."""

    encrypted_data: str
    iv: str


def press_phone(world: World, app: App, member: Member) -> Code:
    """The phone button: a code of 64 hex for five minutes, of its own kind, not wx.login's."""
    code = Code(code=secrets.token_hex(32), appid=app.appid, openid=member.openid, made_at=world.now())
    world.phone_codes[code.code] = code
    return world.keep("phone_code", code.code, code)


def get_user_phone_number(call: Call) -> Fields:
    """`POST /wxa/business/getuserphonenumber`: 40029, 40013 (code of another app), 40003 (openid mismatch, assumed)."""
    app, world = call.known_app(), call.world
    code = world.phone_codes.get(call.text("code"))
    if code is None:
        raise Refusal(40029, hint=secrets.token_hex(6))
    if code.appid != app.appid:
        raise Refusal(40013)
    if code.used_at is not None or call.now - code.made_at >= CODE_LIFE_S:
        raise Refusal(40029, hint=secrets.token_hex(6))
    if (openid := call.text("openid")) and openid != code.openid:
        raise Refusal(40003)
    member = find_member(call, code.openid)
    code.used_at = call.now
    world.keep("phone_code", code.code, code)
    ledger = world.ledger(app.appid)
    ledger.paid_phone_calls += 1
    world.keep("ledger", app.appid, ledger)
    return {"phone_info": phone_info(world, app, world.people[member.person])}


def phone_info(world: World, app: App, person: Person) -> Fields:
    """The number with its watermark."""
    country: str | int = int(person.country_code) if app.quirks.country_code_number else person.country_code
    return {
        "phoneNumber": person.phone,
        "purePhoneNumber": person.pure_phone,
        "countryCode": country,
        "watermark": {"timestamp": int(world.now()), "appid": app.appid},
    }


def seal_phone(world: World, app: App, member: Member, person: Person) -> OpenData:
    """The number as encryptedData under the person's present session key; its hash is remembered for three days."""
    sealed = seal_open_data(member.session_key, msgspec.json.encode(phone_info(world, app, person)))
    digest = hashlib.sha256(sealed.encrypted_data.encode()).hexdigest()
    note = SealedNote(hash=digest, appid=app.appid, made_at=world.now())
    world.sealed[digest] = note
    world.keep("sealed", digest, note)
    return sealed


def seal_profile(world: World, app: App, member: Member, person: Person) -> tuple[str, str, OpenData]:
    """wx.getUserInfo as it answers today: anonymous. rawData, its signature, and encryptedData with openId."""
    shown = {"nickName": "微信用户", "gender": 0, "language": "", "city": "", "province": "", "country": ""}
    shown["avatarUrl"] = "https://thirdwx.qlogo.cn/mmopen/vi_32/sandbox/132"
    raw = msgspec.json.encode(shown).decode()
    whole: Fields = {"openId": member.openid, **shown}
    if member.unionid:
        whole["unionId"] = member.unionid
    whole["watermark"] = {"timestamp": int(world.now()), "appid": app.appid}
    return raw, sign_raw_data(raw, member.session_key), seal_open_data(member.session_key, msgspec.json.encode(whole))


def seal_open_data(session_key: str, plain: bytes, iv: bytes | None = None) -> OpenData:
    """AES-128-CBC, PKCS#7; key is the decoded session key, iv 16 bytes (random if not given)."""
    iv = secrets.token_bytes(16) if iv is None else iv
    padder = PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = Cipher(algorithms.AES(base64.b64decode(session_key)), modes.CBC(iv)).encryptor()
    sealed = encryptor.update(padded) + encryptor.finalize()
    return OpenData(base64.b64encode(sealed).decode(), base64.b64encode(iv).decode())


def sign_raw_data(raw_data: str, session_key: str) -> str:
    """hex(sha1(rawData + session_key)), the key as base64 text."""
    return hashlib.sha1((raw_data + session_key).encode()).hexdigest()  # noqa: S324 - Tencent's choice


def check_encrypted_data(call: Call) -> Fields:
    """`POST /wxa/business/checkencryptedmsg`: was encryptedData of this sha256 given out within three days?"""
    digest = call.text("encrypted_msg_hash")
    if not _HASH_SHAPE.fullmatch(digest):
        raise Refusal(40097)
    note = call.world.sealed.get(digest.lower())
    if note is None or note.appid != call.known_app().appid or call.now - note.made_at >= SEALED_KEPT_S:
        raise Refusal(1)
    return {"vaild": True, "create_time": int(note.made_at)}
