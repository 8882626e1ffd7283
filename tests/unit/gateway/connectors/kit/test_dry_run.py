"""A batch is told beforehand: who is new, replaced, the same, or would be refused; no value is shown."""

from yumen.gateway.connectors import Abilities, Description, FieldMap, Found, Record, RemoteField
from yumen.gateway.connectors.kit import Change, dry_run

FIELDS = FieldMap("No", {"Given": "First", "Tier": "Tier", "Points": "Points", "Gone": "Gone"}, {}, "V")


class Recipient:
    abilities = Abilities(2, 1, (), reads_back=True, keeps_version=True)
    asked = 0

    async def describe(self):
        return Description(
            "person",
            (
                RemoteField("No", "text", unique=True, length_max=3),
                RemoteField("First", "text", length_max=5),
                RemoteField("Last", "text", required=True),
                RemoteField("Tier", "choice", choices=("gold",)),
                RemoteField("Points", "number"),
                RemoteField("V", "number"),
            ),
        )

    async def ask(self, names):
        self.asked += 1
        return [Found(name, name in {"M2", "M3"}, {"M2": 1, "M3": 4}.get(name)) for name in names]


def record(number, version, **values):
    return Record(f"k{number}", f"M{number}", version, values)


async def test_each_record_is_told_by_what_would_become_of_it():
    recipient = Recipient()
    fields = FieldMap("No", {"Given": "First", "Family": "Last"}, {}, "V")
    told = await dry_run(
        recipient,
        fields,
        [
            record(1, 1, Given="Mei", Family="Wang"),
            record(2, 3, Given=None),
            record(3, 4, Given="Li"),
            record(4, 1, Given="Mei"),
        ],
    )
    assert [one.change for one in told] == [Change.NEW, Change.REPLACED, Change.SAME, Change.REFUSED]
    assert recipient.asked == 2
    assert told[1].as_text("en") == "~ M2  1 → 3  No, V, -First"
    assert told[3].as_text("en").splitlines() == ["! M4  1  No, First, V", "    Last: required, and empty"]
    assert "必填，但为空" in told[3].as_text("zh")
    assert "Mei" not in "".join(one.as_text("en") for one in told)


async def test_each_fault_is_told_with_its_field():
    (told,) = await dry_run(
        Recipient(), FIELDS, [record(2, 9, Given="Secretname", Tier="tin", Points="many", Gone="x")]
    )
    assert {(fault.code.rpartition(".")[2], fault.field) for fault in told.faults} == {
        ("too_long", "First"),
        ("choice", "Tier"),
        ("kind", "Points"),
        ("unknown", "Gone"),
    }
