"""The admin API of the Salesforce sandbox: one table of routes."""

from __future__ import annotations

from typing import Any

from yumen.sandbox.kit.arrivals import Arrival
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.json_api import Api, Route
from yumen.sandbox.kit.keeping import ClockAsk, Counted, Ended, LetterShown, Locks, ResetAsk
from yumen.sandbox.kit.troubles import Trouble
from yumen.sandbox.salesforce.hq_desk import HqDesk
from yumen.sandbox.salesforce.keeper import NOTICE, Keeper
from yumen.sandbox.salesforce.records import App, Field, Job, Object, Org
from yumen.sandbox.salesforce.setup_desk import SetupDesk
from yumen.sandbox.salesforce.shapes import (
    AppChange,
    HqChange,
    Overview,
    RecordShown,
    Rename,
    Renamed,
    RenameKeys,
    Rules,
)


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
        Route("GET", "/api/jobs", keeper.list_jobs, "Bulk jobs", list[Job]),
        Route("PATCH", "/api/org", setup.change_org, "Limits and behaviour of the org", Org, dict[str, Any]),
        Route("GET", "/api/apps", setup.list_apps, "All apps", list[App]),
        Route("POST", "/api/apps", setup.create_app, "Create an app", App, AppChange),
        Route("PATCH", "/api/apps/{client_id}", setup.change_app, "Change an app", App, AppChange),
        Route("POST", "/api/troubles", keeper.add_trouble, "Misbehave", list[Trouble], Trouble),
        Route("DELETE", "/api/troubles", keeper.end_troubles, "Behave again"),
        Route("POST", "/api/tokens/expire", setup.expire_tokens, "End every access token", Ended),
        Route("PUT", "/api/locks", keeper.lock, "Lock rows", Locks, Locks),
        Route("PUT", "/api/rules", setup.set_rules, "Validation and duplicate rules", Rules, Rules),
        Route("GET", "/api/objects", setup.list_objects, "Objects and fields", list[Object]),
        Route("PUT", kind, setup.set_object, "Create or replace an object", Object, Object),
        Route("PUT", f"{kind}/fields/{{field}}", setup.set_field, "Create or change a field", Object, Field),
        Route("DELETE", f"{kind}/fields/{{field}}", setup.drop_field, "Take a field away"),
        Route("POST", f"{kind}/rename", setup.rename_field, "Rename a field", Object, Rename),
        Route("POST", f"{kind}/rename-keys", desk.rename_keys, "Rename external ids", Renamed, RenameKeys),
        Route("GET", "/api/records/{object}", desk.list_records, "Records", list[RecordShown]),
        Route("GET", record, desk.show, "One record, by id or external id", RecordShown),
        Route("PATCH", record, desk.change, "HQ changes a record", RecordShown, HqChange),
        Route("POST", f"{record}/opt-out", desk.opt_out, "The person opts out at HQ", RecordShown),
        Route("DELETE", record, desk.delete, "HQ deletes a record", RecordShown),
        Route("POST", f"{record}/undelete", desk.undelete, "HQ brings a record back", RecordShown),
        Route("POST", "/api/bin/empty", desk.empty_bin, "Empty the recycle bin", Renamed),
    ]
    return Api(f"Yumen Salesforce sandbox, admin API. {NOTICE}", routes)
