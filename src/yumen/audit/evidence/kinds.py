"""The kinds of personal values, and what the name of a column says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final


class Kind(StrEnum):
    PHONE = "phone"
    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    OPENID = "openid"
    UNIONID = "unionid"
    EMAIL = "email"
    NAME = "name"
    ADDRESS = "address"
    LOCATION = "location"
    HEALTH = "health"
    BIRTH = "birth"
    MINOR = "minor"
    SESSION_KEY = "session_key"
    CARD_CODE = "card_code"
    PLATE = "plate"
    PASSPORT = "passport"
    STAFF_NAME = "staff_name"
    """The name at work of the handler's own staff; only a declaration tells it from a shopper's."""
    SEALED = "sealed"


SENSITIVE: Final = frozenset(
    {Kind.ID_NUMBER, Kind.BANK_CARD, Kind.HEALTH, Kind.LOCATION, Kind.MINOR, Kind.PASSPORT, Kind.CARD_CODE}
)
"""Sensitive personal information (PIPL art. 28, conservative reading of GB/T 35273 for ID numbers)."""

_NAMES: Final[Mapping[Kind, str]] = {
    Kind.PHONE: r"(?:^|_)(?:phone|mobile|tel|telephone|cell|msisdn|shouji)(?:_|$)|手机|电话",
    Kind.ID_NUMBER: r"(?:^|_)(?:(?:id|identity)_?(?:card|no|number)|idcard_?no|sfz|cert_?no)(?:_|$)|身份证|证件号",
    Kind.BANK_CARD: r"(?:^|_)(?:card_?no|bank_?card|card_?number|pan|account_?no)(?:_|$)|银行卡|卡号",
    Kind.OPENID: r"open_?id",
    Kind.UNIONID: r"union_?id",
    Kind.EMAIL: r"e_?mail|邮箱",
    Kind.NAME: r"(?:^|_)(?:real|full|true|family|given|first|last|receiver|consignee|contact|customer|member|user)"
    r"_?name(?:_|$)|^name$|^xingming$|姓名|收货人|联系人",
    Kind.ADDRESS: r"(?:^|_)(?:address|addr|street|detail_?info|dizhi)(?:_|$)|地址",
    Kind.LOCATION: r"(?:^|_)(?:lat|lng|lon|latitude|longitude|gps|geo|location|coordinates?)(?:_|$)|经度|纬度|定位",
    Kind.HEALTH: r"health|disease|allerg|diagnos|blood|pregnan|medical|skin|bmi|body_?fat|病|过敏|健康|血型|肤质",
    Kind.BIRTH: r"birth(?:_?(?:day|date|time))?|(?:^|_)dob(?:_|$)|shengri|生日|出生",
    Kind.MINOR: r"(?:^|_)(?:child|kid|baby|guardian|minor)|宝宝|儿童|孩子|监护人",
    Kind.SESSION_KEY: r"session_?key",
    Kind.CARD_CODE: r"(?:^|_)(?:cvv2?|cvc2?|card_?code)(?:_|$)|安全码",
    Kind.PLATE: r"plate|车牌",
    Kind.PASSPORT: r"passport|护照",
}
_PERSONS: Final = re.compile(
    r"user|member|customer|person|people|staff|employee|contact|consignee|receiver|patient|student|guardian|会员|用户|员工",
    re.IGNORECASE,
)
_BARE_NAME: Final = re.compile(r"name|xingming", re.IGNORECASE)
_NO_PERSONS_ADDRESS: Final = re.compile(r"(?:ip|mac|url|web|site|server|wallet|email)_?addr", re.IGNORECASE)
_ASIDE: Final = re.compile(r"是否|状态|类型|次数|验证|时间|模板|数量|开关")
_COMMENT_CHARS_MAX: Final = 12
_TEXT: Final = "char|text|string|clob"
_TYPES: Final[Mapping[Kind, str]] = {
    Kind.PHONE: "char|text|string|bigint|decimal|numeric",
    Kind.BIRTH: "char|text|string|date|timestamp",
    **dict.fromkeys(
        (Kind.ID_NUMBER, Kind.BANK_CARD, Kind.OPENID, Kind.UNIONID, Kind.EMAIL, Kind.NAME, Kind.ADDRESS, Kind.PASSPORT),
        _TEXT,
    ),
    **dict.fromkeys((Kind.SESSION_KEY, Kind.CARD_CODE), _TEXT),
}
"""Kinds that a name can tell without a value, and the types a column of them has."""


@cache
def _named(kind: Kind) -> re.Pattern[str]:
    """What columns of that kind are called; compiled by the first column, for most runs see none."""
    return re.compile(_NAMES[kind], re.IGNORECASE)


def kinds_of_name(name: str) -> frozenset[Kind]:
    """What the name of a column says: `receiverMobile`, `id_card_no`, `收货地址`."""
    snake = _snake(name)
    return frozenset(kind for kind in _NAMES if _named(kind).search(snake))


def kinds_of_column(name: str, type_: str, comment: str) -> frozenset[Kind]:
    """The kinds of a column of which no value was seen: its name or its comment is the word, its type can hold it.

    A bare `name` says nothing here: products have names too.
    """
    snake = _snake(name)
    if is_bare_name(name) or _NO_PERSONS_ADDRESS.search(snake):
        return frozenset()
    return frozenset(
        kind
        for kind, types in _TYPES.items()
        if re.search(types, type_, re.IGNORECASE)
        and (any(found.end() == len(snake) for found in _named(kind).finditer(snake)) or _is_called(comment, kind))
    )


def is_bare_name(column: str) -> bool:
    """Is the column called `name` and no more?"""
    return _BARE_NAME.fullmatch(column) is not None


def is_of_persons(table: str) -> bool:
    """Does the name of a table say that its rows are persons?"""
    return _PERSONS.search(table) is not None


def _is_called(comment: str, kind: Kind) -> bool:
    """Is a short comment the Chinese word for it, rather than a word about it?"""
    short = len(comment) <= _COMMENT_CHARS_MAX and not _ASIDE.search(comment)
    return short and any(not found.group().isascii() for found in _named(kind).finditer(comment))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name[:128])
