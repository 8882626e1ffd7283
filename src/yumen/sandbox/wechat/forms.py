"""Turn the control page's forms into calls of the admin API, so that both do the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from yumen.sandbox.kit.forms import Form, FormAct, without_empty
from yumen.sandbox.wechat.console_settings import ConsoleSettings
from yumen.sandbox.wechat.handset import Handset
from yumen.sandbox.wechat.keeper import Keeper
from yumen.sandbox.wechat.records import PushRules, Quirks, Trouble
from yumen.sandbox.wechat.shapes import (
    AppChange,
    ClockAsk,
    EventAsk,
    KillAsk,
    NewApp,
    NewPeople,
    NewPush,
    ResetAsk,
    RevokeAsk,
    SettingsChange,
)

QUIRKS: Final = Quirks.__struct_fields__


def form_acts(console: ConsoleSettings, handset: Handset, keeper: Keeper) -> dict[str, FormAct]:
    """Every form of the page by its name."""
    nothing = dict[str, object]
    person = ("person",)
    return {
        "new_app": FormAct(console.create_app, NewApp),
        "app": FormAct(console.change_app, AppChange, _app_change),
        "trouble": FormAct(console.add_trouble, Trouble, without_empty),
        "troubles_end": FormAct(console.end_troubles, None),
        "kill": FormAct(console.kill_tokens, KillAsk),
        "push": FormAct(console.set_push, NewPush),
        "rules": FormAct(console.change_app, AppChange, lambda form: {"push_rules": _rules(form)}),
        "event": FormAct(handset.push_event, EventAsk),
        "people": FormAct(handset.add_people, NewPeople),
        "login": FormAct(handset.login, None, path=person),
        "phone": FormAct(handset.phone_button, None, path=person),
        "revoke": FormAct(handset.revoke, RevokeAsk, lambda _: nothing(), path=person),
        "cancel": FormAct(handset.cancel, None, path=person),
        "clock": FormAct(keeper.move_clock, ClockAsk),
        "clock_real": FormAct(keeper.move_clock, ClockAsk),
        "settings": FormAct(keeper.change_settings, SettingsChange),
        "reset": FormAct(keeper.reset, ResetAsk),
    }


def _app_change(form: Form) -> Mapping[str, object]:
    entries = [entry.strip() for entry in form.get("allow_list", "").split(",")]
    return {
        "vantage": form.get("vantage", "none"),
        "egress_ip": form.get("egress_ip", "").strip(),
        "allow_list": [entry for entry in entries if entry],
        "secret_frozen": form.get("secret_frozen", "false"),
        "quirks": {name: form.get(name, "false") for name in QUIRKS},
    }


def _rules(form: Form) -> PushRules:
    return msgspec.convert(
        {"duplicates": form.get("duplicates", "false"), **_picked(form, "reorder_s", "late_s")}, PushRules, strict=False
    )


def _picked(form: Form, *names: str) -> Form:
    return {name: form[name] for name in names if form.get(name)}
