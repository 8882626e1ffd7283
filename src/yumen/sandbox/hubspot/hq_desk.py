"""What HQ's people do in their portal: look, change, opt out, archive, restore, delete for privacy, rename keys."""

from __future__ import annotations

from yumen.sandbox.hubspot.calls import Call
from yumen.sandbox.hubspot.codes import CHANGE_UNFIT, OBJECT_UNKNOWN, RECORD_UNKNOWN
from yumen.sandbox.hubspot.consenting import opt_out
from yumen.sandbox.hubspot.filing import HQ, archive, erase, keys_of, restore, save
from yumen.sandbox.hubspot.judging import Judge
from yumen.sandbox.hubspot.records import Kind
from yumen.sandbox.hubspot.refusals import Fault
from yumen.sandbox.hubspot.shapes import HqChange, RecordShown, Renamed, RenameKeys
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.shelf import Row


class HqDesk:
    """Acts on records without the API, as people in the browser do."""

    def __init__(self, world: World) -> None:
        self.world = world

    def list_records(self, ask: Ask) -> list[RecordShown]:
        """The records changed last, archived ones too; `?limit=`."""
        kind = self._kind(ask)
        return [_shown(kind, row) for row in self.world.shelf.newest(kind.name, ask.number("limit", 100, 10_000))]

    def show(self, ask: Ask) -> RecordShown:
        """One record, by record id or any unique value."""
        kind = self._kind(ask)
        return _shown(kind, self._row(ask, kind))

    def change(self, ask: Ask) -> RecordShown:
        """HQ changes properties; hooks hear of it."""
        wish: HqChange = ask.body
        kind = self._kind(ask)
        return self._changed(ask, kind, self._row(ask, kind), wish.properties)

    def opt_out(self, ask: Ask) -> RecordShown:
        """The person has opted out at HQ: unsubscribed from everything, `hs_email_optout` is set."""
        kind = self._kind(ask)
        row = self._row(ask, kind)
        if email := row.fields.get("email"):
            opt_out(self.world, str(email), source=HQ)
            return _shown(kind, self._row(ask, kind))
        return self._changed(ask, kind, row, {"hs_email_optout": "true"})

    def archive(self, ask: Ask) -> RecordShown:
        """HQ deletes the record (restorable for 90 days)."""
        kind = self._kind(ask)
        row = self._row(ask, kind)
        archive(self.world, kind, row, source=HQ)
        return _shown(kind, row)

    def restore(self, ask: Ask) -> RecordShown:
        """HQ brings the record back."""
        kind = self._kind(ask)
        row = self._row(ask, kind)
        restore(self.world, kind, row, source=HQ)
        return _shown(kind, row)

    def erase(self, ask: Ask) -> None:
        """HQ deletes the record for privacy: gone for good."""
        kind = self._kind(ask)
        erase(self.world, kind, self._row(ask, kind), source=HQ)

    def rename_keys(self, ask: Ask) -> Renamed:
        """Give records another unique value."""
        kind, wish = self._kind(ask), ask.body
        assert isinstance(wish, RenameKeys)
        number = 0
        for row in list(self.world.shelf.scan(kind.name)):
            value = row.fields.get(wish.property)
            named = not wish.names or value in wish.names
            if row.gone or not value or not named or self.world.dice.random() >= wish.share:
                continue
            before = keys_of(kind, row.fields)
            row.fields[wish.property] = f"{wish.prefix}{value}"
            self.world.shelf.put(kind.name, row, keys_of(kind, row.fields), before)
            self.world.arrivals.note(self.world.now(), kind.name, row.id, str(value), "renamed", {})
            number += 1
        return Renamed(records=number)

    def _changed(self, ask: Ask, kind: Kind, row: Row, properties: dict[str, object]) -> RecordShown:
        call = Call(self.world, ask.request, self.world.now())
        try:
            draft = Judge(call, kind).judge(row, properties)
        except Fault as fault:
            raise CHANGE_UNFIT(at="/properties", reason=fault.message) from None
        return _shown(kind, save(self.world, kind, row, draft.values, properties, source=HQ))

    def _kind(self, ask: Ask) -> Kind:
        kind = self.world.kinds.get(ask.parts["object"])
        if kind is None:
            raise OBJECT_UNKNOWN()
        return kind

    def _row(self, ask: Ask, kind: Kind) -> Row:
        name = ask.parts["record"]
        row = self.world.shelf.get(kind.name, [name]).get(name)
        if row is not None:
            return row
        for known in kind.properties.values():
            if known.has_unique_value:
                for row in self.world.shelf.find(kind.name, known.name, [name.lower()]).get(name.lower(), []):
                    return row
        raise RECORD_UNKNOWN()


def _shown(kind: Kind, row: Row) -> RecordShown:
    values = {name: value for name, value in row.fields.items() if not name.startswith("_")}
    return RecordShown(
        id=row.id, object=kind.name, archived=row.gone, writes=int(row.fields.get("_writes", 0)), properties=values
    )
