import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.sandbox.salesforce import querying, reading, soql  # noqa: F401 - querying and reading over HTTP
from yumen.sandbox.salesforce.refusals import Refusal


async def people(caller, count: int = 5) -> None:
    for start in range(0, count, 200):
        await caller.upsert(
            *(
                {"Yumen_Id__c": f"p{n}", "LastName": f"L{n:04}", "Loyalty_Points__c": n, "Email": f"p{n}@example.com"}
                for n in range(start, min(start + 200, count))
            )
        )


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Yumen_Id__c = 'p1'", ["p1"]),
        ("Yumen_Id__c IN ('p1', 'p3', 'nobody')", ["p1", "p3"]),
        ("Loyalty_Points__c > 2 AND Loyalty_Points__c <= 4", ["p3", "p4"]),
        ("LastName = 'l0002' OR Email = 'P0@example.com'", ["p0", "p2"]),
        ("NOT (Loyalty_Points__c >= 1)", ["p0"]),
        ("LastName LIKE 'L%2'", ["p2"]),
        ("Title = null AND Yumen_Id__c NOT IN ('p0','p1','p2')", ["p3", "p4"]),
        ("Title != null", []),
        ("SystemModstamp > 2020-01-01T00:00:00Z AND Yumen_Id__c = 'p4'", ["p4"]),
        ("SystemModstamp >= 2100-01-01T00:00:00.000+0000", []),
        ("HasOptedOutOfEmail = false AND Yumen_Id__c = 'p0'", ["p0"]),
    ],
)
async def test_conditions_select(caller, where, found):
    await people(caller)
    records = await caller.select(f"SELECT Yumen_Id__c FROM Contact WHERE {where} ORDER BY Yumen_Id__c")
    assert [one["Yumen_Id__c"] for one in records] == found


async def test_records_carry_type_and_address(caller):
    await people(caller, 1)
    (one,) = await caller.select("SELECT Id, Loyalty_Points__c FROM Contact LIMIT 5")
    assert one["attributes"]["type"] == "Contact"
    assert one["attributes"]["url"].endswith(one["Id"])
    assert isinstance(one["Loyalty_Points__c"], float)


async def test_order_limit_offset_and_count(caller):
    await people(caller)
    query = "SELECT Yumen_Id__c FROM Contact ORDER BY Loyalty_Points__c DESC, Id LIMIT 2 OFFSET 1"
    assert [one["Yumen_Id__c"] for one in await caller.select(query)] == ["p3", "p2"]
    _, counted = await caller.call("GET", "query", q="SELECT COUNT() FROM Contact")
    assert (counted["totalSize"], counted["records"]) == (5, [])


async def test_long_answers_come_page_by_page(caller):
    await people(caller, 450)
    headers = {"Sforce-Query-Options": "batchSize=200"}
    status, page = await caller.call("GET", "query", headers=headers, q="SELECT Id FROM Contact ORDER BY Id")
    assert (page["totalSize"], page["done"], len(page["records"])) == (450, False, 200)
    seen = [one["Id"] for one in page["records"]]
    while not page["done"]:
        status, page = await caller.call("GET", page["nextRecordsUrl"], headers=headers)
        assert status == 200
        seen += [one["Id"] for one in page["records"]]
    assert len(set(seen)) == 450
    assert (await caller.call("GET", "query/01gnothing-200"))[1][0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Id = 'unfinished", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact LIMIT 1 and more", "MALFORMED_QUERY"),
        ("SELECT Nope FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Id FROM Contact WHERE SystemModstamp > 'yesterday'", "INVALID_QUERY_FILTER_OPERATOR"),
    ],
)
async def test_what_it_cannot_read_it_refuses(caller, query, code):
    status, body = await caller.call("GET", "query", q=query)
    assert (status, body[0]["errorCode"]) == (400, code)


async def test_changes_and_deletions_are_found_by_their_moment(caller, admin):
    await people(caller, 3)
    now = (await admin.overview()).now
    from datetime import UTC, datetime

    stamps = {
        name: datetime.fromtimestamp(now + shift, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for name, shift in (("start", -60), ("end", 60))
    }
    await admin.delete_record("Contact", "p1")
    _, gone = await caller.call("GET", "sobjects/Contact/deleted", **stamps)
    _, changed = await caller.call("GET", "sobjects/Contact/updated", **stamps)
    assert len(gone["deletedRecords"]) == 1
    assert len(changed["ids"]) == 2


async def test_a_long_transaction_shows_up_behind_the_watermark(caller, admin):
    await people(caller, 1)
    await admin.change_record("Contact", "p0", ago_s=300, Title="late")
    (late,) = await caller.select("SELECT SystemModstamp, CreatedDate FROM Contact")
    assert late["SystemModstamp"] < late["CreatedDate"]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    try:
        source = soql.parse(text).source
    except Refusal as refusal:
        source = "" if refusal.status == 400 else None
    assert source is not None


def test_texts_are_unescaped_and_depth_is_bounded():
    query = soql.parse(r"SELECT Id FROM Contact WHERE LastName = 'O\'Neil\n'")
    assert query.where.value == "O'Neil\n"
    with pytest.raises(Refusal):
        soql.parse("SELECT Id FROM Contact WHERE " + "(" * 60 + "Id = '1'" + ")" * 60)
