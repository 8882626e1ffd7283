"""The texts of contracts with recipients abroad: a standard contract, an agreement on data processing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from yumen.audit.evidence.kinds import Kind, kinds_of_name
from yumen.audit.evidence.policy import PolicyFile, flat, read_text
from yumen.audit.world import World

WORDS: Final[Mapping[Kind, re.Pattern[str]]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        Kind.PHONE: r"phone|mobile|手机|电话",
        Kind.ID_NUMBER: r"identity (?:card|number)|id[ -](?:card|number)|national id|身份证|证件",
        Kind.BANK_CARD: r"bank (?:card|account)|card number|银行卡|银行账户",
        Kind.OPENID: r"open ?id|unique identifier|用户标识|唯一标识",
        Kind.UNIONID: r"union ?id|unique identifier|用户标识|唯一标识",
        Kind.EMAIL: r"e-?mail|邮箱|电子邮件",
        Kind.NAME: r"\bnames?\b|姓名|名字",
        Kind.ADDRESS: r"address|地址",
        Kind.LOCATION: r"location|position|latitude|位置|经纬度",
        Kind.HEALTH: r"health|medical|allerg|skin|健康|医疗|过敏|肤质",
        Kind.BIRTH: r"birth|age\b|出生|生日|年龄",
        Kind.MINOR: r"minor|child|未成年|儿童",
        Kind.PLATE: r"plate|车牌",
        Kind.PASSPORT: r"passport|护照",
    }.items()
}


@dataclass(frozen=True, slots=True)
class ContractTexts:
    """Every contract that could be read."""

    files: tuple[PolicyFile, ...]

    def naming(self, recipient: str) -> tuple[PolicyFile, ...]:
        """Those that name the recipient, letter case and spaces apart."""
        wanted = _plain(recipient)
        return tuple(one for one in self.files if wanted in _plain(one.text))


def read_contracts(world: World, names: Sequence[str]) -> ContractTexts | None:
    """Markdown, text, HTML, Word and, with the extra, PDF; what could not be read is told among the unread."""
    files = [file for name in names if (file := read_text(world, name)) is not None]
    return ContractTexts(tuple(files)) if files else None


def mentions(text: str, field: str) -> bool | None:
    """Does a contract speak of a field of a flow? None where the field's name says no kind of data and is not found."""
    said = flat(text)
    if _plain(field) in _plain(said):
        return True
    kinds = [kind for kind in kinds_of_name(field) if kind in WORDS]
    return any(WORDS[kind].search(said) for kind in kinds) if kinds else None


def _plain(text: str) -> str:
    return re.sub(r"[\s_·・.,，。]+", "", text).casefold()
