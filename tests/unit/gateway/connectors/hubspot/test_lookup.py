"""Who is held, read in batches and never searched."""

import pytest

from tests.unit.gateway.connectors.hubspot.conftest import FIELDS
from yumen.gateway.connectors.channel import ASK_DEADLINE_S, DEADLINE_S
from yumen.gateway.connectors.hubspot import Account, HubSpot, MemoryBook, TokenLogin
from yumen.kit.errors import Unsettled
from yumen.kit.http import Answer, Http, Request


async def test_presence_and_version_come_in_the_order_of_the_question(hubspot, make_record):
    await hubspot.send([make_record(1, 7), make_record(2, 1)])
    found = await hubspot.ask(["M00002", "M09999", "m00001"])
    assert [(f.external_id, f.present, f.version) for f in found] == [
        ("M00002", True, 1),
        ("M09999", False, None),
        ("m00001", True, 7),
    ]


async def test_a_thousand_ids_are_asked_a_hundred_at_a_time(hubspot, recipient, make_record):
    await hubspot.send([make_record(999)])
    found = await hubspot.ask([f"M{n:05}" for n in range(1_000)])
    assert sum(f.present for f in found) == 1
    assert len(recipient.calls("POST", "batch/read")) == 10


@pytest.mark.parametrize(
    "said",
    [
        {"results": []},
        (207, {"results": [], "errors": [{"category": "INTERNAL_ERROR"}]}, {}),
        b"nonsense",
        (207, {"results": "none", "errors": []}, {}),
    ],
)
async def test_nobody_is_absent_without_a_word_of_it(hubspot, account, said):
    account.script = [said]
    with pytest.raises(Unsettled):
        await hubspot.ask(["M00001"])


@pytest.mark.parametrize(("said", "version"), [("4", 4), ("4.0", 4), ("", None), ("four", None), (None, None)])
async def test_a_version_is_a_whole_number_or_unknown(hubspot, account, said, version):
    account.script = [{"results": [{"id": "1", "properties": {"member_no": "M1", "yumen_version": said}}]}]
    assert (await hubspot.ask(["M1"]))[0].version == version


class Noting(Http):
    """Remembers how long each call may take."""

    def __init__(self) -> None:
        super().__init__()
        self.deadlines: dict[str, float] = {}

    async def send(self, request: Request) -> Answer:
        self.deadlines[request.url.rpartition("/")[2]] = request.deadline_s
        return await super().send(request)


async def test_a_question_gives_up_sooner_than_a_write_so_that_a_link_that_is_back_is_used(account, make_record):
    async with Noting() as http:
        hubspot = HubSpot(http, Account(TokenLogin(account.token), url=account.url), FIELDS, MemoryBook())
        await hubspot.send([make_record(1)])
        await hubspot.ask(["M00001"])
        assert http.deadlines == {"upsert": DEADLINE_S, "read": ASK_DEADLINE_S}
