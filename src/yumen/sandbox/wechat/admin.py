"""The admin API of the sandbox, as one table."""

from __future__ import annotations

from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.json_api import Api, Route
from yumen.sandbox.wechat.console_settings import ConsoleSettings
from yumen.sandbox.wechat.handset import Handset
from yumen.sandbox.wechat.keeper import Keeper
from yumen.sandbox.wechat.records import App, Person, Push, Trouble
from yumen.sandbox.wechat.shapes import (
    AppChange,
    ClockAsk,
    EventAsk,
    KillAsk,
    Killed,
    LoginAsk,
    LoginPressed,
    MemberShown,
    Metrics,
    NewApp,
    NewPeople,
    NewPush,
    NewSecurity,
    Overview,
    PeoplePage,
    PersonChange,
    PhonePressed,
    ProfilePressed,
    PushesMade,
    ResetAsk,
    RevokeAsk,
    SecurityShown,
    SettingsChange,
    SubscribeAsk,
    TemplateWish,
    TradeTold,
)
from yumen.sandbox.wechat.subscribe import Subscriptions
from yumen.sandbox.wechat.trade_records import SentMessage, Trade
from yumen.sandbox.wechat.trades import Trades


def build_api(
    console: ConsoleSettings, handset: Handset, keeper: Keeper, trades: Trades, subscriptions: Subscriptions
) -> Api:
    """All routes."""
    app, member = "/api/apps/{appid}", "/api/apps/{appid}/people/{person}"
    routes: list[Route] = [
        Route("GET", "/api", keeper.overview, "The sandbox at a glance", Overview),
        Route("POST", "/api/clock", keeper.move_clock, "Move the clock", Overview, ClockAsk),
        Route("PATCH", "/api/settings", keeper.change_settings, "Vantage, session rules", Overview, SettingsChange),
        Route("POST", "/api/reset", keeper.reset, "Forget everything", Overview, ResetAsk),
        Route("GET", "/api/calls", keeper.list_calls, "The newest calls, redacted", list[LogRow]),
        Route("GET", "/api/pushes", keeper.list_pushes, "The newest pushes and their attempts", list[Push]),
        Route("GET", "/api/metrics", keeper.metrics, "Counts since the start", Metrics),
        Route("GET", "/api/apps", console.list_apps, "All apps", list[App]),
        Route("POST", "/api/apps", console.create_app, "Create an app", App, NewApp),
        Route("GET", app, console.show_app, "One app", App),
        Route("PATCH", app, console.change_app, "Change an app", App, AppChange),
        Route("POST", f"{app}/troubles", console.add_trouble, "Misbehave", App, Trouble),
        Route("DELETE", f"{app}/troubles", console.end_troubles, "Behave again"),
        Route("POST", f"{app}/tokens/kill", console.kill_tokens, "End access tokens at once", Killed, KillAsk),
        Route("PUT", f"{app}/push", console.set_push, "Set message push, after verifying the URL", App, NewPush),
        Route("DELETE", f"{app}/push", console.end_push, "No message push"),
        Route("POST", f"{app}/events", handset.push_event, "Push a message", PushesMade, EventAsk),
        Route("PUT", f"{app}/security", console.set_security, "API security on", SecurityShown, NewSecurity),
        Route("POST", f"{app}/security/rotate", console.rotate_security, "Rotate the platform key", SecurityShown),
        Route("DELETE", f"{app}/security", console.end_security, "API security off"),
        Route("POST", f"{app}/logins", handset.login_many, "wx.login on many phones", list[LoginPressed], LoginAsk),
        Route("GET", member, handset.show_member, "A person as the app knows them", MemberShown),
        Route("POST", f"{member}/login", handset.login, "wx.login", LoginPressed),
        Route("POST", f"{member}/phone", handset.phone_button, "The phone button", PhonePressed),
        Route("POST", f"{member}/profile", handset.profile, "wx.getUserInfo", ProfilePressed),
        Route("POST", f"{member}/revoke", handset.revoke, "Take information back", PushesMade, RevokeAsk),
        Route("GET", "/api/people", handset.list_people, "People", PeoplePage),
        Route("POST", "/api/people", handset.add_people, "Let made-up people in", PeoplePage, NewPeople),
        Route("PATCH", "/api/people/{person}", handset.change_person, "Mark a person", Person, PersonChange),
        Route("POST", "/api/people/{person}/cancel", handset.cancel, "Close the WeChat account", PushesMade),
    ]
    routes += _trade_routes(app, trades) + _subscribe_routes(app, member, subscriptions)
    return Api("Yumen WeChat sandbox, admin API. SANDBOX / 沙箱 — this is not WeChat", routes)


def _trade_routes(app: str, trades: Trades) -> list[Route]:
    one = f"{app}/trades/{{transaction}}"
    return [
        Route("GET", f"{app}/trades", trades.list_all, "The newest trades", list[Trade]),
        Route("POST", f"{app}/trades", trades.told, "The payment side tells of a payment", Trade, TradeTold),
        Route("GET", one, trades.show, "One trade", Trade),
        Route("POST", f"{one}/refund", trades.refunded, "The payment went back whole", Trade),
        Route("POST", f"{one}/confirm", trades.confirm, "The person confirms the receipt", Trade),
    ]


def _subscribe_routes(app: str, member: str, subscriptions: Subscriptions) -> list[Route]:
    return [
        Route("PUT", f"{app}/templates", subscriptions.set_template, "A message template", App, TemplateWish),
        Route("GET", f"{app}/messages", subscriptions.list_sent, "The newest messages", list[SentMessage]),
        Route("POST", f"{member}/subscribe", subscriptions.answer, "Accept or refuse", PushesMade, SubscribeAsk),
    ]
