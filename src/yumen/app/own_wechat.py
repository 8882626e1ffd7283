"""Ask WeChat about the accounts of the settings, one by one, without any database."""

from __future__ import annotations

from typing import Final

from yumen.app.wiring import account, outgoing, wechat_transport
from yumen.kit.errors import Code
from yumen.kit.i18n import Language
from yumen.kit.settings import Settings
from yumen.wechat.check import Verdict, check

NO_APP: Final = Code("app.none_set", 422)
SIGNS: Final = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.NOT_CHECKED: "○"}


async def check_wechat(settings: Settings, name: str, language: Language) -> tuple[bool, list[str]]:
    """Every step for one app of the settings, or for all; answers whether none failed, and a line for each step.

    Raises `app.none_set` when the settings name no such app.
    """
    apps = {key: app for key, app in settings.app.items() if name in ("", key)}
    if not apps:
        raise NO_APP(known=", ".join(sorted(settings.app)) or "-")
    good, lines = True, []
    async with outgoing(settings) as http:
        for key, app in apps.items():
            lines.append(f"{key} ({app.appid})")
            for finding in await check(wechat_transport(http, settings), account(app)):
                good = good and finding.verdict is not Verdict.FAILED
                lines.append(f"  {SIGNS[finding.verdict]} {finding.sentence(language)}")
    return good, lines
