"""Tencent's error codes as typed errors: what may be done about each, and what the shopper is told.

The shopper reads the text of the problem's code and never learns of our configuration; the operator reads
`explain(errcode, …)`, which says what happened, what to do, and where in Tencent's console.
Source: the pages of each endpoint on developers.weixin.qq.com (全局错误码 and the tables of the pages).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from yumen.kit.errors import Code, Problem
from yumen.kit.i18n import Language, has_text, text

BUSY: Final = Code("wechat.busy", 503)
UNAVAILABLE: Final = Code("wechat.unavailable", 503)
TOO_OFTEN: Final = Code("wechat.too_often", 429)
CODE_INVALID: Final = Code("wechat.code_invalid", 400)
CODE_USED: Final = Code("wechat.code_used", 409)
USER_BLOCKED: Final = Code("wechat.user_blocked", 403)
USER_UNKNOWN: Final = Code("wechat.user_unknown", 403)
SESSION_EXPIRED: Final = Code("wechat.session_expired", 401)


class Cure(StrEnum):
    """What may be done about a refusal."""

    RETRY = "retry"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  # the name of a cure
    CONFIGURE = "configure"
    PERSON = "person"
    RISK = "risk"
    QUOTA = "quota"
    FROZEN = "frozen"
    BUG = "bug"


def _same(cure: Cure, *errcodes: int) -> dict[int, Cure]:
    return dict.fromkeys(errcodes, cure)


CURES: Final[Mapping[int, Cure]] = (
    _same(Cure.RETRY, -1)
    | _same(Cure.REFRESH_TOKEN, 40001, 40014, 42001)
    | _same(Cure.CONFIGURE, 40013, 40125, 40164, 48001, 61004, 61007, 89503, 89506, 89507)
    | _same(Cure.CONFIGURE, 40201, *range(40230, 40241), 48017)
    | _same(Cure.PERSON, 40003, 40029, 40163, 50002, 87007, 87009)
    | _same(Cure.RISK, 40226)
    | _same(Cure.QUOTA, 44990, 44991, 44993, 45009, 45011, 48006)
    | _same(Cure.FROZEN, 40243, 48004, 50004, 50007)
    | _same(Cure.BUG, 40002, 40097, 41001, 41002, 41004, 41008, 43001, 43002, 44002, 47001, 76021, 76022, 87008)
    | _same(Cure.BUG, 40202, 40203)
)

SHOPPER_SEES: Final[Mapping[int, Code]] = {
    40003: USER_UNKNOWN,
    40029: CODE_INVALID,
    40163: CODE_USED,
    40226: USER_BLOCKED,
    50002: USER_BLOCKED,
    87007: SESSION_EXPIRED,
    87009: SESSION_EXPIRED,
    45011: TOO_OFTEN,
    44990: TOO_OFTEN,
    44991: TOO_OFTEN,
    -1: BUSY,
}

_RID: Final = re.compile(r"rid: ?([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})")
_REFUSED_IP: Final = re.compile(r"invalid ip ([0-9a-fA-F.:]{2,45})")


class WechatError(Problem):
    """WeChat refused: `errcode` is Tencent's, `rid` names the call in Tencent's console and `openapi/rid/get`.

    A `Problem`, so that a shopper's route needs no translation. `address` is our own address where 40164 names it.
    """

    def __init__(self, errcode: int, errmsg: str = "", path: str = "") -> None:
        super().__init__(SHOPPER_SEES.get(errcode, UNAVAILABLE), None, {})
        rid, address = _RID.search(errmsg), _REFUSED_IP.search(errmsg)
        self.errcode = errcode
        self.cure = CURES.get(errcode, Cure.BUG)
        self.path = path
        self.rid = rid[1] if rid else ""
        self.address = address[1] if address else ""

    def __str__(self) -> str:
        return f"{self.code.name} errcode={self.errcode} path={self.path} rid={self.rid}"

    def explain(self, language: Language) -> str:
        """For the operator: what happened, what to do, where in Tencent's console."""
        return explain(self.errcode, language, address=self.address or "?", rid=self.rid or "–")


def explain(errcode: int, language: Language, address: str = "?", rid: str = "–") -> str:
    """The operator's text of an errcode; an unknown one is said to be unknown."""
    code = f"wechat.errcode.{errcode}"
    if not has_text(code):
        code = "wechat.errcode.unknown"
    return text(code, language, errcode=errcode, address=address, rid=rid)
