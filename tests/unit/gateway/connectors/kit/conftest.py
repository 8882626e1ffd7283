"""A connector to a recipient in memory that keeps every promise, and can be told to break one."""

from dataclasses import dataclass, field

import pytest

from yumen.gateway.connectors import (
    Abilities,
    Budget,
    Description,
    Found,
    Outcome,
    RecallWay,
    RemoteField,
    Settled,
)
from yumen.gateway.connectors.connector import ABSENT
from yumen.gateway.connectors.kit import Trial, Trouble
from yumen.kit.errors import NotSent, Rejected, Unsettled

WAYS = (RecallWay.DELETE, RecallWay.ANONYMISE, RecallWay.SUPPRESS)


@dataclass
class Memory:
    """`fault` names what is wrong with it."""

    fault: str = ""
    rows: dict = field(default_factory=dict)
    trouble: Trouble | None = None
    reads_back: bool = True
    keeps_version: bool = True
    bulk_from: int | None = 20

    @property
    def abilities(self):
        ways = WAYS[::-1] if self.fault == "weakest_first" else WAYS
        return Abilities(10, 4, ways, self.reads_back, self.bulk_from, self.keeps_version)

    async def describe(self):
        fields = (RemoteField("No", "text", unique=True), RemoteField("Given", "text"))
        return Description("person", fields * 2 if self.fault == "fields_twice" else fields)

    async def send(self, records):
        if len(records) > 10 and self.fault != "takes_too_many":
            raise Rejected("test.too_many")
        await self._meet_trouble(records)
        return self._written(records)

    async def send_bulk(self, records):
        return self._written(records)

    async def ask(self, names):
        found = [
            Found(name, name in self.rows, self.rows.get(name, (None,))[0] if self.keeps_version else None)
            for name in names
        ]
        return found[::-1] if self.fault == "questions_unordered" else found

    async def recall(self, names, way):
        if self.fault == "absent_is_a_fault" and any(name not in self.rows for name in names):
            return [Settled(name, Outcome.REJECTED, "NOT_FOUND") for name in names]
        return [self._recalled(name, way) for name in names]

    async def budget(self):
        return Budget(11 if self.fault == "budget" else 9, 10)

    async def close(self):
        pass

    def _written(self, records):
        seen, settled = set(), []
        if self.fault == "one_takes_all" and any(r.values["Given"] == "" for r in records):
            return [Settled(record.external_id, Outcome.REJECTED, "BATCH") for record in records]
        settled += [self._one(record, seen) for record in records]
        if self.fault == "swaps":
            for record in records[:1]:
                self.rows[record.external_id] = (record.version, "again")
        return settled[::-1] if self.fault == "unordered" else settled

    def _one(self, record, seen):
        name = record.external_id
        if record.values["Given"] == "":
            code = f"BAD_{record.values['Secret']}" if self.fault == "echoes" else "EMPTY"
            return Settled(name, Outcome.REJECTED, code)
        if name in seen and self.fault != "swaps":
            return Settled(name, Outcome.RETRY, "SAME_CALL")
        seen.add(name)
        if self.fault == "forgets":
            return Settled(name, Outcome.DONE)
        doubles = self.fault == "doubles"
        remote = f"r{len(seen)}-{record.key}-{id(record)}" if doubles else f"r-{name}"
        if doubles and name in self.rows:
            remote += "-again"
        self.rows[name] = (record.version, "row")
        return Settled(name, Outcome.DONE, remote_id=remote)

    def _recalled(self, name, way):
        if name not in self.rows:
            return Settled(name, Outcome.DONE, "" if self.fault == "silent_about_absent" else ABSENT)
        if way is not RecallWay.SUPPRESS and self.fault != "keeps":
            del self.rows[name]
        return Settled(name, Outcome.DONE)

    async def _meet_trouble(self, records):
        trouble, self.trouble = self.trouble, None
        if trouble is Trouble.LOST:
            self._written(records)
        if trouble in {Trouble.EXPIRED, None}:
            if trouble is Trouble.EXPIRED and self.fault == "session":
                raise NotSent("test.session")
            return
        if trouble is Trouble.LOCKED:
            raise (Rejected if self.fault == "lock" else NotSent)("test.locked")
        if trouble is Trouble.THROTTLED:
            raise (Unsettled if self.fault == "throttle" else NotSent)("test.throttled")
        if self.fault == "optimist":
            return
        if self.fault == "tells_value":
            raise Unsettled("test.lost", records[0].values["Secret"])
        raise (NotSent if self.fault == "claims_not_sent" else Unsettled)("test.lost")


@pytest.fixture
def make_trial():
    """A trial of such a connector."""

    def make(fault="", *, spoils=True, **able):
        memory = Memory(fault, **able)

        def arm(trouble):
            async def armed():
                memory.trouble = trouble

            return armed

        async def calm():
            memory.trouble = None

        return Trial(
            memory,
            values=lambda number: {"Given": f"Mei{number}", "Secret": f"Secretname{number}"},
            spoil=(lambda number: {"Given": "", "Secret": f"Secretname{number}"}) if spoils else None,
            arm={trouble: arm(trouble) for trouble in Trouble},
            calm=calm,
        )

    return make
