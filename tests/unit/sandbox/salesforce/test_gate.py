import asyncio
import gzip
import time

import aiohttp
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.salesforce import (  # noqa: F401 - calls and refusals over HTTP
    allocation,
    calls,
    composite,
    endpoints,
    redaction,
    refusals,
)
from yumen.sandbox.salesforce.gate import Gate
from yumen.sandbox.salesforce.records import Session
from yumen.sandbox.salesforce.world import World

UPSERT = "composite/sobjects/Contact/Yumen_Id__c"
ONE = {"records": [{"attributes": {"type": "Contact"}, "Yumen_Id__c": "a", "LastName": "A"}]}


async def held(caller) -> int:
    return len(await caller.select("SELECT Id FROM Contact"))


async def test_every_answer_says_that_it_is_no_salesforce(caller, sandbox):
    for url in (sandbox.api + "/services/data", sandbox.admin + "/api", sandbox.admin + "/"):
        async with caller.session.get(url) as answer:
            assert "this is not Salesforce" in answer.headers["Yumen-Sandbox"]


async def test_the_version_list_needs_no_login_and_carries_no_limit(caller):
    caller.token = ""
    status, versions = await caller.call("GET", "/services/data")
    assert status == 200
    assert versions[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}
    assert "Sforce-Limit-Info" not in caller.headers


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/services/data/v30.0/limits", 410, "UNSUPPORTED_API_VERSION"),
        ("GET", "/services/data/v99.0/limits", 404, "NOT_FOUND"),
        ("GET", "/services/data/vX/limits", 404, "NOT_FOUND"),
        ("GET", "/services/apexrest/x", 404, "NOT_FOUND"),
        ("GET", "nothing", 404, "NOT_FOUND"),
        ("GET", "sobjects/Nothing/describe", 404, "NOT_FOUND"),
        ("PUT", "limits", 405, "METHOD_NOT_ALLOWED"),
    ],
)
async def test_wrong_addresses_are_refused(caller, method, path, status, code):
    answered, body = await caller.call(method, path)
    assert (answered, body[0]["errorCode"]) == (status, code)


async def test_calls_count_up_and_end_in_403(caller, admin):
    await caller.call("GET", "limits")
    assert caller.headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    await admin.change_org(daily_calls=2)
    _, limits = await caller.call("GET", "limits")
    assert limits["DailyApiRequests"] == {"Max": 2, "Remaining": 0}
    status, body = await caller.call("GET", "limits")
    assert (status, body[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")
    assert "Retry-After" not in caller.headers
    await admin.change_org(token_life_s=10**6)
    await admin.advance_clock(86_500)
    assert (await caller.call("GET", "limits"))[0] == 200


async def test_too_many_long_calls_refuse_all(caller, admin):
    await admin.change_org(long_calls=True)
    status, body = await caller.call("GET", "limits")
    assert status == 403
    assert body[0]["message"].startswith("ConcurrentRequests")


async def test_compressed_bodies_are_read_and_answers_compressed(caller):
    packed = gzip.compress(msgspec.json.encode(ONE))
    status, _ = await caller.call("PATCH", UPSERT, packed, {"Content-Encoding": "gzip"})
    assert status == 200
    await caller.call("GET", "sobjects/Contact/describe", headers={"Accept-Encoding": "gzip"})
    assert caller.headers["Content-Encoding"] == "gzip"
    status, body = await caller.call("PATCH", UPSERT, b"no gzip", {"Content-Encoding": "gzip"})
    assert (status, body[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


async def test_a_cut_call_has_no_effect_and_a_lost_answer_has(caller, admin):
    await admin.trouble("cut", left=1, method="PATCH")
    with pytest.raises(aiohttp.ClientError):
        await caller.call("PATCH", UPSERT, ONE)
    assert await held(caller) == 0
    await admin.trouble("lost", left=1, method="PATCH")
    with pytest.raises(aiohttp.ClientError):
        await caller.call("PATCH", UPSERT, ONE)
    assert await held(caller) == 1


async def test_silence_after_the_commit_lasts_until_the_callers_patience_ends(caller, admin):
    await admin.trouble("silent", left=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await caller.call("PATCH", UPSERT, ONE)
    assert await held(caller) == 1


@pytest.mark.parametrize("kind", ["half", "torn"])
async def test_half_an_answer_comes_after_the_commit(caller, admin, kind):
    await admin.trouble(kind, left=1)
    with pytest.raises((msgspec.DecodeError, aiohttp.ClientError)):
        await caller.call("PATCH", UPSERT, ONE)
    assert await held(caller) == 1


async def test_a_result_may_be_missing(caller, admin):
    await admin.trouble("wrong_count", left=1)
    assert await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"}) == []


async def test_half_of_a_batch_may_be_done(caller, admin):
    await admin.trouble("partial", left=1)
    await admin.trouble("lost", left=1)
    with pytest.raises(aiohttp.ClientError):
        await caller.upsert(*({"Yumen_Id__c": str(n), "LastName": "A"} for n in range(10)))
    assert await held(caller) == 5


async def test_a_gateways_page_a_redirect_and_a_huge_error_may_come_instead(caller, admin):
    await admin.trouble("html", left=1, status=502)
    status, body = await caller.call("GET", "limits")
    assert (status, caller.headers["Content-Type"]) == (502, "text/html")
    assert b"502" in body
    await admin.trouble("redirect", left=1, location="https://elsewhere.example/")
    headers = {"Authorization": f"Bearer {caller.token}"}
    url = caller.base + "/services/data/v68.0/limits"
    async with caller.session.get(url, headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "https://elsewhere.example/")
    await admin.trouble("huge", left=1, size_mb=3)
    async with caller.session.get(url, headers=headers) as answer:
        assert answer.status == 503
        assert len(await answer.read()) > 3 * 1024 * 1024


async def test_ordered_errors_have_the_real_shape(caller, admin):
    await admin.trouble("error", left=1)
    assert (await caller.call("GET", "limits"))[1][0]["errorCode"] == "SERVER_UNAVAILABLE"
    await admin.trouble("error", left=1, status=500)
    assert (await caller.call("GET", "limits"))[1][0]["errorCode"] == "UNKNOWN_EXCEPTION"
    await admin.trouble("expire", left=1)
    assert (await caller.call("GET", "limits"))[1][0]["errorCode"] == "INVALID_SESSION_ID"
    assert (await caller.call("GET", "limits"))[0] == 401


async def test_single_records_are_refused_by_order(caller, admin):
    await admin.trouble("record", left=2, code="UNABLE_TO_LOCK_ROW")
    results = await caller.upsert(*({"Yumen_Id__c": str(n), "LastName": "A"} for n in range(5)))
    assert [one["success"] for one in results] == [False, False, True, True, True]


async def test_slowness_is_added(caller, admin):
    await admin.trouble("slow", delay_ms=300)
    began = time.perf_counter()
    await caller.call("GET", "limits")
    assert 0.3 <= time.perf_counter() - began < 3
    await admin.end_troubles()


async def test_a_composite_call_refers_to_earlier_answers(caller):
    base = "/services/data/v68.0"
    steps = [
        {"method": "POST", "url": f"{base}/sobjects/Contact", "referenceId": "who", "body": {"LastName": "A"}},
        {"method": "PATCH", "url": f"{base}/sobjects/Contact/@{{who.id}}", "referenceId": "more",
         "body": {"Title": "T"}},
        {"method": "GET", "url": f"{base}/query?q=SELECT+Title+FROM+Contact", "referenceId": "all"},
        {"method": "GET", "url": f"{base}/sobjects/Contact/@{{who.nothing}}", "referenceId": "lost"},
    ]  # fmt: skip
    status, body = await caller.call("POST", "composite", {"compositeRequest": steps})
    assert status == 200
    answers = {one["referenceId"]: one for one in body["compositeResponse"]}
    assert [answers[name]["httpStatusCode"] for name in ("who", "more", "all", "lost")] == [201, 204, 200, 400]
    assert answers["all"]["body"]["records"][0]["Title"] == "T"
    many = {"compositeRequest": [{"method": "GET", "url": f"{base}/limits", "referenceId": "x"}] * 26}
    assert (await caller.call("POST", "composite", many))[0] == 400


async def test_a_composite_call_halts_where_all_or_none_is_asked(caller):
    url = "/services/data/v68.0/sobjects/Contact"
    steps = [
        {"method": "POST", "url": url, "referenceId": "bad", "body": {}},
        {"method": "POST", "url": url, "referenceId": "next", "body": {"LastName": "A"}},
    ]
    _, body = await caller.call("POST", "composite", {"allOrNone": True, "compositeRequest": steps})
    assert body["compositeResponse"][1]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert await held(caller) == 0


async def test_the_call_log_holds_no_token_and_no_value(caller, admin, app):
    await caller.upsert({"Yumen_Id__c": "a-secret-key", "LastName": "Secretname"})
    await caller.upsert({"Yumen_Id__c": "a-secret-key", "Email": "secret at nowhere"})
    await caller.call("GET", "sobjects/Contact/Yumen_Id__c/a-secret-key")
    await caller.call("GET", "query", q="SELECT Id FROM Contact WHERE LastName = 'Secretname' AND")
    log = msgspec.json.encode(await admin.calls()).decode()
    for hidden in (caller.token, app.client_secret, "secret-key", "Secretname", "secret at"):
        assert hidden not in log
    assert any(row.status == 400 for row in await admin.metrics())


async def test_letters_keep_every_byte_but_the_token(caller, admin):
    await caller.call("PATCH", UPSERT, ONE)
    letter = (await admin.letters(limit=1000))[-1]
    assert letter.method == "PATCH"
    import base64

    assert msgspec.json.decode(base64.b64decode(letter.body)) == ONE
    assert "authorization" not in letter.headers


NAMES = ("Yumen_Id__c", "LastName", "Email", "IndividualId", "Birthdate", "Loyalty_Points__c", "Id", "attributes")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
RECORD = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5).map(
    lambda record: {"attributes": {"type": "Contact"}, **record}
)
PATHS = st.sampled_from(
    [
        "/services/oauth2/token",
        "/services/data/v68.0/composite/sobjects/Contact/Yumen_Id__c",
        "/services/data/v68.0/composite/sobjects",
        "/services/data/v68.0/composite/sobjects/Contact",
        "/services/data/v68.0/composite",
        "/services/data/v68.0/sobjects/Contact",
        "/services/data/v68.0/sobjects/Contact/Yumen_Id__c/a",
        "/services/data/v68.0/query",
        "/services/data/v68.0/jobs/ingest",
    ]
)
BODIES = st.one_of(
    st.binary(max_size=60),
    JSON.map(msgspec.json.encode),
    st.lists(RECORD, min_size=1, max_size=4).map(lambda records: msgspec.json.encode({"records": records})),
    st.just(b"[" * 5000),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=PATHS,
    method=st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE"]),
    query=st.dictionaries(st.sampled_from(["q", "ids", "fields", "allOrNone"]), st.text(max_size=30), max_size=3),
    body=BODIES,
)
def test_odd_input_never_breaks_the_gate(tmp_path_factory, path, method, query, body):
    gate = odd_gate(tmp_path_factory)
    answer = gate(Request(method, path, query, {"authorization": "Bearer t"}, body, False, True, path))
    assert answer.status < 500


_ODD: list = []


def odd_gate(factory: pytest.TempPathFactory) -> Gate:
    if not _ODD:
        world = World(Journal(factory.mktemp("odd") / "state.sqlite"))
        world.sessions["t"] = Session(token="t", client_id="c", username="u", used_at=world.now())
        _ODD.append(Gate(world))
    return _ODD[0]
