"""Set the org up: apps and certificates, limits, objects and fields, rules, locks, misbehaviour."""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET

from yumen.sandbox.kit.json_api import BODY_INVALID, Ask
from yumen.sandbox.kit.keeping import Ended
from yumen.sandbox.salesforce.codes import (
    APP_EXISTS,
    APP_UNKNOWN,
    FIELD_UNKNOWN,
    KEY_UNFIT,
    OBJECT_UNKNOWN,
    PATTERN_UNFIT,
)
from yumen.sandbox.salesforce.filing import key_text, keys_of
from yumen.sandbox.salesforce.login import read_public_key
from yumen.sandbox.salesforce.records import App, Object, Org
from yumen.sandbox.salesforce.shapes import AppChange, Rename, Rules
from yumen.sandbox.salesforce.world import World, new_app


class SetupDesk:
    """What an administrator of the org does, and what nobody could."""

    def __init__(self, world: World) -> None:
        self.world = world

    def list_apps(self, _: Ask) -> list[App]:
        """All apps, with their secrets: they are worth nothing elsewhere."""
        return list(self.world.apps.values())

    def create_app(self, ask: Ask) -> App:
        """A new app."""
        app, wish = new_app(), ask.body
        if wish.client_id is not UNSET:
            if wish.client_id in self.world.apps:
                raise APP_EXISTS(at="/client_id")
            app.client_id = wish.client_id
        return self.world.add_app(_changed(app, wish))

    def change_app(self, ask: Ask) -> App:
        """Set what is given: the certificate of the JWT flow, approval, the user."""
        app = self.world.apps.get(ask.parts["client_id"])
        if app is None:
            raise APP_UNKNOWN()
        return self.world.keep("app", app.client_id, _changed(app, ask.body))

    def change_org(self, ask: Ask) -> Org:
        """Set what is given; the fields are those of `records.Org`."""
        settings = self.world.settings
        try:
            settings.org = msgspec.convert({**msgspec.to_builtins(settings.org), **ask.body}, Org)
        except msgspec.ValidationError as fault:
            raise BODY_INVALID(at="/", reason=str(fault)[:200]) from None
        self.world.save_settings()
        return settings.org

    def expire_tokens(self, _: Ask) -> Ended:
        """End every access token at once."""
        return Ended(tokens=self.world.end_sessions())

    def set_rules(self, ask: Ask) -> Rules:
        """Validation rules and duplicate rules."""
        wish, settings = ask.body, self.world.settings
        if wish.validation is not UNSET:
            for number, rule in enumerate(wish.validation):
                _check_pattern(rule.pattern, number)
            settings.rules = wish.validation
        if wish.duplicates is not UNSET:
            settings.duplicates = wish.duplicates
        self.world.save_settings()
        return Rules(validation=settings.rules, duplicates=settings.duplicates)

    def list_objects(self, _: Ask) -> list[Object]:
        """Objects and their fields."""
        return list(self.world.objects.values())

    def set_object(self, ask: Ask) -> Object:
        """Create or replace an object."""
        kind: Object = ask.body
        kind.name = ask.parts["object"]
        self.world.objects[kind.name] = kind
        return self._saved(kind)

    def set_field(self, ask: Ask) -> Object:
        """Create or change a field: another type, shorter, required, other choices."""
        kind, field = self._kind(ask), ask.body
        field.name = ask.parts["field"]
        kind.fields[field.name] = field
        return self._saved(kind)

    def drop_field(self, ask: Ask) -> None:
        """Take a field away: the org's schema has drifted."""
        kind = self._kind(ask)
        if kind.fields.pop(ask.parts["field"], None) is None:
            raise FIELD_UNKNOWN()
        self._saved(kind)

    def rename_field(self, ask: Ask) -> Object:
        """Give a field another name; its values come along."""
        kind, wish = self._kind(ask), ask.body
        assert isinstance(wish, Rename)
        field = kind.fields.pop(wish.field, None)
        if field is None:
            raise FIELD_UNKNOWN(at="/field")
        field.name = wish.to
        kind.fields[field.name] = field
        kind.changed()
        for row in list(self.world.shelf.scan(kind.name)):
            value = row.fields.pop(wish.field, None)
            if value is not None:
                row.fields[wish.to] = value
                before = {wish.field: key_text(field, value)}
                self.world.shelf.put(kind.name, row, keys_of(kind, row.fields), before)
        return self._saved(kind)

    def _kind(self, ask: Ask) -> Object:
        kind = self.world.objects.get(ask.parts["object"])
        if kind is None:
            raise OBJECT_UNKNOWN()
        return kind

    def _saved(self, kind: Object) -> Object:
        kind.changed()
        return self.world.keep("object", kind.name, kind)


def _changed(app: App, wish: AppChange) -> App:
    if wish.certificate is not UNSET and wish.certificate and read_public_key(wish.certificate) is None:
        raise KEY_UNFIT(at="/certificate")
    for name in ("client_secret", "name", "certificate", "username", "approved"):
        value = getattr(wish, name)
        if value is not UNSET:
            setattr(app, name, value)
    return app


def _check_pattern(pattern: str, number: int) -> None:
    try:
        re.compile(pattern)
    except re.error:
        raise PATTERN_UNFIT(at=f"/validation/{number}/pattern") from None
