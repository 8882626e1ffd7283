import pytest

from yumen.sandbox.hubspot import searching  # noqa: F401 - under test, over HTTP


async def find(caller, *filters: dict, **more):
    return await caller.call("POST", "search", {"filterGroups": [{"filters": list(filters)}], **more})


@pytest.fixture
async def people(caller, admin):
    await admin.change_portal(search_lag_s=0, search_max=1000)
    await caller.upsert(*((f"p{n}", {"firstname": f"F{n}", "email": f"p{n}@example.com"}) for n in range(5)))


def said(name: str, operator: str, **more) -> dict:
    return {"propertyName": name, "operator": operator, **more}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([said("email", "EQ", value="P1@example.com")], ["p1"]),
        ([said("yumen_id", "IN", values=["p1", "p3", "x"])], ["p1", "p3"]),
        ([said("firstname", "NEQ", value="F0"), said("yumen_id", "NOT_IN", values=["p1", "p2"])], ["p3", "p4"]),
        ([said("firstname", "CONTAINS_TOKEN", value="f4*")], ["p4"]),
        ([said("city", "HAS_PROPERTY")], []),
        ([said("city", "NOT_HAS_PROPERTY"), said("yumen_id", "EQ", value="p0")], ["p0"]),
        ([said("lastmodifieddate", "GTE", value="1600000000000"), said("yumen_id", "EQ", value="p2")], ["p2"]),
        ([said("createdate", "LT", value="2020-01-01T00:00:00Z")], []),
        ([said("createdate", "BETWEEN", value="1600000000000", highValue="4600000000000"),
          said("firstname", "EQ", value="f3")], ["p3"]),
    ],
)  # fmt: skip
async def test_filters_select(caller, people, filters, found):
    status, body = await find(caller, *filters, properties=["yumen_id"])
    assert status == 200
    assert sorted(one["properties"]["yumen_id"] for one in body["results"]) == found
    assert body["total"] == len(found)


async def test_pages_and_sorts(caller, people):
    rule = [{"propertyName": "firstname", "direction": "DESCENDING"}]
    _, body = await find(caller, limit=2, sorts=rule, properties=["yumen_id"])
    assert [one["properties"]["yumen_id"] for one in body["results"]] == ["p4", "p3"]
    assert body["paging"]["next"]["after"] == "2"
    _, body = await find(caller, limit=2, after="4", sorts=rule, properties=["yumen_id"])
    assert [one["properties"]["yumen_id"] for one in body["results"]] == ["p0"]
    assert "paging" not in body


async def test_words_are_looked_for_in_all_properties(caller, people):
    _, body = await caller.call("POST", "search", {"query": "p3@exam"})
    assert body["total"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 100, "after": "9950"},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [said("email", "HAS_PROPERTY")] * 7}]},
        {"filterGroups": [{"filters": [said("nope", "EQ", value="x")]}]},
        {"filterGroups": [{"filters": [said("email", "LIKE", value="x")]}]},
        {"filterGroups": [{"filters": [said("email", "EQ")]}]},
        {"filterGroups": [{"filters": [said("email", "IN", values=[])]}]},
        {"filterGroups": [{"filters": [said("createdate", "GT", value="yesterday")]}]},
        {"filterGroups": "x"},
        {"sorts": [{"propertyName": "email"}] * 2},
        {"query": "x" * 3001},
        {"after": "x"},
    ],
)
async def test_what_is_beyond_the_bounds_is_refused(caller, people, body):
    assert (await caller.call("POST", "search", body))[0] == 400


async def test_a_write_shows_up_later_and_an_archived_record_never(caller, admin):
    await admin.change_portal(search_lag_s=5, search_max=100)
    await caller.upsert(("a", {}))
    assert (await find(caller))[1]["total"] == 0
    await admin.advance_clock(6)
    assert (await find(caller))[1]["total"] == 1
    await admin.archive_record("contacts", "a")
    await admin.advance_clock(6)
    assert (await find(caller))[1]["total"] == 0


async def test_five_searches_a_second_and_no_headers(caller, admin):
    statuses = [(await find(caller))[0] for _ in range(8)]
    assert 429 in statuses
    assert not any(name.startswith("X-HubSpot-RateLimit") for name in caller.headers)
    status, body = 0, {}
    while status != 429:
        status, body = await find(caller)
    assert body["policyName"] == "SECONDLY"
