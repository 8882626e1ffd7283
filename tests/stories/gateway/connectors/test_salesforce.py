"""Salesforce as it behaves when persons arrive there: logins, dying sessions, masses, cuts, other objects, drift."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.stories.gateway.connectors.conftest import CONTACT, values
from yumen.gateway.connectors import FieldMap, Outcome, RecallWay, Record
from yumen.gateway.connectors.kit import Shape, check_start, find_drift
from yumen.gateway.connectors.salesforce import JwtLogin
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled


def person(number: int, version: int = 1, **changed) -> Record:
    return Record(f"k{number}-{version}", f"M{number:06}", version, {**values(number), **changed})


def certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gate")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


async def test_a_certificate_logs_in(make_salesforce, org):
    key = rsa.generate_private_key(65537, 2048)
    app = await org[1].create_app(certificate=certificate(key), username="gate@velvet.example", approved=True)
    salesforce = await make_salesforce(login=JwtLogin(app.client_id, "gate@velvet.example", key))
    assert (await salesforce.send([person(1)]))[0].outcome is Outcome.DONE


async def test_a_key_of_somebody_else_stops_the_connection(make_salesforce, org):
    key, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    app = await org[1].create_app(certificate=certificate(key), username="gate@velvet.example", approved=True)
    salesforce = await make_salesforce(login=JwtLogin(app.client_id, "gate@velvet.example", other))
    with pytest.raises(NotSent) as failure:
        await salesforce.send([person(1)])
    assert failure.value.code == "connector.login_refused"
    assert failure.value.upstream.startswith("invalid_")


async def test_sessions_that_die_after_every_few_calls_lose_nobody(make_salesforce, org):
    await org[1].change_org(token_calls_max=3)
    salesforce = await make_salesforce()
    left = [[person(number)] for number in range(24)]
    for _ in range(10):
        answers = await asyncio.gather(*(salesforce.send(batch) for batch in left), return_exceptions=True)
        assert all(isinstance(answer, list | NotSent) for answer in answers)
        left = [batch for batch, answer in zip(left, answers, strict=True) if isinstance(answer, NotSent)]
        if not left:
            break
    assert not left
    found = await salesforce.ask([f"M{number:06}" for number in range(24)])
    assert all(one.present for one in found)


async def test_masses_arrive_whole_whatever_order_the_job_answers_in(make_salesforce, org):
    salesforce = await make_salesforce()
    records = [person(number, Tier="Wood" if number % 100 == 7 else "Jade") for number in range(1_500)]
    told = await salesforce.send_bulk(records)
    refused = [one for one in told if one.outcome is not Outcome.DONE]
    assert [one.external_id for one in told] == [record.external_id for record in records]
    assert Counter(one.code for one in refused) == {"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": 15}
    assert {one.place for one in refused} == {"Loyalty_Tier__c"}
    assert (await org[1].record("Contact", "M000001")).fields["FirstName"] == "Mei1"


async def test_a_job_that_stops_half_way_is_finished_by_the_next(make_salesforce, org):
    await org[1].change_org(bulk_fails_after=100)
    salesforce = await make_salesforce()
    records = [person(number) for number in range(260)]
    told = await salesforce.send_bulk(records)
    again = [record for record, one in zip(records, told, strict=True) if one.outcome is Outcome.RETRY]
    assert 0 < len(again) < 260
    await org[1].change_org(bulk_fails_after=None)
    assert {one.outcome for one in await salesforce.send_bulk(again)} == {Outcome.DONE}
    writes = Counter(one.key for one in await org[1].arrivals(limit=100))
    assert set(writes.values()) == {1}


async def test_a_killed_process_leaves_no_job_that_acts_later(make_salesforce, org):
    await org[1].change_org(bulk_wait_s=3_600.0)
    killed = asyncio.create_task((await make_salesforce()).send_bulk([person(1), person(2)]))
    while not any(job.state == "UploadComplete" for job in await org[1].jobs()):
        await asyncio.sleep(0.02)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    salesforce = await make_salesforce()
    assert [one.present for one in await salesforce.ask(["M000001", "M000002"])] == [False, False]
    await org[1].change_org(bulk_wait_s=0.0)
    assert (await salesforce.send([person(1, 2)]))[0].outcome is Outcome.DONE
    await asyncio.sleep(0.5)
    assert (await org[1].record("Contact", "M000001")).fields["Yumen_Version__c"] == 2


async def test_cuts_and_lost_answers_lose_nobody_and_double_nobody(make_salesforce, org):
    salesforce = await make_salesforce()
    for kind in ("lost", "cut", "half", "partial", "html"):
        await org[1].trouble(kind, path="/services/data/v66.0/composite/sobjects", share=0.25, left=3, status=502)
    left = [[person(number) for number in range(start, start + 40)] for start in range(0, 640, 40)]
    for _ in range(20):
        answers = await asyncio.gather(*(_carried(salesforce, batch) for batch in left))
        left = [batch for batch in answers if batch]
        if not left:
            break
    assert not left
    await org[1].end_troubles()
    found = await salesforce.ask([f"M{number:06}" for number in range(640)])
    assert all(one.present and one.version == 1 for one in found)
    assert len({one.remote_id for one in found}) == 640


async def _carried(salesforce, batch):
    """What is left to send: as the dispatcher does it."""
    try:
        told = await salesforce.send(batch)
    except NotSent:
        return batch
    except Unsettled:
        try:
            found = await salesforce.ask([record.external_id for record in batch])
        except (NotSent, Unsettled):
            return batch
        return [record for record, one in zip(batch, found, strict=True) if not one.present]
    return [record for record, one in zip(batch, told, strict=True) if one.outcome is not Outcome.DONE]


async def test_persons_arrive_as_person_accounts_leads_and_individuals(make_salesforce, org):
    names = {"Given": "FirstName", "Family": "LastName"}
    record = Record("k", "M1", 1, {"Given": "Mei", "Family": "Wang"})
    for kind, constants in (
        ("Account", {}),
        ("Lead", {"Company": "-"}),
        ("Individual", {"CanStorePiiElsewhere": True}),
    ):
        fields = FieldMap("Yumen_Id__c", names, constants, "Yumen_Version__c")
        salesforce = await make_salesforce(fields, object=kind)
        assert [(one.outcome, one.code) for one in await salesforce.send([record])] == [("done", "")], kind
        assert find_drift(fields, {}, await salesforce.describe()) == []
        (told,) = await salesforce.recall(["M1"], RecallWay.DELETE)
        assert told.outcome is Outcome.DONE


async def test_orders_and_points_hang_on_their_person(make_salesforce, org):
    await (await make_salesforce()).send([person(1)])
    fields = FieldMap(
        "Yumen_Id__c", {"Member": "Contact__r.Yumen_Id__c", "Points": "Points__c"}, {}, "Yumen_Version__c"
    )
    points = await make_salesforce(fields, object="Loyalty_Points__c", anonymous={"Points__c": 0})
    record = Record("k", "P1", 1, {"Member": "M000001", "Points": 80})
    assert (await points.send([record]))[0].outcome is Outcome.DONE
    assert (await points.send_bulk([record]))[0].outcome is Outcome.DONE
    contact = (await org[1].record("Contact", "M000001")).id
    assert (await org[1].record("Loyalty_Points__c", "P1")).fields["Contact__c"] == contact
    assert (await points.recall(["P1"], RecallWay.ANONYMISE))[0].outcome is Outcome.DONE
    (left,) = await org[1].records("Loyalty_Points__c")
    assert (left.fields.get("Contact__c"), left.fields.get("Yumen_Id__c")) == (None, None)


async def test_a_hard_delete_leaves_nothing_in_the_bin(make_salesforce, org):
    soft, hard = await make_salesforce(), await make_salesforce(hard_delete=True)
    await soft.send([person(1), person(2)])
    await soft.recall(["M000001"], RecallWay.DELETE)
    await hard.recall(["M000002"], RecallWay.DELETE)
    left = {one.fields["Yumen_Id__c"]: one.deleted for one in await org[1].records("Contact")}
    assert left == {"M000001": True}


async def test_an_org_that_refuses_deletes_says_so_for_each_person(make_salesforce, org):
    salesforce = await make_salesforce()
    await salesforce.send([person(1), person(2)])
    await org[1].change_org(refuse_deletes=True)
    told = await salesforce.recall(["M000001", "M000009"], RecallWay.DELETE)
    assert [one.outcome for one in told] == ["rejected", "done"]
    assert told[0].code


async def test_a_spent_day_is_not_sent_and_comes_back(make_salesforce, org):
    await org[1].change_org(daily_calls=5)
    salesforce = await make_salesforce()
    with pytest.raises(NotSent) as failure:
        for number in range(50):
            await salesforce.send([person(number)])
    assert (failure.value.code, failure.value.upstream) == ("connector.quota_spent", "REQUEST_LIMIT_EXCEEDED")
    assert (await salesforce.budget()).calls_left == 0


async def test_drift_is_found_before_anybody_is_sent(make_salesforce, org):
    salesforce, shapes = await make_salesforce(), {"Given": Shape("text", 40), "Points": Shape("number")}
    await check_start(salesforce, CONTACT, shapes)
    await org[1].set_field("Contact", "FirstName", length=20)
    await org[1].set_field("Contact", "Salutation", type="picklist", picklist=["Ms."], required=True)
    await org[1].rename_field("Contact", "Loyalty_Points__c", to="Points_Total__c")
    drifts = find_drift(CONTACT, shapes, await salesforce.describe())
    assert {(drift.code.rpartition(".")[2], drift.field) for drift in drifts} == {
        ("too_short", "FirstName"),
        ("required", "Salutation"),
        ("missing", "Loyalty_Points__c"),
    }
    with pytest.raises(Problem) as refused:
        await check_start(salesforce, CONTACT, shapes)
    assert refused.value.facts["count"] == 3
    with pytest.raises(Rejected) as failure:
        await salesforce.send([person(1)])
    assert failure.value.upstream == "INVALID_FIELD"
