"""Turn the control page's forms into calls of the admin API, so that both do the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from yumen.sandbox.hubspot.hq_desk import HqDesk
from yumen.sandbox.hubspot.keeper import Keeper
from yumen.sandbox.hubspot.setup_desk import SetupDesk
from yumen.sandbox.hubspot.shapes import AppChange, Hooks, RenameKeys
from yumen.sandbox.kit.forms import Form, FormAct, without_empty
from yumen.sandbox.kit.keeping import ClockAsk, Locks, ResetAsk
from yumen.sandbox.kit.troubles import Trouble

SWITCHES: Final = ("refuse_deletes", "shuffles", "data_privacy", "app_removed", "rotates_refresh_tokens")
"""Settings of the portal that are on or off."""
NUMBERS: Final = ("burst_max", "daily_max", "search_max")
HOOK_SWITCHES: Final = ("duplicates", "shuffles", "wrong_signature")
INBOUND: Final = (
    ("contact.propertyChange", "hs_email_optout"),
    ("contact.deletion", ""),
    ("contact.privacyDeletion", ""),
)
"""What an inbound gate wants to hear."""


def form_acts(setup: SetupDesk, desk: HqDesk, keeper: Keeper) -> dict[str, FormAct]:
    """Every form of the page by its name."""
    record = ("record",)
    return {
        "portal": FormAct(setup.change_portal, dict[str, Any], _portal),
        "hooks": FormAct(setup.set_hooks, Hooks, lambda form: {"target_url": form.get("url", ""), "events": INBOUND}),
        "hook_rules": FormAct(setup.change_hook_rules, dict[str, Any], _hook_rules),
        "rotate": FormAct(setup.change_app, AppChange, lambda _: {"rotate": True}, path=("app_id",)),
        "trouble": FormAct(keeper.add_trouble, Trouble, without_empty),
        "troubles_end": FormAct(keeper.end_troubles, None),
        "expire": FormAct(setup.expire_tokens, None),
        "lock": FormAct(keeper.lock, Locks, _names),
        "rename_keys": FormAct(desk.rename_keys, RenameKeys, without_empty),
        "opt_out": FormAct(desk.opt_out, None, path=record),
        "archive": FormAct(desk.archive, None, path=record),
        "restore": FormAct(desk.restore, None, path=record),
        "erase": FormAct(desk.erase, None, path=record),
        "clock": FormAct(keeper.clock, ClockAsk),
        "reset": FormAct(keeper.begin_anew, ResetAsk),
    }


def _portal(form: Form) -> Mapping[str, object]:
    change: dict[str, object] = {name: form.get(name) == "true" for name in SWITCHES}
    return change | {name: int(form[name]) if form.get(name, "").isdigit() else -1 for name in NUMBERS}


def _hook_rules(form: Form) -> Mapping[str, object]:
    return {name: form.get(name) == "true" for name in HOOK_SWITCHES}


def _names(form: Form) -> Mapping[str, object]:
    return {"names": [name for part in form.get("names", "").split(",") if (name := part.strip())]}
