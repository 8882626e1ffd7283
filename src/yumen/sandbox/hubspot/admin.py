"""The admin API of the HubSpot sandbox: one table of routes."""

from __future__ import annotations

from typing import Any

from yumen.sandbox.hubspot.hq_desk import HqDesk
from yumen.sandbox.hubspot.keeper import NOTICE, Keeper
from yumen.sandbox.hubspot.records import App, Delivery, HookRules, Kind, Portal, Property, Subscription
from yumen.sandbox.hubspot.setup_desk import SetupDesk
from yumen.sandbox.hubspot.shapes import (
    AppChange,
    Hooks,
    HqChange,
    Overview,
    RecordShown,
    Rename,
    Renamed,
    RenameKeys,
)
from yumen.sandbox.kit.arrivals import Arrival
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.json_api import Api, Route
from yumen.sandbox.kit.keeping import ClockAsk, Counted, Ended, LetterShown, Locks, ResetAsk
from yumen.sandbox.kit.troubles import Trouble


def build_api(setup: SetupDesk, desk: HqDesk, keeper: Keeper) -> Api:
    """All routes."""
    kind, record = "/api/objects/{object}", "/api/records/{object}/{record}"
    routes: list[Route] = [
        Route("GET", "/api", keeper.overview, "The sandbox at a glance", Overview),
        Route("POST", "/api/clock", keeper.clock, "Move the clock", Overview, ClockAsk),
        Route("POST", "/api/reset", keeper.begin_anew, "Forget everything", Overview, ResetAsk),
        Route("GET", "/api/calls", keeper.list_calls, "The newest calls, without values", list[LogRow]),
        Route("GET", "/api/metrics", keeper.metrics, "Counts since the start", list[Counted]),
        Route("GET", "/api/arrivals", keeper.list_arrivals, "Changes of records in their order", list[Arrival]),
        Route("GET", "/api/letters", keeper.list_letters, "Calls as they came", list[LetterShown]),
        Route("GET", "/api/deliveries", keeper.list_deliveries, "Deliveries of events", list[Delivery]),
        Route("PATCH", "/api/portal", setup.change_portal, "Limits and behaviour", Portal, dict[str, Any]),
        Route("PATCH", "/api/hook-rules", setup.change_hook_rules, "How events go out", HookRules, dict[str, Any]),
        Route("PUT", "/api/hooks", setup.set_hooks, "Where events go, and which", list[Subscription], Hooks),
        Route("GET", "/api/apps", setup.list_apps, "All apps", list[App]),
        Route("PATCH", "/api/apps/{app_id}", setup.change_app, "Change an app, rotate its token", App, AppChange),
        Route("POST", "/api/troubles", keeper.add_trouble, "Misbehave", list[Trouble], Trouble),
        Route("DELETE", "/api/troubles", keeper.end_troubles, "Behave again"),
        Route("POST", "/api/tokens/expire", setup.expire_tokens, "End every OAuth access token", Ended),
        Route("PUT", "/api/locks", keeper.lock, "Lock records", Locks, Locks),
        Route("GET", "/api/objects", setup.list_kinds, "Objects and properties", list[Kind]),
        Route("PUT", f"{kind}/properties/{{property}}", setup.set_property, "Set a property", Kind, Property),
        Route("DELETE", f"{kind}/properties/{{property}}", setup.drop_property, "Take a property away"),
        Route("POST", f"{kind}/rename", setup.rename_property, "Rename a property", Kind, Rename),
        Route("POST", f"{kind}/rename-keys", desk.rename_keys, "Rename unique values", Renamed, RenameKeys),
        Route("GET", "/api/records/{object}", desk.list_records, "Records", list[RecordShown]),
        Route("GET", record, desk.show, "One record, by id or unique value", RecordShown),
        Route("PATCH", record, desk.change, "HQ changes a record", RecordShown, HqChange),
        Route("POST", f"{record}/opt-out", desk.opt_out, "The person opts out at HQ", RecordShown),
        Route("DELETE", record, desk.archive, "HQ deletes a record", RecordShown),
        Route("POST", f"{record}/restore", desk.restore, "HQ brings a record back", RecordShown),
        Route("POST", f"{record}/erase", desk.erase, "HQ deletes a record for privacy"),
    ]
    return Api(f"Yumen HubSpot sandbox, admin API. {NOTICE}", routes)
