"""Turn the control page's forms into calls of the admin API, so that both do the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from yumen.sandbox.kit.json_api import BODY_INVALID, Ask
from yumen.sandbox.kit.parse import Malformed, read_query
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

Form = dict[str, str]
Act = Callable[[Ask], Any | Awaitable[Any]]
QUIRKS: Final = Quirks.__struct_fields__


@dataclass(frozen=True, slots=True)
class FormAct:
    """What a form does: the call, the shape of its body, and how its fields become that body."""

    act: Act
    shape: Any
    fit: Callable[[Form], Mapping[str, object]] = dict


def form_acts(console: ConsoleSettings, handset: Handset, keeper: Keeper) -> dict[str, FormAct]:
    """Every form of the page by its name."""
    nothing = dict[str, object]
    return {
        "new_app": FormAct(console.create_app, NewApp),
        "app": FormAct(console.change_app, AppChange, _app_change),
        "trouble": FormAct(console.add_trouble, Trouble, _without_empty),
        "troubles_end": FormAct(console.end_troubles, None),
        "kill": FormAct(console.kill_tokens, KillAsk),
        "push": FormAct(console.set_push, NewPush),
        "rules": FormAct(console.change_app, AppChange, lambda form: {"push_rules": _rules(form)}),
        "event": FormAct(handset.push_event, EventAsk),
        "people": FormAct(handset.add_people, NewPeople),
        "login": FormAct(handset.login, None),
        "phone": FormAct(handset.phone_button, None),
        "revoke": FormAct(handset.revoke, RevokeAsk, lambda _: nothing()),
        "cancel": FormAct(handset.cancel, None),
        "clock": FormAct(keeper.move_clock, ClockAsk),
        "clock_real": FormAct(keeper.move_clock, ClockAsk),
        "settings": FormAct(keeper.change_settings, SettingsChange),
        "reset": FormAct(keeper.reset, ResetAsk),
    }


def read_form(body: bytes) -> Form:
    """Names and values of a posted form."""
    try:
        return read_query(body.decode()) if body else {}
    except (UnicodeDecodeError, Malformed):
        raise BODY_INVALID(at="/", reason="form") from None


def fitted(form_act: FormAct, form: Form) -> Any:
    """The typed body; texts become numbers and truths where the shape wants them."""
    if form_act.shape is None:
        return None
    try:
        return msgspec.convert(form_act.fit(form), form_act.shape, strict=False)
    except msgspec.ValidationError as fault:
        reason, _, place = str(fault).partition(" - at ")
        raise BODY_INVALID(at=place.strip("`$").replace(".", "/") or "/", reason=reason[:200]) from None


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


def _without_empty(form: Form) -> Form:
    return {name: value for name, value in form.items() if value}
