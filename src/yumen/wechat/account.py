"""An account at WeChat: one appid with its secret, and how its message push is set up in the console."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId

UNKNOWN: Final = Code("wechat.app_unknown", 404)

APPID: Final = re.compile(r"wx[0-9a-f]{16}")
SECRET: Final = re.compile(r"[0-9a-f]{32}")
PUSH_TOKEN: Final = re.compile(r"[A-Za-z0-9]{3,32}")
ENCODING_AES_KEY: Final = re.compile(r"[A-Za-z0-9]{43}")
NOBODY: Final = HandlerId(0)


class PushMode(StrEnum):
    """明文模式, 兼容模式, 安全模式: whether what is pushed is encrypted."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SECURE = "secure"


@dataclass(frozen=True, slots=True)
class PushSettings:
    """消息推送 as the console has it: Token, EncodingAESKey and mode."""

    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False, default="")
    mode: PushMode = PushMode.SECURE


@dataclass(frozen=True, slots=True)
class Account:
    """An appid and what proves that we are its owner. `handler` is whose app it is (0 in checks without database)."""

    appid: str
    secret: str = field(repr=False)
    handler: HandlerId = NOBODY
    push: PushSettings | None = None


class Accounts:
    """The accounts of this installation, by appid."""

    __slots__ = ("_by_appid",)

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._by_appid: Mapping[str, Account] = {account.appid: account for account in accounts}

    def get(self, appid: str) -> Account:
        """Raises `wechat.app_unknown`."""
        account = self._by_appid.get(appid)
        if account is None:
            raise UNKNOWN()
        return account

    def all(self) -> list[Account]:
        return list(self._by_appid.values())
