"""The control page of the Salesforce sandbox: what it shows, and which record a form is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from yumen.kit.i18n import Language, text
from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.form_page import FormPage
from yumen.sandbox.kit.forms import Form, FormAct
from yumen.sandbox.kit.json_api import Api
from yumen.sandbox.kit.keeping import Ended
from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.salesforce.allocation import used
from yumen.sandbox.salesforce.filing import first_key
from yumen.sandbox.salesforce.forms import SWITCHES, form_acts
from yumen.sandbox.salesforce.hq_desk import OPT_OUTS, HqDesk
from yumen.sandbox.salesforce.keeper import Keeper
from yumen.sandbox.salesforce.records import Object
from yumen.sandbox.salesforce.setup_desk import SetupDesk
from yumen.sandbox.salesforce.shapes import Renamed
from yumen.sandbox.salesforce.world import World

PREFIX: Final = "sandbox.salesforce.page."
RECORDS_SHOWN: Final = 15
CALLS_SHOWN: Final = 15
FIELDS_SHOWN: Final = 70
"""Characters of a record's fields on its line."""
ARRIVALS_SHOWN: Final = 12
TROUBLES: Final = (
    "error", "record", "cut", "lost", "silent", "slow", "torn", "half", "html", "redirect", "huge", "wrong_count",
    "partial", "expire",
)  # fmt: skip
_DULL: Final = ("Is", "Created", "LastModified", "System", "Owner", "HasOpted", "DoNot")
CODES: Final = (
    "UNABLE_TO_LOCK_ROW",
    "REQUEST_LIMIT_EXCEEDED",
    "SERVER_UNAVAILABLE",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
)


class ControlPage(FormPage):
    """The handler of the admin port."""

    prefix = PREFIX
    template = "salesforce/control.html"
    kept = ("lang", "theme", "object")

    def __init__(self, world: World, api: Api, setup: SetupDesk, desk: HqDesk, keeper: Keeper) -> None:
        super().__init__(api, form_acts(setup, desk, keeper))
        self.world = world

    def parts(self, request: Request, form_act: FormAct, form: Form) -> dict[str, str]:
        """The object in the address, the record in the form."""
        return {"object": self._object(request).name, **form_act.parts(form)}

    def values(self, result: object) -> list[str]:
        """How many that changed."""
        match result:
            case Ended(tokens=number) | Renamed(records=number):
                return [str(number)]
        return []

    def shown(self, request: Request, language: Language) -> dict[str, Any]:
        """Objects, records, arrivals, calls and troubles."""
        world = self.world
        kind = self._object(request)
        rows = world.shelf.newest(kind.name, RECORDS_SHOWN)
        return {
            "kept_more": {"object": kind.name},
            "clock": _shanghai(world.now()),
            "shanghai": _shanghai,
            "say": self._say(language),
            "apps": list(world.apps.values()),
            "org": world.settings.org,
            "used": used(world, world.now()),
            "switches": [(name, getattr(world.settings.org, name)) for name in SWITCHES],
            "objects": [(one.name, world.shelf.count(one.name)) for one in world.objects.values()],
            "object": kind,
            "records": [_line(kind, row) for row in rows],
            "troubles": world.settings.troubles,
            "kinds": TROUBLES,
            "codes": CODES,
            "locked": world.settings.locked,
            "arrivals": world.arrivals.newest(ARRIVALS_SHOWN),
            "jobs": list(world.jobs.values())[:-9:-1],
            "calls": world.journal.calls(limit=CALLS_SHOWN),
        }

    def _object(self, request: Request) -> Object:
        """The object that the address names, else the one with the most records, so that arrivals are seen at once."""
        objects = self.world.objects
        named = objects.get(request.query.get("object", ""))
        return named or max(objects.values(), key=lambda one: self.world.shelf.count(one.name))

    def _say(self, language: Language) -> str:
        world = self.world
        records = sum(world.shelf.count(name) for name in world.objects)
        calls = sum(world.metrics.values())
        failed = sum(number for (_, status), number in world.metrics.items() if status >= 400)
        counted = text(f"{PREFIX}say", language, records=records, calls=calls, failed=failed)
        if world.clock.offset_s == 0:
            return counted
        return f"{counted} " + text(f"{PREFIX}say_moved", language, hours=f"{world.clock.offset_s / 3600:+.1f}")


def _line(kind: Object, row: Row) -> dict[str, Any]:
    fields = row.fields
    shown = [f"{name}: {value}" for name, value in fields.items() if _telling(kind, name) and value is not False]
    return {
        "id": row.id,
        "key": first_key(kind, fields),
        "gone": row.gone,
        "opted_out": any(fields.get(name) for name in OPT_OUTS),
        "writes": fields.get("_writes", 0),
        "fields": _cut(" · ".join(shown)),
    }


def _telling(kind: Object, name: str) -> bool:
    known = kind.fields.get(name)
    return known is not None and name != "Id" and not known.external_id and not name.startswith(_DULL)


def _cut(text: str) -> str:
    return text if len(text) <= FIELDS_SHOWN else text[:FIELDS_SHOWN] + "…"


def _shanghai(at: float) -> str:
    return (datetime.fromtimestamp(at, UTC) + timedelta(hours=8)).strftime("%m-%d %H:%M:%S")
