"""What HQ's people do in their org: look, change, opt out, delete, bring back, empty the bin, rename keys."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.salesforce.codes import CHANGE_UNFIT, OBJECT_UNKNOWN, RECORD_UNKNOWN
from yumen.sandbox.salesforce.filing import HQ_USER, bin_row, erase_row, first_key, keys_of, save, unbin_row
from yumen.sandbox.salesforce.idents import read_id
from yumen.sandbox.salesforce.judging import Judge, new_draft
from yumen.sandbox.salesforce.records import Object
from yumen.sandbox.salesforce.refusals import Fault, Refusal
from yumen.sandbox.salesforce.shapes import HqChange, RecordShown, Renamed, RenameKeys
from yumen.sandbox.salesforce.world import World

OPT_OUTS: Final = ("HasOptedOutOfEmail", "PersonHasOptedOutOfEmail", "HasOptedOutSolicit", "Yumen_Opt_Out__c")


class HqDesk:
    """Acts on records without the API, as people in the browser do."""

    def __init__(self, world: World) -> None:
        self.world = world

    def list_records(self, ask: Ask) -> list[RecordShown]:
        """The records changed last, those in the bin too; `?limit=`."""
        kind = self._kind(ask)
        rows = self.world.shelf.newest(kind.name, ask.number("limit", 100, 10_000))
        return [_shown(kind, row) for row in rows]

    def show(self, ask: Ask) -> RecordShown:
        """One record, by record id or external id."""
        kind = self._kind(ask)
        return _shown(kind, self._row(ask, kind))

    def change(self, ask: Ask) -> RecordShown:
        """HQ changes fields."""
        wish: HqChange = ask.body
        return self._changed(ask, wish.fields, wish.stamped_ago_s)

    def opt_out(self, ask: Ask) -> RecordShown:
        """The person has opted out at HQ: every opt-out field that the object has is set."""
        kind = self._kind(ask)
        return self._changed(ask, {name: True for name in OPT_OUTS if name in kind.fields}, 0.0)

    def delete(self, ask: Ask) -> RecordShown:
        """Into the recycle bin."""
        kind = self._kind(ask)
        row = self._row(ask, kind)
        bin_row(self.world, kind, row, self.world.now())
        return _shown(kind, row)

    def undelete(self, ask: Ask) -> RecordShown:
        """Out of the recycle bin."""
        kind = self._kind(ask)
        row = self._row(ask, kind)
        unbin_row(self.world, kind, row, self.world.now())
        return _shown(kind, row)

    def empty_bin(self, _: Ask) -> Renamed:
        """What lies in the bin is gone for good."""
        number = 0
        for kind in self.world.objects.values():
            for row in [row for row in self.world.shelf.scan(kind.name) if row.gone]:
                erase_row(self.world, kind, row, self.world.now())
                number += 1
        return Renamed(records=number)

    def rename_keys(self, ask: Ask) -> Renamed:
        """Give records another external id."""
        kind, wish = self._kind(ask), ask.body
        assert isinstance(wish, RenameKeys)
        number = 0
        for row in list(self.world.shelf.scan(kind.name)):
            value = row.fields.get(wish.field)
            named = not wish.names or value in wish.names
            if row.gone or value is None or not named or self.world.dice.random() >= wish.share:
                continue
            before = keys_of(kind, row.fields)
            row.fields[wish.field] = f"{wish.prefix}{value}"
            self.world.shelf.put(kind.name, row, keys_of(kind, row.fields), before)
            self.world.arrivals.note(self.world.now(), kind.name, row.id, str(value), "renamed", {})
            number += 1
        return Renamed(records=number)

    def _changed(self, ask: Ask, fields: dict[str, object], ago_s: float) -> RecordShown:
        kind = self._kind(ask)
        row = self._row(ask, kind)
        draft = new_draft(kind, row, dict(fields), first_key(kind, row.fields))
        try:
            Judge(self.world, allow_save=True).judge(draft, fields)
        except (Fault, Refusal) as refused:
            raise CHANGE_UNFIT(at="/fields", reason=refused.message) from None
        return _shown(kind, save(self.world, draft, self.world.now() - ago_s, by=HQ_USER))

    def _kind(self, ask: Ask) -> Object:
        kind = self.world.objects.get(ask.parts["object"])
        if kind is None:
            raise OBJECT_UNKNOWN()
        return kind

    def _row(self, ask: Ask, kind: Object) -> Row:
        name = ask.parts["record"]
        ident = read_id(name)
        found = self.world.shelf.get(kind.name, [ident]).get(ident) if ident else None
        if found is not None:
            return found
        for field in kind.fields.values():
            if field.external_id:
                key = name if field.case_sensitive else name.lower()
                for row in self.world.shelf.find(kind.name, field.name, [key]).get(key, []):
                    return row
        raise RECORD_UNKNOWN()


def _shown(kind: Object, row: Row) -> RecordShown:
    fields = {name: value for name, value in row.fields.items() if not name.startswith("_")}
    return RecordShown(
        id=row.id, object=kind.name, deleted=row.gone, writes=int(row.fields.get("_writes", 0)), fields=fields
    )
