"""The admin port: the JSON API, its OpenAPI document, and the control page, which works without script."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any, Final, cast, get_args
from urllib.parse import urlencode

import jinja2
import msgspec
from markupsafe import Markup

from yumen.kit.errors import Problem
from yumen.kit.i18n import Language, negotiate, text
from yumen.sandbox.kit.exchange import HTML, Answer, Request
from yumen.sandbox.kit.json_api import NO_SUCH_ROUTE, Api, Ask, check_origin, told
from yumen.sandbox.wechatpay.admin import Desks
from yumen.sandbox.wechatpay.beijing import day_of, in_bill, yuan
from yumen.sandbox.wechatpay.endpoints import NAMES
from yumen.sandbox.wechatpay.forms import QUIRKS, FormAct, fitted, form_acts, parts_of, read_form
from yumen.sandbox.wechatpay.records import (
    Attempt,
    BillFaultKind,
    Merchant,
    NoticeTroubleKind,
    TroubleKind,
)
from yumen.sandbox.wechatpay.refusals import CODES
from yumen.sandbox.wechatpay.world import World

PREFIX: Final = "sandbox.wechatpay.page."
ROWS_SHOWN: Final = 12
CALLS_SHOWN: Final = 15
PAGE_HEADERS: Final = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
_KEPT: Final = ("lang", "theme", "mchid")


@dataclass(frozen=True, slots=True)
class Told:
    """What the last form did, shown once."""

    well: bool
    words: str
    values: list[str] = field(default_factory=list)


class ControlPage:
    """The handler of the admin port."""

    def __init__(self, world: World, api: Api, desks: Desks) -> None:
        self.world = world
        self.api = api
        self.acts = form_acts(desks)
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
            values = [f"{result.kind}: {result.outcome}"] if isinstance(result, Attempt) else []
            self._told = Told(well=True, words=text(f"{PREFIX}done", language), values=values)
        except Problem as problem:
            self._told = Told(well=False, words=str(told(problem, language)["detail"]))
        return Answer(b"", status=303, headers=(("Location", "/?" + urlencode(_kept(request))), *PAGE_HEADERS))

    async def _run(self, form_act: FormAct, request: Request) -> Any:
        form = read_form(request.body)
        parts = {"mchid": request.query.get("mchid", ""), **parts_of(form_act, form)}
        result = form_act.act(Ask(request, parts, fitted(form_act, form)))
        return await result if inspect.isawaitable(result) else result

    def page(self, request: Request) -> str:
        """The page as HTML."""
        world, language = self.world, _language(request)
        shown, self._told = self._told, None
        merchant = world.merchants.get(request.query.get("mchid", "")) or next(iter(world.merchants.values()), None)
        kept = _kept(request) | ({"mchid": merchant.mchid} if merchant else {})
        return _template().render(
            lang=language,
            theme=request.query.get("theme", "") if request.query.get("theme") in ("light", "dark") else "",
            css=Markup(_read("kit/page.css")),  # noqa: S704 - our own file
            t=lambda code, **facts: text(PREFIX + str(code), language, **facts),
            here=urlencode(kept),
            in_english=urlencode(kept | {"lang": "en"}),
            in_chinese=urlencode(kept | {"lang": "zh"}),
            link=lambda mchid: urlencode(kept | {"mchid": mchid}),
            clock=in_bill(world.now())[5:],
            shanghai=lambda at: in_bill(at)[5:],
            yuan=yuan,
            today=day_of(world.now()),
            say=self._say(language),
            told=shown,
            merchants=list(world.merchants.values()),
            merchant=merchant,
            quirks=QUIRKS,
            trouble_kinds=get_args(TroubleKind),
            notice_kinds=get_args(NoticeTroubleKind),
            fault_kinds=get_args(BillFaultKind),
            endpoints=NAMES,
            error_codes=list(CODES),
            vantage=world.settings.vantage,
            signing=world.settings.signing,
            coming_share=world.settings.coming_share,
            calls=world.journal.calls(limit=CALLS_SHOWN),
            **self._records(merchant),
        )

    def _records(self, merchant: Merchant | None) -> dict[str, Any]:
        """The newest orders, refunds and notices of the merchant, and its bills with something special."""
        world, mchid = self.world, merchant.mchid if merchant else ""
        orders = (order for order in reversed(world.orders.values()) if order.mchid == mchid)
        refunds = (refund for refund in reversed(world.refunds.values()) if refund.mchid == mchid)
        notices = (notice for notice in reversed(world.notices.values()) if notice.mchid == mchid)
        return {
            "orders": list(islice(orders, ROWS_SHOWN)),
            "refunds": list(islice(refunds, ROWS_SHOWN)),
            "notices": list(islice(notices, ROWS_SHOWN)),
            "bills": [bill for bill in world.bills.values() if bill.mchid == mchid][-ROWS_SHOWN:],
        }

    def _say(self, language: Language) -> str:
        world = self.world
        calls = sum(world.metrics.values())
        failed = sum(number for (_, outcome), number in world.metrics.items() if outcome not in ("200", "204"))
        facts = {"merchants": len(world.merchants), "orders": len(world.orders), "calls": calls, "failed": failed}
        counted = text(f"{PREFIX}say", language, **facts)
        if world.clock.offset_s == 0:
            return counted
        return f"{counted} " + text(f"{PREFIX}say_moved", language, hours=f"{world.clock.offset_s / 3600:+.1f}")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.from_string(_read("wechatpay/control.html"))


@cache
def _read(place: str) -> str:
    return resources.files("yumen.sandbox").joinpath(place).read_text(encoding="utf-8")


def _language(request: Request) -> Language:
    asked = request.query.get("lang")
    if asked in ("en", "zh"):
        return cast("Language", asked)
    return negotiate(request.headers.get("accept-language"))


def _kept(request: Request) -> dict[str, str]:
    """What stays in the address from page to page."""
    return {name: request.query[name] for name in _KEPT if name in request.query}
