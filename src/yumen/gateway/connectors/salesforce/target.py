"""The object of an org that takes the persons, and a record in Salesforce's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from yumen.gateway.connectors.connector import Record, Value
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.salesforce.api import Api
from yumen.gateway.connectors.salesforce.jobs import JobBook
from yumen.gateway.connectors.salesforce.org import Org

COLLECTION_MAX: Final = 200
"""Records of an sObject collection; also ids of a delete."""

Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Target:
    api: Api
    org: Org
    fields: FieldMap
    jobs: JobBook
    running: set[str] = field(default_factory=set)
    """Batches whose job somebody in this process waits for."""

    def body(self, record: Record) -> Body:
        """One element of `records`. Raises Rejected("connector.field_unmapped")."""
        return self.element({**self.fields.of_recipient(record), self.fields.external_id: record.external_id})

    def element(self, values: Mapping[str, Value]) -> Body:
        """`Individual.Number__c` becomes `{"Individual": {"Number__c": …}}`: a parent by its external id."""
        body: Body = {"attributes": {"type": self.org.object}}
        for name, value in values.items():
            relation, dot, inner = name.partition(".")
            body[relation] = {inner: value} if dot else value
        return body

    def cleared(self) -> Mapping[str, Value]:
        """What anonymising writes: nothing in personal fields and the external id, save what may not be empty."""
        names = [_own_field(name) for name in self.fields.personal()]
        emptied: Mapping[str, Value] = dict.fromkeys([*names, self.fields.external_id])
        return {**emptied, **self.org.anonymous}


def quoted(texts: Iterable[str]) -> str:
    """Literals of SOQL for `IN (…)`."""
    return ",".join("'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'" for text in texts)


def _own_field(name: str) -> str:
    """The field of ours behind a relation: `Individual.X` is IndividualId, `Member__r.X` is Member__c."""
    relation, dot, _ = name.partition(".")
    if not dot:
        return name
    return relation.removesuffix("__r") + "__c" if relation.endswith("__r") else f"{relation}Id"
