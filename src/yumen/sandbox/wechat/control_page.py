"""The control page of the WeChat sandbox: what it shows, and whom a form is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from yumen.kit.i18n import Language, text
from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.form_page import FormPage
from yumen.sandbox.kit.forms import Form, FormAct
from yumen.sandbox.kit.json_api import Api
from yumen.sandbox.wechat.console_settings import ConsoleSettings
from yumen.sandbox.wechat.endpoints import PATHS
from yumen.sandbox.wechat.forms import QUIRKS, form_acts
from yumen.sandbox.wechat.handset import Handset
from yumen.sandbox.wechat.keeper import Keeper
from yumen.sandbox.wechat.records import App
from yumen.sandbox.wechat.shapes import LoginPressed, PhonePressed, PushesMade
from yumen.sandbox.wechat.world import World

PREFIX: Final = "sandbox.wechat.page."
PEOPLE_SHOWN: Final = 12
CALLS_SHOWN: Final = 15
PUSHES_SHOWN: Final = 10
EVENTS: Final = (
    "user_info_modified",
    "user_authorization_revoke",
    "user_authorization_cancellation",
    "wxa_trade_controlled",
    "text",
)
_WORDED: Final = frozenset(
    ("", "none", "mainland", "hongkong", "frankfurt", "errcode", "slow", "cut", "lost", "silent", "html_502")
) | {"secure", "compatible", "plain"}


class ControlPage(FormPage):
    """The handler of the admin port."""

    prefix = PREFIX
    template = "wechat/control.html"
    kept = ("lang", "theme", "app")

    def __init__(self, world: World, api: Api, console: ConsoleSettings, handset: Handset, keeper: Keeper) -> None:
        super().__init__(api, form_acts(console, handset, keeper))
        self.world = world

    def parts(self, request: Request, form_act: FormAct, form: Form) -> dict[str, str]:
        """The app in the address, the person in the form."""
        return {"appid": request.query.get("app", ""), **form_act.parts(form)}

    def values(self, result: object) -> list[str]:
        """What the person must copy from the act's answer."""
        match result:
            case LoginPressed():
                return [f"js_code {result.code}"]
            case PhonePressed():
                return [f"code {result.code}", f"encryptedData {result.encryptedData}", f"iv {result.iv}"]
            case PushesMade():
                return result.pushes
        return []

    def shown(self, request: Request, language: Language) -> dict[str, Any]:
        """Apps, people, pushes and calls."""
        world = self.world
        app = world.apps.get(request.query.get("app", "")) or next(iter(world.apps.values()), None)
        people = [person for person, _ in zip(world.people.values(), range(PEOPLE_SHOWN), strict=False)]
        return {
            "kept_more": {"app": app.appid} if app else {},
            "worded": _WORDED,
            "clock": _shanghai(world.now()),
            "shanghai": _shanghai,
            "say": self._say(language),
            "apps": list(world.apps.values()),
            "app": app,
            "openids": self._openids(app),
            "quirks": QUIRKS,
            "paths": ["/sns/jscode2session", *PATHS],
            "vantage": world.settings.vantage,
            "people": people,
            "people_total": len(world.people),
            "events": EVENTS,
            "pushes": list(world.pushes.values())[: -PUSHES_SHOWN - 1 : -1],
            "calls": world.journal.calls(limit=CALLS_SHOWN),
        }

    def _say(self, language: Language) -> str:
        world = self.world
        calls = sum(world.metrics.values())
        failed = sum(number for (_, code), number in world.metrics.items() if code)
        facts = {"apps": len(world.apps), "people": len(world.people), "calls": calls, "failed": failed}
        counted = text(f"{PREFIX}say", language, **facts)
        if world.clock.offset_s == 0:
            return counted
        return f"{counted} " + text(f"{PREFIX}say_moved", language, hours=f"{world.clock.offset_s / 3600:+.1f}")

    def _openids(self, app: App | None) -> dict[str, str]:
        if app is None:
            return {}
        return {person: openid for (appid, person), openid in self.world.openids.items() if appid == app.appid}


def _shanghai(at: float) -> str:
    return (datetime.fromtimestamp(at, UTC) + timedelta(hours=8)).strftime("%m-%d %H:%M:%S")
