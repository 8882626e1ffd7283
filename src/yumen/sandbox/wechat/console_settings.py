"""Do what a developer does in Tencent's console: apps, secrets, allow-list, message push, API security."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from msgspec import UNSET

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.wire import is_loopback
from yumen.sandbox.wechat import tokens
from yumen.sandbox.wechat.codes import (
    ADDRESS_INVALID,
    APP_EXISTS,
    KEY_UNFIT,
    PUSH_NOT_LOOPBACK,
    PUSH_NOT_VERIFIED,
    SECURITY_OFF,
)
from yumen.sandbox.wechat.lookup import check_vantage, get_app
from yumen.sandbox.wechat.push_delivery import Postman
from yumen.sandbox.wechat.records import App, PushTarget, Security, Trouble
from yumen.sandbox.wechat.security_keys import BadKey, begin_rotation, turn_on
from yumen.sandbox.wechat.shapes import AppChange, KillAsk, Killed, NewApp, NewPush, NewSecurity, SecurityShown
from yumen.sandbox.wechat.world import World, new_app


class ConsoleSettings:
    """The console of every app."""

    def __init__(self, world: World, postman: Postman) -> None:
        self.world = world
        self.postman = postman

    def list_apps(self, _: Ask) -> list[App]:
        """All of them."""
        return list(self.world.apps.values())

    def show_app(self, ask: Ask) -> App:
        """One, with its secret."""
        return get_app(self.world, ask)

    def create_app(self, ask: Ask) -> App:
        """A new app; identifiers are made up unless given."""
        wish: NewApp = ask.body
        app = new_app(wish.name, wish.open_platform)
        app.appid = app.appid if wish.appid is UNSET else wish.appid
        app.secret = app.secret if wish.secret is UNSET else wish.secret
        app.original_id = app.original_id if wish.original_id is UNSET else wish.original_id
        if app.appid in self.world.apps:
            raise APP_EXISTS(at="/appid")
        return self.world.add_app(app)

    def change_app(self, ask: Ask) -> App:
        """Set what is given."""
        app = get_app(self.world, ask)
        change: AppChange = ask.body
        if change.vantage is not UNSET:
            check_vantage(change.vantage)
        if change.allow_list is not UNSET:
            _check_addresses(change.allow_list)
        for name in change.__struct_fields__:
            value = getattr(change, name)
            if value is not UNSET:
                setattr(app, name, value)
        return self._saved(app)

    def add_trouble(self, ask: Ask) -> App:
        """One more misbehaviour."""
        app = get_app(self.world, ask)
        trouble: Trouble = ask.body
        app.troubles.append(trouble)
        return self._saved(app)

    def end_troubles(self, ask: Ask) -> None:
        """Behave again."""
        app = get_app(self.world, ask)
        app.troubles.clear()
        self._saved(app)

    def kill_tokens(self, ask: Ask) -> Killed:
        """End living access tokens at once, as a refresh by another party would."""
        wish: KillAsk = ask.body
        return Killed(tokens=tokens.kill(self.world, get_app(self.world, ask), wish.family))

    async def set_push(self, ask: Ask) -> App:
        """Save the message push settings after verifying the URL."""
        app = get_app(self.world, ask)
        wish: NewPush = ask.body
        if not is_loopback(_host(wish.url)):
            raise PUSH_NOT_LOOPBACK(at="/url")
        target = PushTarget(
            url=wish.url,
            token=wish.token,
            encoding_aes_key=wish.encoding_aes_key,
            mode=wish.mode,
            format=wish.format,
        )
        if wish.verify and (fault := await self.postman.verify(target)):
            raise PUSH_NOT_VERIFIED(at="/url", reason=fault)
        app.push = target
        return self._saved(app)

    def end_push(self, ask: Ask) -> None:
        """No message push any more; what waits will be dropped."""
        app = get_app(self.world, ask)
        app.push = None
        self._saved(app)

    def set_security(self, ask: Ask) -> SecurityShown:
        """Turn API security on, with new keys."""
        app = get_app(self.world, ask)
        wish: NewSecurity = ask.body
        try:
            app.security = turn_on(wish.cipher, wish.signing, wish.developer_public)
        except BadKey:
            raise KEY_UNFIT(at="/developer_public") from None
        self._saved(app)
        return _shown(app.security)

    def rotate_security(self, ask: Ask) -> SecurityShown:
        """Begin a platform certificate rotation: answers carry both signatures."""
        app = get_app(self.world, ask)
        if app.security is None:
            raise SECURITY_OFF()
        begin_rotation(app)
        self._saved(app)
        return _shown(app.security)

    def end_security(self, ask: Ask) -> None:
        """Turn API security off."""
        app = get_app(self.world, ask)
        app.security = None
        self._saved(app)

    def _saved(self, app: App) -> App:
        return self.world.keep("app", app.appid, app)


def _shown(security: Security) -> SecurityShown:
    return SecurityShown(
        symmetric_sn=security.symmetric_sn,
        symmetric_key=security.symmetric_key,
        developer_sn=security.developer.sn if security.developer else "",
        platform_sn=security.platform.sn,
        platform_public=security.platform.public,
        previous_platform_sn=security.previous_platform.sn if security.previous_platform else "",
    )


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in ("http", "https") else ""


def _check_addresses(entries: list[str]) -> None:
    for number, entry in enumerate(entries):
        try:
            ipaddress.ip_network(entry, strict=False)
        except ValueError:
            raise ADDRESS_INVALID(at=f"/allow_list/{number}") from None
