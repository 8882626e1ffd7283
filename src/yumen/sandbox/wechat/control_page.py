"""The admin port: the JSON API, its OpenAPI document, and the control page, which works without script."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, Final, cast
from urllib.parse import urlencode

import jinja2
import msgspec
from markupsafe import Markup

from yumen.kit.errors import Problem
from yumen.kit.i18n import Language, negotiate, text
from yumen.sandbox.kit.exchange import HTML, Answer, Request
from yumen.sandbox.kit.json_api import NO_SUCH_ROUTE, Api, Ask, check_origin, told
from yumen.sandbox.wechat.console_settings import ConsoleSettings
from yumen.sandbox.wechat.endpoints import PATHS
from yumen.sandbox.wechat.forms import QUIRKS, FormAct, fitted, form_acts, read_form
from yumen.sandbox.wechat.handset import Handset
from yumen.sandbox.wechat.keeper import Keeper
from yumen.sandbox.wechat.records import App
from yumen.sandbox.wechat.shapes import LoginPressed, PhonePressed, PushesMade
from yumen.sandbox.wechat.world import World

PREFIX: Final = "sandbox.wechat.page."
PEOPLE_SHOWN: Final = 12
CALLS_SHOWN: Final = 15
PUSHES_SHOWN: Final = 10
EVENTS: Final = ("user_info_modified", "user_authorization_revoke", "user_authorization_cancellation", "text")
PAGE_HEADERS: Final = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
_WORDED: Final = frozenset(
    ("", "none", "mainland", "hongkong", "frankfurt", "errcode", "slow", "cut", "lost", "silent", "html_502")
) | {"secure", "compatible", "plain"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the last form did, shown once."""

    well: bool
    words: str
    values: list[str] = field(default_factory=list)


class ControlPage:
    """The handler of the admin port."""

    def __init__(self, world: World, api: Api, console: ConsoleSettings, handset: Handset, keeper: Keeper) -> None:
        self.world = world
        self.api = api
        self.acts = form_acts(console, handset, keeper)
        self._told: Told | None = None

    def __call__(self, request: Request) -> Answer | Awaitable[Answer]:
        """Answer one call."""
        if request.path == "/" and request.method in ("GET", "HEAD"):
            return self._guarded_page(request)
        if request.path.startswith("/do/") and request.method == "POST":
            return self._do(request)
        if request.path == "/openapi.json":
            return Answer(msgspec.json.encode(self.api.openapi()))
        return self.api.answer(request)

    def _guarded_page(self, request: Request) -> Answer | Awaitable[Answer]:
        try:
            check_origin(request)
        except Problem:
            return self.api.answer(request)  # tells it as a problem
        return Answer(self.page(request).encode(), kind=HTML, headers=PAGE_HEADERS)

    async def _do(self, request: Request) -> Answer:
        """Run a form's act, remember what to tell, and send the browser back to the page."""
        language = _language(request)
        try:
            check_origin(request)
            form_act = self.acts.get(request.path[4:])
            if form_act is None:
                raise NO_SUCH_ROUTE()
            result = await self._run(form_act, request)
            self._told = Told(well=True, words=text(f"{PREFIX}done", language), values=_values(result))
        except Problem as problem:
            self._told = Told(well=False, words=str(told(problem, language)["detail"]))
        return Answer(b"", status=303, headers=(("Location", "/?" + urlencode(_kept(request))), *PAGE_HEADERS))

    async def _run(self, form_act: FormAct, request: Request) -> Any:
        form = read_form(request.body)
        person = form.get("person", "")
        if form_act.shape is None or "person" not in form_act.shape.__struct_fields__:
            form.pop("person", None)
        ask = Ask(request, {"appid": request.query.get("app", ""), "person": person}, fitted(form_act, form))
        result = form_act.act(ask)
        return await result if inspect.isawaitable(result) else result

    def page(self, request: Request) -> str:
        """The page as HTML."""
        world, language = self.world, _language(request)
        shown, self._told = self._told, None
        app = world.apps.get(request.query.get("app", "")) or next(iter(world.apps.values()), None)
        kept = _kept(request) | ({"app": app.appid} if app else {})
        people = [person for person, _ in zip(world.people.values(), range(PEOPLE_SHOWN), strict=False)]
        return _template().render(
            lang=language,
            theme=request.query.get("theme", "") if request.query.get("theme") in ("light", "dark") else "",
            css=Markup(_read("kit/page.css")),  # noqa: S704 - our own file
            t=lambda code, **facts: text(PREFIX + str(code), language, **facts),
            worded=_WORDED,
            here=urlencode(kept),
            in_english=urlencode(kept | {"lang": "en"}),
            in_chinese=urlencode(kept | {"lang": "zh"}),
            link=lambda appid: urlencode(kept | {"app": appid}),
            clock=_shanghai(world.now()),
            shanghai=_shanghai,
            say=self._say(language),
            told=shown,
            apps=list(world.apps.values()),
            app=app,
            openids=self._openids(app),
            quirks=QUIRKS,
            paths=["/sns/jscode2session", *PATHS],
            vantage=world.settings.vantage,
            people=people,
            people_total=len(world.people),
            events=EVENTS,
            pushes=list(world.pushes.values())[: -PUSHES_SHOWN - 1 : -1],
            calls=world.journal.calls(limit=CALLS_SHOWN),
        )

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


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.from_string(_read("wechat/control.html"))


@cache
def _read(place: str) -> str:
    return resources.files("yumen.sandbox").joinpath(place).read_text(encoding="utf-8")


def _values(result: object) -> list[str]:
    """What the person must copy from the act's answer."""
    match result:
        case LoginPressed():
            return [f"js_code {result.code}"]
        case PhonePressed():
            return [f"code {result.code}", f"encryptedData {result.encryptedData}", f"iv {result.iv}"]
        case PushesMade():
            return result.pushes
    return []


def _language(request: Request) -> Language:
    asked = request.query.get("lang")
    if asked in ("en", "zh"):
        return cast("Language", asked)
    return negotiate(request.headers.get("accept-language"))


def _kept(request: Request) -> dict[str, str]:
    """What stays in the address from page to page."""
    return {name: request.query[name] for name in ("lang", "theme", "app") if name in request.query}


def _shanghai(at: float) -> str:
    return (datetime.fromtimestamp(at, UTC) + timedelta(hours=8)).strftime("%m-%d %H:%M:%S")
