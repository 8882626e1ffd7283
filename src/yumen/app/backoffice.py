"""What to enter in WeChat's back office (mp.weixin.qq.com) so that the mini-program works, for one's own values.

Read off the settings and the data map: what the console asks for and what the code does then say the same.
Sources: "用户隐私保护指引填写说明", "服务器域名配置", "消息推送" on developers.weixin.qq.com.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from urllib.parse import urlsplit

import msgspec

from yumen.kit.errors import Code
from yumen.kit.i18n import Language, text
from yumen.kit.settings import Settings
from yumen.law.numbers import number
from yumen.security.datamap import Field, Holding, Kind, People

APP_UNKNOWN: Final = Code("miniprogram.app_unknown", 404)

PRIVACY_KEYS: Final[Mapping[Kind, str]] = {
    Kind.PHONE: "PhoneNumber",
    Kind.NICKNAME: "UserInfo",
    Kind.AVATAR: "UserInfo",
    Kind.ADDRESS: "Address",
    Kind.NAME: "Address",
    Kind.EMAIL: "Email",
    Kind.DEVICE: "DeviceInfo",
}
"""The console's own words for information; every other kind is added there by hand."""
FIELD_KEYS: Final[Mapping[str, str]] = {"orders.evidence.picture": "Album", "inbound.past_order.lines": "EXOrderInfo"}
"""The same for a field whose kind says too little: pictures are chosen with `wx.chooseMedia`."""
BY_HAND: Final = "custom"
CLIPBOARD: Final = "Clipboard"
"""Kept nowhere, and yet to be declared: the SDK's list of personal information puts a person's copy there on a tap."""
PRIVATE_INFOS: Final = ("chooseAddress",)
"""What the SDK uses of the eight names of `requiredPrivateInfos`."""
LIBRARY: Final = "2.32.3"
"""The first base library with the privacy gate."""
JOINTS: Final[Mapping[Language, str]] = {"en": ", ", "zh": "、"}
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Told(msgspec.Struct, frozen=True):
    """One kind of information for the privacy guide. `fields` and `purposes` are words, `keep` whole sentences.

    `name` is WeChat's key, or where it has none (`key` is `custom`) what the holding is called.
    """

    key: str
    name: str
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    keep: tuple[str, ...]


class Setting(msgspec.Struct, frozen=True):
    privacy_key: str
    privacy_text: str


class Guide(msgspec.Struct, frozen=True):
    """The privacy guide as `setprivacysetting` takes it (and as `yumen audit` reads it)."""

    owner_setting: Mapping[str, str]
    setting_list: tuple[Setting, ...]
    privacy_ver: int = 2


class Template(msgspec.Struct, frozen=True):
    """A subscribe message: what it is about, its id, and the template's keywords it fills."""

    about: str
    template: str
    keys: tuple[str, ...]
    page: str


class Push(msgspec.Struct, frozen=True):
    url: str
    mode: str
    format: str


class Sheet(msgspec.Struct, frozen=True):
    """Everything to enter. `warnings` name what WeChat would refuse."""

    appid: str
    handler: str
    contact: str
    request_domains: tuple[str, ...]
    upload_domains: tuple[str, ...]
    download_domains: tuple[str, ...]
    push: Push
    privacy: tuple[Told, ...]
    templates: tuple[Template, ...]
    private_infos: tuple[str, ...]
    library: str
    warnings: tuple[str, ...]


def sheet(settings: Settings, holdings: Iterable[Holding], name: str, language: Language, on: date) -> Sheet:
    """The sheet of the app of that name in the settings (`velvet`). Raises `miniprogram.app_unknown`."""
    app = settings.app.get(name)
    if app is None:
        raise APP_UNKNOWN(app=name, known=", ".join(sorted(settings.app)))
    handler = settings.handler[settings.brand[app.brand].handler]
    chinese = language == "zh"
    domain = _origin(settings.server.shopper_url)
    mine = [one for one in settings.message.values() if one.app == name]
    return Sheet(
        appid=app.appid,
        handler=(handler.name_zh if chinese else "") or handler.name,
        contact=(handler.contact_zh if chinese else "") or handler.contact,
        request_domains=(domain,),
        upload_domains=(domain,),
        download_domains=(domain,),
        push=Push(f"{settings.server.hooks_url.rstrip('/')}/hooks/wechat/{app.appid}", app.push_mode, app.push_format),
        privacy=tuple(_privacy(holdings, language, on)),
        templates=tuple(Template(one.about, one.template, one.keys, one.page) for one in mine),
        private_infos=PRIVATE_INFOS,
        library=LIBRARY,
        warnings=tuple(_warnings(settings, handler.contact, language)),
    )


def _privacy(holdings: Iterable[Holding], language: Language, on: date) -> Iterable[Told]:
    """By the console's word for it; what the console has no word for comes last, holding by holding."""
    found: dict[tuple[str, str], list[tuple[Holding, Field]]] = {}
    for holding in holdings:
        if holding.people is People.SHOPPERS:
            for field in holding.fields:
                key = FIELD_KEYS.get(field.address) or PRIVACY_KEYS.get(field.kind, BY_HAND)
                name = text(f"holding.{holding.name}", language) if key == BY_HAND else key
                found.setdefault((key, name), []).append((holding, field))
    yield Told(
        CLIPBOARD,
        CLIPBOARD,
        (text("miniprogram.clipboard.what", language),),
        (text("miniprogram.clipboard.why", language),),
        (text("miniprogram.clipboard.keep", language),),
    )
    for (key, name), kept in sorted(found.items(), key=lambda one: (one[0][0] == BY_HAND, one[0])):
        yield Told(
            key,
            name,
            _each(text(f"holding.{field.address}", language) for _, field in kept),
            _each(text(f"datamap.purpose.{field.purpose}", language) for _, field in kept),
            _each(_keep(holding, language, on) for holding, _ in kept),
        )


def _keep(holding: Holding, language: Language, on: date) -> str:
    law = number(holding.keep.law, on)
    after = text(f"datamap.after.{holding.keep.after}", language)
    article = law.article(language)
    return text("datamap.keep", language, days=holding.keep.days, after=after, law=law.name, article=article)


def _warnings(settings: Settings, contact: str, language: Language) -> Iterable[str]:
    """What WeChat refuses as a server domain (服务器域名配置), and what the guide may not leave empty."""
    for url in (settings.server.shopper_url, settings.server.hooks_url):
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https":
            yield text("miniprogram.warning.https", language, url=url)
        if host in LOCAL or host.replace(".", "").isdigit() or ":" in host:
            yield text("miniprogram.warning.address", language, url=url)
    if not contact:
        yield text("miniprogram.warning.contact", language)


def guide(found: Sheet, holdings: Iterable[Holding], language: Language) -> Guide:
    """The same for those who enter it by an API: what has no key of WeChat's own goes by its own name.

    `store_expire_timestamp` is the longest term of all, as digits and 天: WeChat refuses any other form (87072).
    """
    days = max(holding.keep.days for holding in holdings if holding.people is People.SHOPPERS)
    owner = {
        _contact_field(found.contact): found.contact,
        "notice_method": text("miniprogram.guide.notice_method", language),
        "store_expire_timestamp": f"{days}天",
    }
    return Guide(owner, tuple(Setting(one.name, _why(one, language)) for one in found.privacy))


def _why(told: Told, language: Language) -> str:
    joint = JOINTS[language]
    return text("miniprogram.guide.why", language, purposes=joint.join(told.purposes), fields=joint.join(told.fields))


def _contact_field(contact: str) -> str:
    if "@" in contact:
        return "contact_email"
    return "contact_phone" if contact.lstrip("+").replace("-", "").replace(" ", "").isdigit() else "contact_weixin"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _each(words: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order of their coming."""
    return tuple(dict.fromkeys(words))


def as_text(found: Sheet, language: Language) -> str:
    """The sheet to read from while one types: chapters in the order of the console's menu."""

    def chapter(name: str, lines: Iterable[str]) -> list[str]:
        return ["", text(f"miniprogram.chapter.{name}", language), *(f"  {line}" for line in lines)]

    def said(code: str, **facts: str | int) -> str:
        return text(f"miniprogram.line.{code}", language, **facts)

    joint = JOINTS[language]
    domains = (
        ("request", found.request_domains),
        ("upload", found.upload_domains),
        ("download", found.download_domains),
    )
    templates = [f"{one.template}  {one.about}  {' '.join(one.keys)}" for one in found.templates]
    privacy: list[str] = []
    for one in found.privacy:
        line = "custom" if one.key == BY_HAND else "information"
        privacy.append(said(line, name=one.name, fields=joint.join(one.fields)))
        privacy.append(said("purpose", purposes=joint.join(one.purposes)))
        privacy.extend(f"  {sentence}" for sentence in one.keep)
    lines = [
        said("head", appid=found.appid, handler=found.handler),
        *chapter("domains", (f"{said(name)} {' '.join(origins)}" for name, origins in domains)),
        *chapter("push", (found.push.url, said("push_mode", mode=found.push.mode, format=found.push.format))),
        *chapter("privacy", [said("contact", contact=found.contact or "-"), *privacy]),
        *chapter("templates", templates or [said("no_templates")]),
        *chapter("app_json", (f'"requiredPrivateInfos": {msgspec.json.encode(found.private_infos).decode()}',
                              said("library", library=found.library))),
    ]  # fmt: skip
    if found.warnings:
        lines += chapter("warnings", found.warnings)
    return "\n".join(lines)
