"""What the names of WeChat's client interface stand for: personal sources, ways out, retired calls.

Facts from the developer documentation as of July 2026 (privacy table 用户隐私保护指引, deprecation notices); the lists
are data with a review date in `apis.toml`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final

import msgspec

WECHAT: Final = frozenset({"wx", "uni", "Taro"})
"""Global names of the interface: WeChat's own, uni-app's, Taro's."""
PACKAGES: Final = frozenset({"@tarojs/taro", "@tarojs/taro-h5", "@uni/apis", "@dcloudio/uni-app"})
LOGS: Final = frozenset({"log", "info", "debug", "warn", "error", "trace", "dir", "table"})


class Source(msgspec.Struct, frozen=True):
    """A call or event that hands personal data to the program. `key` is the word of the privacy guide."""

    kind: str
    key: str = ""


class Names(msgspec.Struct, frozen=True):
    """The file, as written."""

    reviewed_on: object
    review_on: object
    sources: dict[str, Source]
    events: dict[str, Source]
    location: tuple[str, ...]
    exclusive: dict[str, tuple[str, ...]]
    scopes: dict[str, str]
    retired: dict[str, str]
    privacy: dict[str, str]
    network: tuple[str, ...]
    analytics: tuple[str, ...]
    trackers: dict[str, str]
    fields: dict[str, str]


@cache
def names() -> Names:
    """All lists, read once."""
    file = resources.files("yumen.audit.source") / "apis.toml"
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Names)
