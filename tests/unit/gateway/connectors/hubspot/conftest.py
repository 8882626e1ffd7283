"""A small account: contacts by their unique property, answers in another order than asked, errors without numbers."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.hubspot import Account, HubSpot, MemoryBook, TokenLogin

FIELDS = FieldMap("member_no", {"Given": "firstname", "Tier": "tier"}, {}, "yumen_version")
RATES = {
    "X-HubSpot-RateLimit-Max": "190",
    "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
    "X-HubSpot-RateLimit-Daily": "250000",
    "X-HubSpot-RateLimit-Daily-Remaining": "249000",
}


def error(status, category, **more):
    return (status, {"status": "error", "message": "a message about Mei", "category": category, **more}, RATES)


@dataclass
class FakeAccount:
    """Contacts by member number. `refuse` gives a record's error; `script` answers instead, once each."""

    url: str = ""
    token: str = "pat-eu1-secret"
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuse: dict[str, dict[str, Any]] = field(default_factory=dict)
    script: list[Any] = field(default_factory=list)
    properties: list[dict[str, Any]] = field(default_factory=list)
    unsubscribed: list[str] = field(default_factory=list)
    put_back: dict[str, str] = field(default_factory=dict)
    """What a workflow of HQ's writes again into whoever is read."""

    def answer(self, asked):
        if asked.path == "/oauth/2026-03/token":
            self.token += "+"
            return {"access_token": self.token, "expires_in": 1800, "refresh_token": "again", "token_type": "bearer"}
        if asked.headers["authorization"] != f"Bearer {self.token}":
            return error(401, "EXPIRED_AUTHENTICATION")
        if self.script:
            said = self.script.pop(0)
            if said is not None:
                return said(asked) if callable(said) else said
        said = self._said(asked, asked.path.removeprefix("/crm/v3/"))
        return said if isinstance(said, tuple) else (200, said, RATES)

    def _said(self, asked, path):
        if path.startswith("properties/contacts"):
            if asked.method == "GET":
                return {"results": self.properties}
            if path == "properties/contacts":
                self.properties.append(asked.json)
            return 201, asked.json, RATES
        act = path.removeprefix("objects/contacts/")
        if act == "batch/upsert":
            return self._written(asked.json["inputs"], self._upsert)
        if act == "batch/update":
            return self._written(asked.json["inputs"], self._update)
        if act == "batch/read":
            return self._read(asked.json["inputs"])
        if act == "gdpr-delete":
            key = self._key(asked.json["objectId"])
            if key is None:
                return error(404, "OBJECT_NOT_FOUND")
            if key in self.refuse:
                return error(400, self.refuse[key]["category"])
            del self.contacts[key]
            return 204, None, RATES
        if asked.path.endswith("batch/unsubscribe-all"):
            self.unsubscribed += asked.json["inputs"]
            return {"status": "COMPLETE", "results": []}
        return error(404, "OBJECT_NOT_FOUND")

    def _written(self, inputs, write):
        results, errors = [], []
        for one in reversed(inputs):
            fault = self.refuse.get(one["id"])
            trace = {"objectWriteTraceId": [one["objectWriteTraceId"]]}
            if fault is None:
                results.append({**write(one), "objectWriteTraceId": one["objectWriteTraceId"]})
            else:
                errors.append({"status": "error", "message": "about Mei", "context": trace, **fault})
        status = 207 if errors else 200
        return status, {"status": "COMPLETE", "results": results, "errors": errors, "numErrors": len(errors)}, RATES

    def _upsert(self, one):
        row = self.contacts.setdefault(one["id"], {"id": str(501 + len(self.contacts)), "member_no": one["id"]})
        row.update(one["properties"])
        return self._shown(row)

    def _update(self, one):
        row = self.contacts[self._key(one["id"])]
        row.update(one["properties"])
        return self._shown(row)

    def _read(self, inputs):
        if all(one["id"].isdigit() for one in inputs):
            rows = [row | self.put_back for row in self.contacts.values() if row["id"] in {one["id"] for one in inputs}]
            return {"status": "COMPLETE", "results": [self._shown(row) for row in rows]}
        by_key = {row["member_no"].casefold(): row for row in self.contacts.values()}
        found = [row for one in inputs if (row := by_key.get(one["id"].casefold()))]
        absent = [one["id"] for one in inputs if one["id"].casefold() not in by_key]
        said = {"status": "COMPLETE", "results": [self._shown(row) for row in reversed(found)]}
        if not absent:
            return said
        fault = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "gone", "context": {"ids": absent}}
        return 207, {**said, "numErrors": len(absent), "errors": [fault]}, RATES

    def _key(self, remote_id):
        return next((key for key, row in self.contacts.items() if row["id"] == remote_id), None)

    def _shown(self, row):
        return {"id": row["id"], "properties": {name: value for name, value in row.items() if name != "id"}}


@pytest.fixture
def account(recipient):
    fake = FakeAccount(recipient.url)
    recipient.answer = fake.answer
    return fake


@pytest.fixture
def make_hubspot(http, account):
    def make(fields: FieldMap = FIELDS, **changed: Any) -> HubSpot:
        return HubSpot(
            http, Account(**{"login": TokenLogin(account.token), "url": account.url} | changed), fields, MemoryBook()
        )

    return make


@pytest.fixture
def hubspot(make_hubspot):
    return make_hubspot()


@pytest.fixture
def say_error():
    return error
