"""Is a file somebody else's code, and is it meant to be read by people?"""

from __future__ import annotations

import re
from typing import Final

AVERAGE_LINE_MAX: Final = 200
"""Bytes. A longer average line is machine-made."""
LOWERED_MAX: Final = 64 * 1024
"""Bytes. Minified code of one's own is read in full up to this size."""

_FOLDERS: Final = frozenset(
    {"miniprogram_npm", "uni_modules", "node_modules", "vendor", "vendors", "third_party", "thirdparty", "libs", "lib",
     "vant", "vant-weapp", "@vant", "weui", "weui-miniprogram", "iview", "lin-ui", "colorui", "uview-ui", "uview",
     "tdesign-miniprogram", "ec-canvas", "wxparse", "towxml", "mp-html", "colorui-animation", "we-cropper",
     "painter", "uni-ui", "tuniao-ui", "firstui", "wux", "wux-weapp", "taro-ui", "nutui"}
)  # fmt: skip
_PACKAGES: Final = frozenset({"miniprogram_npm", "uni_modules", "node_modules"})
_SHELVES: Final = _PACKAGES | {"vendor", "vendors", "third_party", "thirdparty", "libs", "lib"}
"""Folders that hold several libraries: their own name says nothing."""
_FILES: Final = re.compile(
    r"(?:\.min\.(?:js|wxss|css)$|^(?:qqmap-wx-jssdk|amap-wx|bmap-wx|md5|crypto-js|aes|rsa|jsencrypt|base64|dayjs|moment"
    r"|lodash|underscore|echarts|wxcharts|qrcode|weapp-qrcode|regenerator-runtime|runtime|es6-promise|bluebird|wxParse"
    r"|html2json|htmlparser|showdown|socket\.io|mqtt|protobuf|pako|big(?:int)?|sm2|sm3|sm4|touch-emulator|polyfill"
    r"|u-charts|wxBarcode|barcode|promise-polyfill|immer|redux|mobx|vuex|vue|axios|ald-stat|sensorsdata|umtrack-wx"
    r"|mta_analysis|mtj-wx-sdk|gdt|xhs|cos-wx-sdk(?:-v5)?|tcaptcha|vod-wx-sdk(?:-v2)?|im-wx-sdk|tim-wx|upng|uni-stat)(?:[\d.-][\w.-]*)?\.[jt]s$)",
    re.IGNORECASE,
)


def is_vendored(path: str) -> bool:
    """By folder or by the name of a well-known library."""
    folders, _, name = path.rpartition("/")
    return bool(_FOLDERS & {one.lower() for one in folders.split("/")}) or _FILES.search(name) is not None


def package_of(path: str) -> str:
    """The name people know somebody else's file by: the npm package, the library's folder, else the file."""
    *folders, name = path.split("/")
    for at, folder in enumerate(folders):
        if folder.lower() in _PACKAGES and folders[at + 1 :]:
            scoped = folders[at + 1].startswith("@") and len(folders) > at + 2
            return "/".join(folders[at + 1 : at + (3 if scoped else 2)])
    named = [one for one in folders if one.lower() in _FOLDERS - _SHELVES]
    return named[0] if named else name


def is_minified(source: bytes) -> bool:
    """By the shape of its lines."""
    if len(source) < 2_000:
        return False
    return len(source) / (source.count(b"\n") + 1) > AVERAGE_LINE_MAX
