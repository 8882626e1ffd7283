"""Hold a mechanism's record against the data map and the law of its day: every contradiction, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from yumen.border.headroom import lapses_on
from yumen.border.reading import Fault
from yumen.border.standing import Filing, FilingDraft, Route
from yumen.law import crossborder
from yumen.security.datamap import DataMap


def filing_faults(draft: FilingDraft, data_map: DataMap, on: date) -> list[Fault]:
    """Everything wrong with a well-formed record on that day (a day in China)."""
    return [*_of_scope(draft, data_map), *_of_route(draft), *_of_days(draft, on)]


def filing_of(draft: FilingDraft, id_: str, revoked_on: date | None = None) -> Filing:
    """The record under its id here."""
    said = {name: getattr(draft, name) for name in draft.__struct_fields__}
    return Filing(**said, id=id_, revoked_on=revoked_on)


def _of_scope(draft: FilingDraft, data_map: DataMap) -> Iterator[Fault]:
    known = {field.address for field in data_map.fields()}
    for address in sorted(draft.fields - known):
        yield Fault("contract.field_unknown", "fields", facts={"field": address})
    if draft.recipient in draft.onward:
        yield Fault("contract.onward_twice", "onward", facts={"id": draft.recipient})


def _of_route(draft: FilingDraft) -> Iterator[Fault]:
    if draft.route is not Route.ZONE_LIST and crossborder.find_mechanism(draft.route, draft.issued_on) is None:
        yield Fault("contract.mechanism_unknown", "route", facts={"kind": draft.route})
    places = sorted({row.place for row in crossborder.zone_rows()})
    if (draft.zone is not None) != (draft.route is Route.ZONE_LIST):
        yield Fault("filing.zone_unfit", "zone")
    elif draft.zone is not None and draft.zone not in places:
        yield Fault("contract.zone_unknown", "zone", facts={"zone": draft.zone, "known": ", ".join(places)})
    scale = draft.general_max or draft.sensitive_max
    if bool(scale) != (draft.route is Route.ASSESSMENT):
        yield Fault("filing.scale_unfit", "general_max")


def _of_days(draft: FilingDraft, on: date) -> Iterator[Fault]:
    if draft.ends_on is not None and draft.ends_on < draft.issued_on:
        yield Fault("contract.filing_backwards", "ends_on")
        return
    last = lapses_on(filing_of(draft, ""), on)
    if last is not None and last < on:
        yield Fault("contract.filing_expired", "ends_on", facts={"day": last.isoformat()})
    if draft.ends_on is not None and last is not None and last < draft.ends_on:
        yield Fault("filing.ends_late", "ends_on", facts={"day": last.isoformat()})
