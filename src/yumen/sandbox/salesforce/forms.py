"""Turn the control page's forms into calls of the admin API, so that both do the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from yumen.sandbox.kit.forms import Form, FormAct, without_empty
from yumen.sandbox.kit.keeping import ClockAsk, Locks, ResetAsk
from yumen.sandbox.kit.troubles import Trouble
from yumen.sandbox.salesforce.hq_desk import HqDesk
from yumen.sandbox.salesforce.keeper import Keeper
from yumen.sandbox.salesforce.setup_desk import SetupDesk
from yumen.sandbox.salesforce.shapes import AppChange, RenameKeys

SWITCHES: Final = (
    "person_accounts",
    "refuse_deletes",
    "same_session",
    "body_of_204",
    "bulk_shuffles",
    "long_calls",
    "refuse_sessions",
)
"""Settings of the org that are on or off."""


def form_acts(setup: SetupDesk, desk: HqDesk, keeper: Keeper) -> dict[str, FormAct]:
    """Every form of the page by its name."""
    record = ("record",)
    return {
        "org": FormAct(setup.change_org, dict[str, Any], _org),
        "app": FormAct(setup.change_app, AppChange, _app, path=("client_id",)),
        "trouble": FormAct(keeper.add_trouble, Trouble, without_empty),
        "troubles_end": FormAct(keeper.end_troubles, None),
        "expire": FormAct(setup.expire_tokens, None),
        "lock": FormAct(keeper.lock, Locks, _names),
        "rename_keys": FormAct(desk.rename_keys, RenameKeys, without_empty),
        "opt_out": FormAct(desk.opt_out, None, path=record),
        "delete": FormAct(desk.delete, None, path=record),
        "undelete": FormAct(desk.undelete, None, path=record),
        "empty_bin": FormAct(desk.empty_bin, None),
        "clock": FormAct(keeper.clock, ClockAsk),
        "reset": FormAct(keeper.begin_anew, ResetAsk),
    }


def _org(form: Form) -> Mapping[str, object]:
    change: dict[str, object] = {name: form.get(name) == "true" for name in SWITCHES}
    change["daily_calls"] = int(form["daily_calls"]) if form.get("daily_calls", "").isdigit() else -1
    return change


def _app(form: Form) -> Mapping[str, object]:
    return {"approved": form.get("approved", "false"), **without_empty({"certificate": form.get("certificate", "")})}


def _names(form: Form) -> Mapping[str, object]:
    return {"names": [name for part in form.get("names", "").split(",") if (name := part.strip())]}
