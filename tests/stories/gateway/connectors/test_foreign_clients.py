"""What our connectors send and receive fits the models of the CRMs' own client libraries and means the same to them."""

import asyncio
import csv
import gzip
import io
import json
import logging
from base64 import b64decode
from types import SimpleNamespace

import aiohttp
import msgspec
import pytest
import requests

from tests.stories.gateway.connectors.conftest import WANTED, values
from yumen.gateway.connectors import Outcome, RecallWay, Record
from yumen.gateway.connectors.hubspot.describe import SaidProperties
from yumen.gateway.connectors.hubspot.errors import Said as HubSpotSaid
from yumen.gateway.connectors.hubspot.writing import Batch
from yumen.gateway.connectors.salesforce.target import quoted
from yumen.kit.errors import NotSent, Rejected
from yumen.sandbox.salesforce import client as salesforce_client
from yumen.sandbox.salesforce import server as salesforce_server

simple_salesforce = pytest.importorskip("simple_salesforce")
hubspot = pytest.importorskip("hubspot")
contacts = pytest.importorskip("hubspot.crm.contacts")
properties = pytest.importorskip("hubspot.crm.properties")

VERSION = "66.0"


class Secure(tuple):
    """Address and admin, as elsewhere; and the secure twin with its authority."""

    def __new__(cls, plain, tls, ca):
        made = super().__new__(cls, plain)
        made.tls, made.ca = tls, ca
        return made


def person(number: int, **changed) -> Record:
    return Record(f"k{number}", f"M{number:06}", 1, {**values(number), **changed})


def sent(letters, method: str, part: str) -> list[tuple[str, object]]:
    """Path and unpacked body of those calls, oldest first."""
    found = []
    for one in letters:
        if one.method == method and part in one.target:
            raw = b64decode(one.body)
            packed = {name.lower(): value for name, value in one.headers.items()}.get("content-encoding") == "gzip"
            body = gzip.decompress(raw) if packed else raw
            found.append((one.target.partition("?")[0], body))
    return found


@pytest.fixture
async def org(tmp_path):
    """The sandbox with TLS: simple-salesforce knows nothing else."""
    options = salesforce_server.Options(state=tmp_path / "sf.sqlite", tls_port=0, ca=tmp_path / "ca.pem")
    async with salesforce_server.running(options) as at, salesforce_client.Admin(at.admin) as admin:
        await admin.change_org(bulk_wait_s=0.0)
        yield Secure((at.api, admin), at.tls, tmp_path / "ca.pem")


@pytest.fixture
async def theirs(org):
    """simple-salesforce, logged in to the sandbox."""
    address, admin = org
    app = (await admin.apps())[0]
    form = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": app.client_secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/services/oauth2/token", data=form) as answer,
    ):
        token = (await answer.json(content_type=None))["access_token"]
    session = requests.Session()
    session.trust_env, session.verify = False, str(org.ca)
    return simple_salesforce.Salesforce(session_id=token, instance_url=org.tls, version=VERSION, session=session)


class TestSimpleSalesforce:
    async def test_it_reads_what_we_wrote(self, make_salesforce, theirs):
        ours = await make_salesforce()
        (told,) = await ours.send([person(1)])
        read = await asyncio.to_thread(theirs.Contact.get_by_custom_id, "Yumen_Id__c", "M000001")
        assert (read["Id"], read["FirstName"], read["Loyalty_Points__c"]) == (told.remote_id, "Mei1", 1)

    async def test_we_find_what_it_wrote(self, make_salesforce, theirs):
        body = {"FirstName": "Li", "LastName": "Na", "Yumen_Version__c": 3}
        await asyncio.to_thread(theirs.Contact.upsert, "Yumen_Id__c/M000007", body)
        (found,) = await (await make_salesforce()).ask(["M000007"])
        assert (found.present, found.version) == (True, 3)

    async def test_it_takes_our_collection_as_its_own(self, make_salesforce, org, theirs):
        ours = await make_salesforce()
        await ours.send([person(1), person(2, Tier="Wood")])
        ((path, body),) = sent(await org[1].letters(), "PATCH", "/composite/sobjects")
        where = path.removeprefix(f"/services/data/v{VERSION}/")
        results = await asyncio.to_thread(lambda: theirs.restful(where, method="PATCH", data=body))
        assert [one["success"] for one in results] == [True, False]
        assert results[1]["errors"][0]["statusCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"

    async def test_a_job_of_ours_is_a_job_of_its(self, make_salesforce, org, theirs):
        ours = await make_salesforce()
        row = {"Yumen_Id__c": "M000001", "FirstName": "Mei1", "LastName": "Wang1"}
        its = await asyncio.to_thread(
            lambda: theirs.bulk2.Contact.upsert(records=[row], external_id_field="Yumen_Id__c")
        )
        assert its[0]["numberRecordsProcessed"] == 1
        await ours.send_bulk([person(2)])
        letters = await org[1].letters()
        (path, theirs_made), (our_path, ours_made) = sent(letters, "POST", "/jobs/ingest")
        theirs_made, ours_made = json.loads(theirs_made), json.loads(ours_made)
        assert path == our_path
        assert {name: ours_made[name] for name in theirs_made} == {**theirs_made, "lineEnding": "LF"}
        (_, its_csv), (_, our_csv) = sent(letters, "PUT", "/batches")
        read = [list(csv.DictReader(io.StringIO(text.decode(), newline=""))) for text in (its_csv, our_csv)]
        assert set(read[0][0]) <= set(read[1][0])

    @pytest.mark.parametrize("nasty", ["O'Brien", "a\\", "\\'", "x') OR Name LIKE ('%", "王梅"])
    def test_it_quotes_as_we_do(self, nasty):
        assert quoted([nasty]) == simple_salesforce.format_soql("{}", nasty)

    async def test_it_reads_the_same_allowance(self, make_salesforce, theirs):
        ours = await make_salesforce()
        await ours.send([person(1)])
        budget = await ours.budget()
        await asyncio.to_thread(theirs.query, "SELECT Id FROM Contact")
        usage = theirs.api_usage["api-usage"]
        assert (budget.calls_max, budget.calls_left) == (usage.total, usage.total - usage.used + 1)

    @pytest.mark.parametrize(
        ("status", "code", "its", "ours_raises"),
        [
            (403, "REQUEST_LIMIT_EXCEEDED", "SalesforceRefusedRequest", NotSent),
            (404, "NOT_FOUND", "SalesforceResourceNotFound", Rejected),
            (400, "INVALID_FIELD", "SalesforceMalformedRequest", Rejected),
        ],
    )
    async def test_a_refusal_means_the_same_to_both(self, make_salesforce, org, theirs, status, code, its, ours_raises):
        ours = await make_salesforce()
        await ours.send([person(1)])
        await org[1].trouble("error", path="/services/data", status=status, code=code, left=2)
        with pytest.raises(getattr(simple_salesforce.exceptions, its)) as said:
            await asyncio.to_thread(theirs.query, "SELECT Id FROM Contact")
        with pytest.raises(ours_raises) as failure:
            await ours.send([person(1)])
        assert failure.value.upstream == said.value.content[0]["errorCode"] == code


class TestHubSpotClient:
    """Its models are generated from HubSpot's own API description."""

    @pytest.fixture
    async def ours(self, make_hubspot):
        connector = await make_hubspot()
        await connector.make_properties(WANTED)
        return connector

    @pytest.fixture
    async def theirs(self, portal):
        client = hubspot.Client.create(access_token=(await portal[1].app()).token)
        client.config["host"] = portal[0]
        return client

    async def test_what_we_send_is_what_its_models_would_send(self, ours, portal):
        await ours.send([person(1), person(2)])
        await ours.ask(["M000001"])
        await ours.recall(["M000001"], RecallWay.ANONYMISE)
        await ours.recall(["M000002"], RecallWay.DELETE)
        letters = await portal[1].letters()
        for part, model in (
            ("batch/upsert", "BatchInputSimplePublicObjectBatchInputUpsert"),
            ("batch/read", "BatchReadInputSimplePublicObjectId"),
            ("batch/update", "BatchInputSimplePublicObjectBatchInput"),
            ("gdpr-delete", "PublicGdprDeleteInput"),
        ):
            calls = sent(letters, "POST", part)
            assert calls, part
            for _, body in calls:
                assert self.through(contacts, model, body) == json.loads(body), part

    async def test_properties_we_make_are_its_properties(self, ours, portal):
        calls = sent(await portal[1].letters(), "POST", "/crm/v3/properties/contacts")
        made = [body for path, body in calls if not path.endswith("groups")]
        assert len(made) == len(WANTED)
        for body in made:
            wrong = {"dataSensitivity"} & set(json.loads(body))
            assert not wrong
            assert self.through(properties, "PropertyCreate", body) == json.loads(body)

    async def test_it_reads_what_we_wrote_and_we_read_what_it_answers(self, ours, theirs):
        (told,) = await ours.send([person(1)])
        question = contacts.BatchReadInputSimplePublicObjectId(
            id_property="member_no", inputs=[{"id": "M000001"}], properties=["firstname", "member_no"]
        )
        answer = await asyncio.to_thread(theirs.crm.contacts.batch_api.read, question)
        (row,) = answer.results
        assert (row.id, row.properties["firstname"]) == (told.remote_id, "Mei1")
        batch = self.as_ours(answer, Batch)
        assert (batch.results[0].id, batch.results[0].properties["member_no"]) == (told.remote_id, "M000001")

    async def test_partial_failures_are_the_same_to_both(self, ours, theirs):
        inputs = [
            contacts.SimplePublicObjectBatchInputUpsert(
                id=f"M{number}",
                id_property="member_no",
                object_write_trace_id=f"k{number}",
                properties={"tier": tier},
            )
            for number, tier in ((1, "Gold"), (2, "Wood"))
        ]
        wanted = contacts.BatchInputSimplePublicObjectBatchInputUpsert(inputs=inputs)
        answer = await asyncio.to_thread(theirs.crm.contacts.batch_api.upsert, wanted)
        batch = self.as_ours(answer, Batch)
        assert len(batch.results) == len(answer.results) == 1
        one, two = await ours.send([Record("k1", "M1", 1, {"Tier": "Gold"}), Record("k2", "M2", 1, {"Tier": "Wood"})])
        assert (one.outcome, two.outcome) == (Outcome.DONE, Outcome.REJECTED)
        assert batch.errors[0].category == answer.errors[0].category == "VALIDATION_ERROR"
        assert batch.errors[0].context == answer.errors[0].context

    async def test_we_describe_by_what_its_model_holds(self, ours, theirs):
        answer = await asyncio.to_thread(theirs.crm.properties.core_api.get_all, "contacts")
        told = {one.name: one for one in self.as_ours(answer, SaidProperties).results}
        assert told["member_no"].has_unique_value
        assert {option.value for option in told["tier"].options} == {"Jade", "Gold"}

    def test_its_errors_are_read_as_ours(self):
        error = contacts.StandardError(
            status="error",
            category="VALIDATION_ERROR",
            message="about Mei",
            context={"objectWriteTraceId": ["k1"]},
            errors=[contacts.ErrorDetail(message="Mei", code="INVALID_EMAIL", _in="email")],
            links={},
        )
        said = self.as_ours(error, HubSpotSaid)
        assert (said.category, said.context) == ("VALIDATION_ERROR", {"objectWriteTraceId": ["k1"]})
        assert (said.errors[0].code, said.errors[0].place) == ("INVALID_EMAIL", "email")

    def through(self, module, model: str, body: bytes):
        """The JSON as its model would write it again."""
        client = module.ApiClient()
        read = client.deserialize(SimpleNamespace(data=body.decode()), model)
        return client.sanitize_for_serialization(read)

    def as_ours(self, answer, kind):
        """An object of its models, written by it and read by us."""
        text = json.dumps(contacts.ApiClient().sanitize_for_serialization(answer), default=str)
        return msgspec.json.decode(text, type=kind)


@pytest.fixture(autouse=True)
def quiet_libraries():
    logging.getLogger("urllib3").setLevel(logging.WARNING)
