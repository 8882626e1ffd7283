"""The control page of the HubSpot sandbox: what it shows, and which record a form is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from yumen.kit.i18n import Language, text
from yumen.sandbox.hubspot.filing import first_key
from yumen.sandbox.hubspot.forms import HOOK_SWITCHES, NUMBERS, SWITCHES, form_acts
from yumen.sandbox.hubspot.hq_desk import HqDesk
from yumen.sandbox.hubspot.keeper import Keeper
from yumen.sandbox.hubspot.records import Kind
from yumen.sandbox.hubspot.setup_desk import SetupDesk
from yumen.sandbox.hubspot.shapes import Renamed
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.form_page import FormPage
from yumen.sandbox.kit.forms import Form, FormAct
from yumen.sandbox.kit.json_api import Api
from yumen.sandbox.kit.keeping import Ended
from yumen.sandbox.kit.shelf import Row

PREFIX: Final = "sandbox.hubspot.page."
RECORDS_SHOWN: Final = 15
CALLS_SHOWN: Final = 15
FIELDS_SHOWN: Final = 70
"""Characters of a record's properties on its line."""
ARRIVALS_SHOWN: Final = 12
DELIVERIES_SHOWN: Final = 8
TROUBLES: Final = (
    "error", "record", "cut", "lost", "silent", "slow", "torn", "half", "html", "redirect", "huge", "wrong_count",
    "partial", "expire",
)  # fmt: skip
CODES: Final = ("RATE_LIMITS", "LOCKED", "VALIDATION_ERROR", "CONFLICT", "INTERNAL_ERROR")
_DULL: Final = frozenset(("hs_object_id", "createdate", "lastmodifieddate", "hs_createdate", "hs_lastmodifieddate"))


class ControlPage(FormPage):
    """The handler of the admin port."""

    prefix = PREFIX
    template = "hubspot/control.html"
    kept = ("lang", "theme", "object")

    def __init__(self, world: World, api: Api, setup: SetupDesk, desk: HqDesk, keeper: Keeper) -> None:
        super().__init__(api, form_acts(setup, desk, keeper))
        self.world = world

    def parts(self, request: Request, form_act: FormAct, form: Form) -> dict[str, str]:
        """The object in the address, the record in the form."""
        return {"object": self._kind(request).name, **form_act.parts(form)}

    def values(self, result: object) -> list[str]:
        """How many that changed."""
        match result:
            case Ended(tokens=number) | Renamed(records=number):
                return [str(number)]
        return []

    def shown(self, request: Request, language: Language) -> dict[str, Any]:
        """Objects, records, arrivals, deliveries, calls and troubles."""
        world, settings = self.world, self.world.settings
        kind = self._kind(request)
        return {
            "kept_more": {"object": kind.name},
            "clock": _shanghai(world.now()),
            "shanghai": _shanghai,
            "say": self._say(language),
            "apps": list(world.apps.values()),
            "portal_id": settings.portal_id,
            "spent": settings.spent,
            "numbers": [(name, getattr(settings.portal, name)) for name in NUMBERS],
            "switches": [(name, getattr(settings.portal, name)) for name in SWITCHES],
            "hook_switches": [(name, getattr(settings.hook_rules, name)) for name in HOOK_SWITCHES],
            "objects": [(one.name, world.shelf.count(one.name)) for one in world.kinds.values()],
            "object": kind,
            "records": [_line(kind, row) for row in world.shelf.newest(kind.name, RECORDS_SHOWN)],
            "unique": [name for name, known in kind.properties.items() if known.has_unique_value],
            "troubles": settings.troubles,
            "kinds": TROUBLES,
            "codes": CODES,
            "locked": settings.locked,
            "target_url": settings.target_url,
            "deliveries": list(world.deliveries.values())[: -DELIVERIES_SHOWN - 1 : -1],
            "arrivals": world.arrivals.newest(ARRIVALS_SHOWN),
            "calls": world.journal.calls(limit=CALLS_SHOWN),
        }

    def _kind(self, request: Request) -> Kind:
        """The kind that the address names, else the one with the most records, so that arrivals are seen at once."""
        kinds = self.world.kinds
        named = kinds.get(request.query.get("object", ""))
        return named or max(kinds.values(), key=lambda one: self.world.shelf.count(one.name))

    def _say(self, language: Language) -> str:
        world = self.world
        records = sum(world.shelf.count(name) for name in world.kinds)
        calls = sum(world.metrics.values())
        failed = sum(number for (_, status), number in world.metrics.items() if status >= 400)
        counted = text(f"{PREFIX}say", language, records=records, calls=calls, failed=failed)
        if world.clock.offset_s == 0:
            return counted
        return f"{counted} " + text(f"{PREFIX}say_moved", language, hours=f"{world.clock.offset_s / 3600:+.1f}")


def _line(kind: Kind, row: Row) -> dict[str, Any]:
    fields = row.fields
    shown = [f"{name}: {value}" for name, value in fields.items() if _telling(kind, name)]
    return {
        "id": row.id,
        "key": first_key(kind, fields),
        "gone": row.gone,
        "opted_out": fields.get("hs_email_optout") == "true",
        "writes": fields.get("_writes", 0),
        "fields": _cut(" · ".join(shown)),
    }


def _telling(kind: Kind, name: str) -> bool:
    return name in kind.properties and name not in _DULL and (name == "email" or name not in kind.unique)


def _cut(text: str) -> str:
    return text if len(text) <= FIELDS_SHOWN else text[:FIELDS_SHOWN] + "…"


def _shanghai(at: float) -> str:
    return (datetime.fromtimestamp(at, UTC) + timedelta(hours=8)).strftime("%m-%d %H:%M:%S")
