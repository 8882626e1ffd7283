"""A small org: it knows logins, collections, queries and jobs as the guide tells them, and no more."""

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.salesforce import MemoryJobs, Org, Salesforce, SecretLogin

ROOT = "/services/data/v66.0"
FIELDS = FieldMap("No__c", {"Given": "FirstName", "Family": "LastName"}, {}, "Version__c")


def error(status, code):
    return (status, [{"message": "a message about Mei", "errorCode": code}])


@dataclass
class FakeOrg:
    """Rows by external id. `refuse` gives a record's errors by its number; `script` answers instead, once each."""

    url: str = ""
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuse: dict[str, dict[str, Any]] = field(default_factory=dict)
    script: list[Any] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    stuck: bool = False
    put_back: dict[str, Any] = field(default_factory=dict)
    """What a flow of HQ's writes again into whoever is read by id."""
    calls_used: int = 0

    def answer(self, asked):
        if asked.path == "/services/oauth2/token":
            self.sessions.append(f"00Dsession{len(self.sessions)}")
            return {"access_token": self.sessions[-1], "instance_url": self.url, "token_type": "Bearer"}
        if asked.headers["authorization"] != f"Bearer {self.sessions[-1]}":
            return error(401, "INVALID_SESSION_ID")
        if self.script:
            said = self.script.pop(0)
            if said is not None:
                return said(asked) if callable(said) else said
        self.calls_used += 1
        said = self._said(asked)
        status, content, headers = (*said, {})[:3] if isinstance(said, tuple) else (200, said, {})
        return status, content, {**headers, "Sforce-Limit-Info": f"api-usage={self.calls_used}/15000"}

    def _said(self, asked):
        path = asked.path.removeprefix(ROOT)
        if path == "/composite/sobjects/Contact/No__c":
            return [self._upsert(record) for record in asked.json["records"]]
        if path == "/composite/sobjects/Contact" and asked.method == "POST":
            by_id = {row["Id"]: row for row in self.rows.values()}
            return [by_id.get(one) and {**by_id[one], **self.put_back} for one in asked.json["ids"]]
        if path == "/composite/sobjects" and asked.method == "PATCH":
            return [self._update(record) for record in asked.json["records"]]
        if path == "/composite/sobjects":
            return [self._delete(row_id) for row_id in asked.query["ids"].split(",")]
        if path == "/query":
            return self._query(asked.query["q"])
        if path == "/composite":
            from urllib.parse import parse_qs, urlsplit

            queries = [parse_qs(urlsplit(part["url"]).query)["q"][0] for part in asked.json["compositeRequest"]]
            return {"compositeResponse": [{"httpStatusCode": 200, "body": self._query(query)} for query in queries]}
        if path == "/limits":
            return {"DailyApiRequests": {"Max": 15000, "Remaining": 14000}}
        if path.startswith("/jobs/ingest"):
            return self._job(asked, path.removeprefix("/jobs/ingest").strip("/"))
        return error(404, "NOT_FOUND")

    def _upsert(self, record):
        key = record["No__c"]
        if key in self.refuse:
            return {"success": False, "errors": [self.refuse[key]]}
        row = self.rows.setdefault(key, {"Id": f"003000000000{len(self.rows):03}AAA", "No__c": key})
        row.update({name: value for name, value in record.items() if name != "attributes"})
        return {"id": row["Id"], "success": True, "errors": [], "created": True}

    def _update(self, record):
        row = next(row for row in self.rows.values() if row["Id"] == record["id"])
        row.update({name: value for name, value in record.items() if name not in {"attributes", "id"}})
        return {"id": row["Id"], "success": True, "errors": []}

    def _delete(self, row_id):
        key = next((key for key, row in self.rows.items() if row["Id"] == row_id), None)
        if key in self.refuse:
            return {"id": row_id, "success": False, "errors": [self.refuse[key]]}
        self.rows.pop(key, None)
        return {"id": row_id, "success": True, "errors": []}

    def _query(self, soql):
        wanted = {key.replace("\\'", "'").casefold() for key in re.findall(r"'((?:[^'\\]|\\.)*)'", soql)}
        rows = [row for row in self.rows.values() if (row["No__c"] or "").casefold() in wanted]
        return {
            "totalSize": len(rows),
            "done": True,
            "records": [{name: row.get(name) for name in ("Id", "No__c", "Version__c")} for row in rows],
        }

    def _job(self, asked, rest):
        if asked.method == "POST":
            job_id = f"7500000000000{len(self.jobs):02}AAA"
            self.jobs[job_id] = {"id": job_id, "state": "Open", "numberRecordsProcessed": 0, **asked.json}
            return self.jobs[job_id]
        job_id, _, part = rest.partition("/")
        job = self.jobs.get(job_id)
        if job is None:
            return error(404, "NOT_FOUND")
        if asked.method == "PUT":
            job["content"] = asked.body.decode()
            return 201, None, {}
        if asked.method == "PATCH":
            job["state"] = asked.json["state"]
            return job
        if asked.method == "DELETE":
            del self.jobs[job_id]
            return 204, None, {}
        if part:
            return 200, job[part].encode(), {"Content-Type": "text/csv"}
        if job["state"] == "UploadComplete" and not self.stuck:
            self._work(job)
        return {name: value for name, value in job.items() if name != "content" and not name.endswith("ults")}

    def _work(self, job):
        rows = list(csv.DictReader(io.StringIO(job["content"], newline="")))
        good, bad = [], []
        for row in reversed(rows):
            key = row.get("No__c") or next((k for k, r in self.rows.items() if r["Id"] == row.get("Id")), "")
            if key in self.refuse:
                fault = self.refuse[key]
                said = f"{fault['statusCode']}:a message about {row.get('FirstName')}:{','.join(fault['fields'])} --"
                bad.append({"sf__Id": "", "sf__Error": said, **row})
            elif job["operation"] == "upsert":
                body = {name: None if value == "#N/A" else value for name, value in row.items() if value}
                good.append({"sf__Id": self._upsert(body)["id"], "sf__Created": "true", **row})
            else:
                self._delete(row["Id"])
                good.append({"sf__Id": row["Id"], "sf__Created": "false", **row})
        job |= {
            "state": "JobComplete",
            "numberRecordsProcessed": len(rows),
            "successfulResults": _csv(good),
            "failedResults": _csv(bad),
            "unprocessedrecords": "",
        }


def _csv(rows):
    out = io.StringIO(newline="")
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def org(recipient):
    fake = FakeOrg(recipient.url)
    recipient.answer = fake.answer
    return fake


@pytest.fixture(scope="session")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def make_salesforce(http, org):
    """A connector to the org, its settings changed as told."""

    def make(fields: FieldMap = FIELDS, jobs: Any = None, **changed: Any) -> Salesforce:
        given = {
            "login_url": org.url,
            "login": SecretLogin("client", "secret"),
            "bulk_poll_s": 0.01,
            "bulk_deadline_s": 2.0,
        }
        return Salesforce(http, Org(**given | changed), fields, jobs or MemoryJobs())

    return make


@pytest.fixture
def salesforce(make_salesforce):
    return make_salesforce()


@pytest.fixture
def say_error():
    return error
