"""Set the portal up: apps and scopes, limits, properties, hooks, locks, misbehaviour."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from yumen.sandbox.hubspot.codes import (
    APP_UNKNOWN,
    EVENT_UNKNOWN,
    HOOK_NOT_LOOPBACK,
    OBJECT_UNKNOWN,
    PROPERTY_UNKNOWN,
)
from yumen.sandbox.hubspot.events import EVENT_TYPES
from yumen.sandbox.hubspot.filing import keys_of
from yumen.sandbox.hubspot.hook_desk import add_subscription
from yumen.sandbox.hubspot.oauth import GRACE_S
from yumen.sandbox.hubspot.records import App, HookRules, Kind, Portal, Property, Subscription
from yumen.sandbox.hubspot.shapes import AppChange, Hooks, Rename
from yumen.sandbox.hubspot.world import World, new_private_token
from yumen.sandbox.kit.json_api import BODY_INVALID, Ask
from yumen.sandbox.kit.keeping import Ended
from yumen.sandbox.kit.sender import NoLoopback, read_target


class SetupDesk:
    """What an administrator of the portal does, and what nobody could."""

    def __init__(self, world: World) -> None:
        self.world = world

    def list_apps(self, _: Ask) -> list[App]:
        """All apps, with their secrets: they are worth nothing elsewhere."""
        return list(self.world.apps.values())

    def change_app(self, ask: Ask) -> App:
        """Set what is given; rotate the private token."""
        number = ask.parts["app_id"]
        app = self.world.apps.get(int(number)) if number.isdigit() else None
        if app is None:
            raise APP_UNKNOWN()
        wish: AppChange = ask.body
        for name in ("client_secret", "token", "refresh_token", "scopes"):
            value = getattr(wish, name)
            if value is not UNSET:
                setattr(app, name, value)
        if wish.rotate:
            app.old_tokens[app.token] = self.world.now() + GRACE_S
            app.token = new_private_token()
        return self.world.keep("app", str(app.app_id), app)

    def change_portal(self, ask: Ask) -> Portal:
        """Set what is given; the fields are those of `records.Portal`."""
        settings = self.world.settings
        try:
            settings.portal = msgspec.convert({**msgspec.to_builtins(settings.portal), **ask.body}, Portal)
        except msgspec.ValidationError as fault:
            raise BODY_INVALID(at="/", reason=str(fault)[:200]) from None
        self.world.save_settings()
        return settings.portal

    def change_hook_rules(self, ask: Ask) -> HookRules:
        """How deliveries behave; the fields are those of `records.HookRules`."""
        settings = self.world.settings
        try:
            settings.hook_rules = msgspec.convert({**msgspec.to_builtins(settings.hook_rules), **ask.body}, HookRules)
        except msgspec.ValidationError as fault:
            raise BODY_INVALID(at="/", reason=str(fault)[:200]) from None
        self.world.save_settings()
        return settings.hook_rules

    def set_hooks(self, ask: Ask) -> list[Subscription]:
        """Where events go, and which: replaces what was."""
        wish: Hooks = ask.body
        try:
            read_target(wish.target_url)
        except NoLoopback:
            raise HOOK_NOT_LOOPBACK(at="/target_url") from None
        for number, (kind, name) in enumerate(wish.events):
            if kind not in EVENT_TYPES or (kind.endswith(".propertyChange") and not name):
                raise EVENT_UNKNOWN(at=f"/events/{number}")
        settings = self.world.settings
        settings.target_url = wish.target_url
        settings.subscriptions = []
        for kind, name in wish.events:
            add_subscription(self.world, kind, name, active=True)
        return settings.subscriptions

    def expire_tokens(self, _: Ask) -> Ended:
        """End every OAuth access token at once."""
        return Ended(tokens=self.world.end_accesses(self.world.now()))

    def list_kinds(self, _: Ask) -> list[Kind]:
        """Objects and their properties."""
        return list(self.world.kinds.values())

    def set_property(self, ask: Ask) -> Kind:
        """Create or change a property without the API's rules: shorter, other options, another type."""
        kind, wish = self._kind(ask), ask.body
        assert isinstance(wish, Property)
        wish.name = ask.parts["property"]
        kind.properties[wish.name] = wish
        return self._saved(kind)

    def drop_property(self, ask: Ask) -> None:
        """Take a property away: the portal's schema has drifted."""
        kind = self._kind(ask)
        if kind.properties.pop(ask.parts["property"], None) is None:
            raise PROPERTY_UNKNOWN()
        self._saved(kind)

    def rename_property(self, ask: Ask) -> Kind:
        """Give a property another name; its values come along."""
        kind, wish = self._kind(ask), ask.body
        assert isinstance(wish, Rename)
        known = kind.properties.pop(wish.property, None)
        if known is None:
            raise PROPERTY_UNKNOWN(at="/property")
        known.name = wish.to
        kind.properties[known.name] = known
        kind.changed()
        for row in list(self.world.shelf.scan(kind.name)):
            value = row.fields.pop(wish.property, None)
            if value is not None:
                row.fields[wish.to] = value
                before = {wish.property: str(value).lower()}
                self.world.shelf.put(kind.name, row, keys_of(kind, row.fields), before)
        return self._saved(kind)

    def _kind(self, ask: Ask) -> Kind:
        kind = self.world.kinds.get(ask.parts["object"])
        if kind is None:
            raise OBJECT_UNKNOWN()
        return kind

    def _saved(self, kind: Kind) -> Kind:
        kind.changed()
        return self.world.keep("kind", kind.name, kind)
