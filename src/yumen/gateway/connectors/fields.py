"""Under which names a recipient keeps what a contract lets out. Nothing is added but constants, nothing is dropped."""

from __future__ import annotations

from msgspec import Struct, field

from yumen.gateway.connectors.connector import Record, Value
from yumen.kit.errors import Rejected


class FieldMap(Struct, frozen=True, forbid_unknown_fields=True):
    """`fields` turns the contract's names into the recipient's; `external_id` and `version` are names of the recipient.

    `constants` go with every record (`RecordTypeId`); they are written by people and can refer to nobody. Without
    `version` the recipient keeps no version, and an unsettled call can only be asked for presence.
    """

    external_id: str
    fields: dict[str, str]
    constants: dict[str, Value] = field(default_factory=dict)
    version: str = ""

    def of_recipient(self, record: Record) -> dict[str, Value]:
        """The record's values under the recipient's names, without the external id.

        Raises Rejected("connector.field_unmapped"): what no mapping names does not leave.
        """
        body: dict[str, Value] = dict(self.constants)
        for name, value in record.values.items():
            target = self.fields.get(name)
            if target is None:
                raise Rejected("connector.field_unmapped", name)
            body[target] = value
        if self.version:
            body[self.version] = record.version
        body.pop(self.external_id, None)
        return body

    def targets(self) -> list[str]:
        """Every field of the recipient that is written, the external id first, each once."""
        names = [self.external_id, *self.fields.values(), *self.constants, *([self.version] if self.version else [])]
        return list(dict.fromkeys(names))

    def personal(self) -> list[str]:
        """The recipient's fields that tell something of a person, without the external id."""
        return [name for name in dict.fromkeys(self.fields.values()) if name != self.external_id]
