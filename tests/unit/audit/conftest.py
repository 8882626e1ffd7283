"""A small audited folder, and a run over it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from yumen.audit.result import Result
from yumen.audit.run import Asked, run

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
Audit = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Write files (`name=text` by a dict) and answer the folder."""

    def written(files: dict[str, str | bytes]) -> Path:
        for name, text in files.items():
            place = tmp_path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode() if isinstance(text, str) else text)
        return tmp_path

    return written


@pytest.fixture
def audit(folder: Callable[..., Path]) -> Audit:
    """Audit a folder of these files as of a fixed day."""

    def audited(files: dict[str, str | bytes], **asked: object) -> Result:
        path = folder(files)
        return run(Asked(path=path, taken_at=NOW, on=TODAY, **asked), lambda *_: None)  # type: ignore[arg-type]

    return audited


BROKEN = {
    "yumen-audit.toml": """
[service]
name = "Orvane <b>shop</b>"
version = "3.8.0"
people = 1200000
[domains]
request = ["http://10.0.0.3", "api.orvane.example"]
[[filing]]
kind = "icp"
number = "沪ICP备2022012345号-1"
domains = ["orvane.example"]
[[filing]]
kind = "pio"
state = "missing"
[evidence]
policy = ["privacy.md"]
access = "access.csv"
[owners]
compliance = "Legal, Shanghai"
""",
    "privacy.md": "# 隐私政策\n由上海奥梵有限公司运营。\n使用本小程序即视为您同意本政策。联系电话：13800138000\n",
    "access.csv": "账号,共用,最近登录\nkefu01,是,2026-11-01\nzhang@orvane.example,否,2026-01-01\n",
}


@pytest.fixture
def broken() -> dict[str, str | bytes]:
    return dict(BROKEN)


@pytest.fixture
def result(audit: Audit, broken: dict[str, str | bytes]) -> Result:
    return audit(broken)


PACKAGED: dict[str, str | bytes] = {
    "app.json": '{"pages": ["pages/a/a"], "lazyCodeLoading": "requiredComponents"}',
    "pages/a/a.wxml": "<view />",
    "pages/a/a.js": "Page({ onTap() { wx.getUserProfile({ desc: 'x' }) } })",
    "miniprogram_npm/@kit/login/index.js": "module.exports = () => wx.getUserProfile({ desc: 'x' })",
    "miniprogram_npm/@kit/login/old.js": "module.exports = () => wx.getUserInfo({})",
    "miniprogram_npm/beacon/index.js": "eval('1'); wx.request({ url: 'https://in.hotjar.com/a' })",
}


@pytest.fixture
def packaged(audit: Audit) -> Result:
    """A mini-program that carries packages of others."""
    return audit(PACKAGED)
