"""Configuration files: JSON with or without comments, trailing commas and a byte order mark; and what they say."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

_EXTRA: Final = re.compile(
    rb'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*+(?>/\*.*?\*/\s*+|//[^\n]*\n\s*+)*+[}\]])', re.DOTALL
)


class Config(msgspec.Struct):
    """One file as it was read. `data` is what stands in it, `source` the bytes, to find places in."""

    path: str
    data: dict[str, Any]
    source: bytes

    def place(self, name: str) -> int:
        """Where a key or a text stands, as a byte offset; 0 if it is not written there."""
        at = self.source.find(f'"{name}"'.encode())
        return at if at >= 0 else max(self.source.find(name.encode()), 0)


class App(msgspec.Struct):
    """The configuration of a program, whatever files it comes from. Missing keys are empty."""

    pages: tuple[str, ...] = ()
    """All page paths, those of sub-packages included."""
    tab_pages: tuple[str, ...] = ()
    subpackages: tuple[str, ...] = ()
    """Roots of the sub-packages, as written."""
    required_private_infos: tuple[str, ...] | None = None
    permission: dict[str, str] = {}
    """Scope → text shown to the shopper."""
    plugins: dict[str, str] = {}
    """Name → appid of the plugin."""
    privacy_check: bool | None = None
    lazy_loading: bool = False
    background_modes: tuple[str, ...] = ()
    timeouts: dict[str, int] = {}
    aliases: dict[str, str] = {}
    appid: str = ""
    navigate_to: tuple[str, ...] = ()
    file: Config | None = None
    """Where the settings of the app stand (app.json, pages.json …), for places."""
    others: tuple[Config, ...] = ()

    @property
    def home(self) -> str:
        """The first page of the app."""
        return self.pages[0] if self.pages else ""


def read_json(source: bytes) -> Any:
    """The value, or None if no tolerance helps."""
    for attempt in (source, _EXTRA.sub(_kept, source)):
        try:
            return msgspec.json.decode(attempt)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
    return None


def _kept(found: re.Match[bytes]) -> bytes:
    """Texts stay; comments and stray commas become blanks, line ends stay."""
    piece = found[0]
    return piece if piece.startswith(b'"') else re.sub(rb"[^\n]", b" ", piece)


def app_of(main: Config, *others: Config) -> App:
    """The settings of one program; later files (ext.json, manifest.json, project.config.json) add to the first."""
    data: dict[str, Any] = dict(main.data)
    for other in others:
        for key in ("requiredPrivateInfos", "permission", "plugins", "__usePrivacyCheck__", "lazyCodeLoading"):
            if key in _wechat(other.data) and key not in data:
                data[key] = _wechat(other.data)[key]
    subpackages = _dicts(data.get("subPackages") or data.get("subpackages"))
    pages = [_page(one) for one in _items(data.get("pages"))]
    for package in subpackages:
        root = str(package.get("root", "")).strip("/")
        pages += [f"{root}/{_page(one)}" for one in _items(package.get("pages"))]
    infos = data.get("requiredPrivateInfos")
    return App(
        pages=tuple(page.lstrip("/") for page in pages if page),
        tab_pages=tuple(str(one.get("pagePath", "")) for one in _dicts(_dict(data.get("tabBar")).get("list"))),
        subpackages=tuple(str(one.get("root", "")).strip("/") for one in subpackages),
        required_private_infos=tuple(str(one) for one in infos) if isinstance(infos, list) else None,
        permission={name: str(_dict(one).get("desc", "")) for name, one in _dict(data.get("permission")).items()},
        plugins=_plugins(data, subpackages),
        privacy_check=data.get("__usePrivacyCheck__") if isinstance(data.get("__usePrivacyCheck__"), bool) else None,
        lazy_loading=data.get("lazyCodeLoading") == "requiredComponents",
        background_modes=tuple(str(one) for one in _items(data.get("requiredBackgroundModes"))),
        timeouts={k: v for k, v in _dict(data.get("networkTimeout")).items() if isinstance(v, int)},
        aliases={k: str(v) for k, v in _dict(data.get("resolveAlias")).items()},
        appid=next((str(o.data["appid"]) for o in (main, *others) if isinstance(o.data.get("appid"), str)), ""),
        navigate_to=tuple(str(one) for one in _items(data.get("navigateToMiniProgramAppIdList"))),
        file=main,
        others=others,
    )


def _wechat(data: dict[str, Any]) -> dict[str, Any]:
    """uni-app keeps the settings for WeChat in a table of its own."""
    inner = data.get("mp-weixin")
    return inner if isinstance(inner, dict) else data


def _plugins(data: dict[str, Any], subpackages: list[dict[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place in (data, *subpackages):
        for name, one in _dict(place.get("plugins")).items():
            found[name] = str(_dict(one).get("provider", ""))
    return found


def _page(one: object) -> str:
    return one if isinstance(one, str) else str(_dict(one).get("path", ""))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in _items(value) if isinstance(one, dict)]
