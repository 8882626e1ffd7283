import asyncio
import gzip
import time

import aiohttp
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yumen.sandbox.hubspot import endpoints, redaction, refusals  # noqa: F401 - over HTTP
from yumen.sandbox.hubspot.gate import Gate
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.journal import Journal


async def test_every_answer_says_that_it_is_no_hubspot(caller, sandbox):
    for url in (sandbox.api + "/crm/v3/objects/contacts", sandbox.admin + "/api", sandbox.admin + "/"):
        async with caller.session.get(url) as answer:
            assert "this is not HubSpot" in answer.headers["Yumen-Sandbox"]


async def test_wrong_addresses_are_refused(caller):
    assert (await caller.call("GET", "/crm/v3/nothing"))[0] == 404
    assert (await caller.call("GET", "batch/upsert"))[0] == 405


async def test_compressed_bodies_are_read(caller):
    body = {"inputs": [{"id": "a", "idProperty": "yumen_id", "properties": {}}]}
    packed = gzip.compress(msgspec.json.encode(body))
    assert (await caller.call("POST", "batch/upsert", packed, {"Content-Encoding": "gzip"}))[0] == 200
    assert (await caller.call("POST", "batch/upsert", b"x", {"Content-Encoding": "gzip"}))[0] == 400


async def test_a_cut_call_has_no_effect_and_a_lost_answer_has(caller, admin):
    await admin.trouble("cut", left=1, method="POST")
    with pytest.raises(aiohttp.ClientError):
        await caller.upsert(("a", {}))
    assert await caller.read("a") == {}
    await admin.trouble("lost", left=1, method="POST")
    with pytest.raises(aiohttp.ClientError):
        await caller.upsert(("a", {}))
    assert set(await caller.read("a")) == {"a"}


async def test_silence_half_answers_and_missing_results_come_after_the_commit(caller, admin):
    await admin.trouble("silent", left=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await caller.upsert(("a", {}))
    for kind, faults in (("half", (msgspec.DecodeError,)), ("torn", (aiohttp.ClientError,))):
        await admin.trouble(kind, left=1)
        with pytest.raises(faults):
            await caller.upsert((kind, {}))
    await admin.trouble("wrong_count", left=1)
    assert (await caller.upsert(("few", {})))[1]["results"] == []
    assert set(await caller.read("a", "half", "torn", "few")) == {"a", "half", "torn", "few"}


async def test_the_first_half_may_be_applied_and_then_nothing_comes(caller, admin):
    await admin.trouble("partial", left=1)
    await admin.trouble("lost", left=1)
    with pytest.raises(aiohttp.ClientError):
        await caller.upsert(*((f"p{n}", {}) for n in range(10)))
    assert len(await caller.read(*(f"p{n}" for n in range(10)))) == 5


@pytest.mark.parametrize(
    ("status", "category"),
    [(429, "RATE_LIMITS"), (423, "LOCKED"), (477, "MIGRATION_IN_PROGRESS"), (502, "INTERNAL_ERROR")],
)
async def test_ordered_errors_have_the_real_shape(caller, admin, status, category):
    await admin.trouble("error", left=1, status=status)
    answered, body = await caller.call("GET", "/account-info/v3/details")
    assert (answered, body["category"], body["status"]) == (status, category, "error")
    assert body["correlationId"]
    assert (status == 477) == ("Retry-After" in caller.headers)


async def test_pages_redirects_and_huge_errors_may_come_instead(caller, admin):
    await admin.trouble("html", left=1, status=524)
    assert (await caller.call("GET", "/account-info/v3/details"))[0] == 524
    await admin.trouble("redirect", left=1, location=caller.base + "/account-info/v3/details")
    assert (await caller.call("GET", "/account-info/v3/details"))[0] == 200
    await admin.trouble("huge", left=1, size_mb=2, status=500)
    url = caller.base + "/account-info/v3/details"
    async with caller.session.get(url) as answer:
        assert len(await answer.read()) > 2 * 1024 * 1024


async def test_single_records_are_refused_by_order(caller, admin):
    await admin.trouble("record", left=1, code="VALIDATION_ERROR")
    status, body = await caller.upsert(("a", {}), ("b", {}))
    assert (status, body["numErrors"]) == (207, 1)


async def test_a_token_may_expire_within_the_call(caller, admin, app):
    await caller.refresh(app)
    await admin.trouble("expire", left=1)
    assert (await caller.call("GET", "/account-info/v3/details"))[1]["category"] == "EXPIRED_AUTHENTICATION"


async def test_slowness_is_added(caller, admin):
    await admin.trouble("slow", delay_ms=300)
    began = time.perf_counter()
    await caller.call("GET", "/account-info/v3/details")
    assert 0.3 <= time.perf_counter() - began < 3
    await admin.end_troubles()
    assert (await admin.overview()).troubles == []


async def test_the_call_log_holds_no_token_and_no_value(caller, admin, app):
    await caller.upsert(("a-secret-key", {"firstname": "Secretname"}))
    await caller.upsert(("a-secret-key", {"email": "secret at nowhere"}), traced=False)
    await caller.call("GET", "a-secret-key", idProperty="yumen_id")
    await caller.call("GET", "/communication-preferences/v4/statuses/secret@example.com")
    log = msgspec.json.encode(await admin.calls()).decode()
    for hidden in (app.token, app.client_secret, "secret-key", "Secretname", "secret at", "secret@"):
        assert hidden not in log
    assert any(row.status == 400 for row in await admin.metrics())
    assert any(letter.target.endswith("batch/upsert") for letter in await admin.letters())


NAMES = ("email", "yumen_id", "hs_legal_basis", "createdate", "nope", "hs_email_optout")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
INPUT = st.fixed_dictionaries(
    {"id": JSON, "properties": st.dictionaries(st.sampled_from(NAMES), JSON, max_size=3) | JSON},
    optional={"idProperty": st.sampled_from(["email", "nope", ""]), "objectWriteTraceId": JSON},
)
PATHS = st.sampled_from(
    [
        "/oauth/v1/token",
        *(
            f"/crm/v3/objects/contacts{end}"
            for end in ("", "/1", "/batch/upsert", "/batch/create", "/batch/update", "/batch/read", "/batch/archive",
                        "/search", "/gdpr-delete", "/merge")
        ),
        "/crm/v3/properties/contacts",
        "/crm/v3/properties/contacts/batch/create",
        "/crm/v3/properties/contacts/groups",
        "/communication-preferences/v4/statuses/x",
        "/webhooks/v3/1/settings",
        "/webhooks/v3/1/subscriptions",
    ]
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=60),
    JSON.map(msgspec.json.encode),
    st.lists(INPUT, max_size=3).map(lambda inputs: msgspec.json.encode({"inputs": inputs})),
    st.dictionaries(
        st.sampled_from(["properties", "filterGroups", "sorts", "limit", "after", "objectId", "idProperty", "query"]),
        JSON,
        max_size=4,
    ).map(msgspec.json.encode),
    st.just(b"[" * 5000),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, method=st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE"]), body=BODIES)
def test_odd_input_never_breaks_the_gate(tmp_path_factory, path, method, body):
    gate, token = odd_gate(tmp_path_factory)
    answer = gate(Request(method, path, {}, {"authorization": f"Bearer {token}"}, body, False, True, path))
    assert answer.status < 500


_ODD: list = []


def odd_gate(factory: pytest.TempPathFactory):
    if not _ODD:
        world = World(Journal(factory.mktemp("odd") / "state.sqlite"))
        world.settings.portal.burst_max = world.settings.portal.search_max = 10**9
        _ODD.append((Gate(world), next(iter(world.apps.values())).token))
    return _ODD[0]
