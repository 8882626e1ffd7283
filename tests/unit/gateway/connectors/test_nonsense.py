"""Answers that no CRM gives, to every call of both connectors: each ends as a failure of ours or as a sound answer."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest

from yumen.gateway.connectors import Budget, FieldMap, Found, RecallWay, Record, Settled
from yumen.gateway.connectors.hubspot import Account, HubSpot, MemoryBook, RefreshLogin, Wanted
from yumen.gateway.connectors.salesforce import MemoryJobs, Org, Salesforce, SecretLogin
from yumen.gateway.egress import link_settings
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.http import Http

ONE = [Record("k1", "M1", 1, {"No": "M1", "Given": "Mei1"})]
LOGIN = b'{"access_token":"t","instance_url":"%s","expires_in":1800}'


def http(status: int, body: bytes, *more: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = [f"HTTP/1.1 {status} X", f"content-length: {size}", *more, "connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1") + body


NONSENSE = {
    "nothing": b"",
    "noise": b"\x00\x01\x02\r\n\r\n",
    "bad chunks": b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
    "empty": http(200, b""),
    "null": http(200, b"null"),
    "a number": http(200, b"42"),
    "deep": http(200, b"[" * 100_000),
    "no utf-8": http(200, b'{"results":"\xff"}'),
    "no number": http(200, b'[{"success":NaN}]'),
    "too large a number": http(200, b'{"DailyApiRequests":{"Max":1e400,"Remaining":-5}}'),
    "texts for truths": http(200, b'[{"success":"true","id":5}]'),
    "one answer too many": http(200, b'[{"success":true},{"success":true}]'),
    "no code": http(200, b'[{"success":false,"errors":[{"statusCode":null}]}]'),
    "an error about nobody": http(207, b'{"results":[],"errors":[{"category":"X","context":{"ids":[null]}}]}'),
    "a wild version": http(200, b'{"records":[{"Id":"003000000000001","No__c":"M1","V__c":1e308}],"done":true}'),
    "no id": http(200, b'{"records":[{"Id":null,"No__c":7}],"done":true}'),
    "an empty part": http(200, b'{"compositeResponse":[{"httpStatusCode":200,"body":{}}]}'),
    "a way out of the folder": http(200, b'{"id":"../../x","state":"Open"}'),
    "an unheard state": http(200, b'{"id":"750000000000001","state":"Weird"}'),
    "a page": http(200, b"<html>Mei1</html>"),
    "a person as code": http(403, b'[{"errorCode":"MEI1","message":"Mei1"}]'),
    "an unheard status": http(999, b""),
    "no gzip": http(200, b"[]", "content-encoding: gzip"),
    "half a gzip": http(200, gzip.compress(b"[]")[:10], "content-encoding: gzip"),
    "another coding": http(200, b"[]", "content-encoding: br"),
    "cut short": http(200, b"[]", length=50),
    "longer than said": http(200, b'[{"success":true}]', length=3),
    "a wait below nothing": http(429, b"{}", "retry-after: -1"),
    "a wait for ages": http(429, b"{}", "retry-after: 99999999999999999999"),
    "limits of nothing": http(200, b'{"results":[]}', "x-hubspot-ratelimit-max: 0"),
    "fewer than nothing left": http(200, b'{"results":[]}', "x-hubspot-ratelimit-daily-remaining: -4"),
    "more used than there is": http(200, b"[]", "sforce-limit-info: api-usage=9999/0"),
}  # fmt: skip


class Desk:
    """Answers every request, the login too if `login` is unset, with the same bytes."""

    def __init__(self) -> None:
        self.answer, self.login, self.url = b"", True, ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            sizes = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            await reader.readexactly(int(sizes[0]) if sizes else 0)
            if self.login and b"oauth" in head.partition(b"\r\n")[0]:
                writer.write(http(200, LOGIN % self.url.encode()))
            else:
                writer.write(self.answer)
            await writer.drain()
        finally:
            writer.close()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    async with await asyncio.start_server(made.serve, "127.0.0.1", 0) as server:
        made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield made


def calls(desk: Desk, client: Http) -> list[Any]:
    org = Org(desk.url, SecretLogin("a", "b"), bulk_poll_s=0.01, bulk_deadline_s=0.05, suppress={"X": True})
    fields = FieldMap("No__c", {"No": "No__c", "Given": "FirstName"}, {}, "V__c")
    salesforce = Salesforce(client, org, fields, MemoryJobs())
    account = Account(RefreshLogin("a", "b", "c"), url=desk.url, suppress={"x": True}, unsubscribe=True)
    hubspot = HubSpot(client, account, FieldMap("no", {"No": "no", "Given": "firstname"}, {}, "v"), MemoryBook())
    found: list[Any] = [lambda: salesforce.send_bulk(ONE), lambda: hubspot.make_properties([Wanted("a", "A")])]
    for one in (salesforce, hubspot):
        found += [one.describe, one.budget, lambda one=one: one.send(ONE), lambda one=one: one.ask(["M1"])]
        found += [lambda one=one, way=way: one.recall(["M1"], way) for way in RecallWay]
    return found


@pytest.mark.parametrize("login", [True, False])
@pytest.mark.parametrize("name", NONSENSE)
async def test_nonsense_ends_as_a_failure_or_as_a_sound_answer(desk: Desk, name: str, login: bool) -> None:
    desk.answer, desk.login = NONSENSE[name], login
    failures, answers = [], []
    async with Http(link_settings(4)) as client:
        for call in calls(desk, client):
            try:
                told = await call()
            except (NotSent, Rejected, Unsettled) as failure:
                failures.append(f"{failure} {dict(failure.facts)} {failure.__cause__!r}".casefold())
            else:
                answers += told if isinstance(told, list) else [told]
    assert [said for said in failures if "mei1" in said] == []
    assert {one.external_id for one in answers if isinstance(one, Settled | Found)} <= {"M1"}
    budgets = [one.calls_left for one in answers if isinstance(one, Budget)]
    assert all(left is None or left >= 0 for left in budgets)
    assert failures or answers
