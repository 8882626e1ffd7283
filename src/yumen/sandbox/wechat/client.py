"""Drive the sandbox from a demo or a test: an asynchronous client of its admin API."""

from __future__ import annotations

from typing import Any

import msgspec

from yumen.sandbox.kit.admin_client import AdminClient, AdminRefused
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.wechat.records import App, Person, Push, Trouble
from yumen.sandbox.wechat.shapes import (
    Killed,
    LoginPressed,
    MemberShown,
    Metrics,
    Overview,
    PeoplePage,
    PhonePressed,
    ProfilePressed,
    PushesMade,
    SecurityShown,
)
from yumen.sandbox.wechat.trade_records import SentMessage, Trade

__all__ = ["Admin", "AdminRefused"]


class Admin(AdminClient):
    """Open it with `async with Admin("http://127.0.0.1:…")`. Every method raises AdminRefused on a problem."""

    async def overview(self) -> Overview:
        """The sandbox at a glance."""
        return await self._ask("GET", "/api", Overview)

    async def reset(self, seed: int | None = None) -> Overview:
        """Forget everything."""
        return await self._ask("POST", "/api/reset", Overview, {} if seed is None else {"seed": seed})

    async def advance_clock(self, seconds: float) -> Overview:
        """Move the sandbox's clock on."""
        return await self._ask("POST", "/api/clock", Overview, {"advance_s": seconds})

    async def set_vantage(self, vantage: str, appid: str | None = None) -> None:
        """Where the caller seems to sit: none, mainland, hongkong, frankfurt; for one app or for all."""
        path = "/api/settings" if appid is None else f"/api/apps/{appid}"
        await self._ask("PATCH", path, Any, {"vantage": vantage})

    async def change_settings(self, **settings: object) -> Overview:
        """`session_rules={...}`, `vantage=...`."""
        return await self._ask("PATCH", "/api/settings", Overview, settings)

    async def create_app(self, **wish: object) -> App:
        """`name`, `appid`, `secret`, `original_id`, `open_platform`; what is left out is made up."""
        return await self._ask("POST", "/api/apps", App, wish)

    async def app(self, appid: str) -> App:
        """One app."""
        return await self._ask("GET", f"/api/apps/{appid}", App)

    async def change_app(self, appid: str, **change: object) -> App:
        """Any of the fields of `shapes.AppChange`."""
        return await self._ask("PATCH", f"/api/apps/{appid}", App, change)

    async def trouble(self, appid: str, kind: str, **more: object) -> App:
        """Misbehave; kinds and fields are those of `records.Trouble`."""
        trouble = msgspec.convert({"kind": kind, **more}, Trouble)
        return await self._ask("POST", f"/api/apps/{appid}/troubles", App, trouble)

    async def end_troubles(self, appid: str) -> None:
        """Behave again."""
        await self._ask("DELETE", f"/api/apps/{appid}/troubles", None)

    async def kill_tokens(self, appid: str, family: str = "stable") -> int:
        """End the living access tokens of a family (`stable`, `plain`) at once."""
        return (await self._ask("POST", f"/api/apps/{appid}/tokens/kill", Killed, {"family": family})).tokens

    async def add_people(self, count: int = 1) -> list[Person]:
        """Let made-up people in; the same ones in the same order for the same seed."""
        return (await self._ask("POST", "/api/people", PeoplePage, {"count": count})).people

    async def people(self, limit: int = 100) -> list[Person]:
        """The first ones."""
        return (await self._ask("GET", f"/api/people?limit={limit}", PeoplePage)).people

    async def mark_high_risk(self, person: str, high_risk: bool = True) -> Person:
        """Login of that person answers 40226."""
        return await self._ask("PATCH", f"/api/people/{person}", Person, {"high_risk": high_risk})

    async def login(self, appid: str, person: str) -> str:
        """wx.login: the js_code."""
        return (await self._ask("POST", f"/api/apps/{appid}/people/{person}/login", LoginPressed)).code

    async def logins(self, appid: str, count: int) -> list[LoginPressed]:
        """wx.login by the first `count` people (made when missing); at most 100,000 a call."""
        return await self._ask("POST", f"/api/apps/{appid}/logins", list[LoginPressed], {"count": count})

    async def phone(self, appid: str, person: str) -> PhonePressed:
        """The phone button: code, encryptedData, iv."""
        return await self._ask("POST", f"/api/apps/{appid}/people/{person}/phone", PhonePressed)

    async def profile(self, appid: str, person: str) -> ProfilePressed:
        """wx.getUserInfo: rawData, signature, encryptedData, iv."""
        return await self._ask("POST", f"/api/apps/{appid}/people/{person}/profile", ProfilePressed)

    async def member(self, appid: str, person: str) -> MemberShown:
        """openid, unionid, present session key."""
        return await self._ask("GET", f"/api/apps/{appid}/people/{person}", MemberShown)

    async def revoke(self, appid: str, person: str, *info: str) -> list[str]:
        """The person takes information back (8 = phone number); answers the pushes made."""
        body = {"info": list(info or ("8",))}
        return (await self._ask("POST", f"/api/apps/{appid}/people/{person}/revoke", PushesMade, body)).pushes

    async def cancel(self, person: str) -> list[str]:
        """The person closes the WeChat account; answers the pushes made."""
        return (await self._ask("POST", f"/api/people/{person}/cancel", PushesMade)).pushes

    async def set_push(self, appid: str, url: str, token: str, encoding_aes_key: str, **more: object) -> App:
        """Message push settings; the URL is verified first. `mode`, `format`, `verify`."""
        body = {"url": url, "token": token, "encoding_aes_key": encoding_aes_key, **more}
        return await self._ask("PUT", f"/api/apps/{appid}/push", App, body)

    async def push(self, appid: str, event: str, person: str, **more: object) -> list[str]:
        """Push one message: an event's name or `text`; `info`, `content`."""
        body = {"event": event, "person": person, **more}
        return (await self._ask("POST", f"/api/apps/{appid}/events", PushesMade, body)).pushes

    async def pushes(self, limit: int = 100) -> list[Push]:
        """The newest pushes and their attempts."""
        return await self._ask("GET", f"/api/pushes?limit={limit}", list[Push])

    async def tell_trade(self, appid: str, **told: object) -> Trade:
        """A payment, as the payment side tells it: fields of `shapes.TradeTold`."""
        return await self._ask("POST", f"/api/apps/{appid}/trades", Trade, told)

    async def trades(self, appid: str, limit: int = 100) -> list[Trade]:
        """The newest trades of shipping management."""
        return await self._ask("GET", f"/api/apps/{appid}/trades?limit={limit}", list[Trade])

    async def confirm_receipt(self, appid: str, transaction_id: str) -> Trade:
        """The person confirms in the order component."""
        return await self._ask("POST", f"/api/apps/{appid}/trades/{transaction_id}/confirm", Trade)

    async def refund_trade(self, appid: str, transaction_id: str) -> Trade:
        """The payment went back whole."""
        return await self._ask("POST", f"/api/apps/{appid}/trades/{transaction_id}/refund", Trade)

    async def set_template(self, appid: str, name: str, *keys: str) -> App:
        """A subscribe message template: its id and the keys of its data."""
        return await self._ask("PUT", f"/api/apps/{appid}/templates", App, {"id": name, "keys": list(keys)})

    async def subscribe(self, appid: str, person: str, template: str, accepted: bool = True) -> list[str]:
        """wx.requestSubscribeMessage; answers the pushes made."""
        body = {"template": template, "accepted": accepted}
        return (await self._ask("POST", f"/api/apps/{appid}/people/{person}/subscribe", PushesMade, body)).pushes

    async def messages(self, appid: str) -> list[SentMessage]:
        """The newest subscribe messages that went out."""
        return await self._ask("GET", f"/api/apps/{appid}/messages", list[SentMessage])

    async def set_security(self, appid: str, developer_public: str, **more: object) -> SecurityShown:
        """API security on: `cipher`, `signing`."""
        body = {"developer_public": developer_public, **more}
        return await self._ask("PUT", f"/api/apps/{appid}/security", SecurityShown, body)

    async def rotate_security(self, appid: str) -> SecurityShown:
        """Begin a platform certificate rotation."""
        return await self._ask("POST", f"/api/apps/{appid}/security/rotate", SecurityShown)

    async def end_security(self, appid: str) -> None:
        """API security off."""
        await self._ask("DELETE", f"/api/apps/{appid}/security", None)

    async def calls(self, limit: int = 100, path: str = "", appid: str = "") -> list[LogRow]:
        """The newest calls, redacted."""
        return await self._ask("GET", f"/api/calls?limit={limit}&path={path}&appid={appid}", list[LogRow])

    async def metrics(self) -> Metrics:
        """Counts since the sandbox started."""
        return await self._ask("GET", "/api/metrics", Metrics)
