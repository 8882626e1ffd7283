"""Envelopes go to HQ's own endpoint one after the other, and a receipt settles them."""

import asyncio
import json
from base64 import b64encode

import pytest

from yumen.gateway.connectors import Description, Outcome, RecallWay, RemoteField
from yumen.gateway.connectors.webhook import Endpoint, Sealer, Webhook
from yumen.kit.errors import Code, NotSent, Rejected, Unsettled

BACKLOG = Code("test.backlog", 409)
FOREIGN = Code("test.foreign", 422)


class Chain:
    """Numbers envelopes and keeps them until `receipt:<number>` is here."""

    def __init__(self):
        self.sealed = []
        self.open = {}
        self.full = False

    async def seal(self, content):
        if self.full:
            raise BACKLOG()
        number = len(self.sealed) + 1
        self.sealed.append(content)
        self.open[number] = b"%d:" % number + content
        return self.open[number]

    async def take_back(self, envelope):
        del self.open[len(self.sealed)]
        self.sealed.pop()

    async def waiting(self):
        return list(self.open.values())

    async def settle(self, receipt):
        number = int(receipt.removeprefix(b"receipt:") or 0) if receipt.startswith(b"receipt:") else 0
        if number not in self.open and number not in range(1, len(self.sealed) + 1):
            raise FOREIGN()
        self.open.pop(number, None)


def receipt(asked):
    return 200, b"receipt:" + asked.body.partition(b":")[0]


@pytest.fixture
def chain() -> Sealer:
    return Chain()


@pytest.fixture
def webhook(http, recipient, chain):
    recipient.answer = receipt
    description = Description("members", (RemoteField("Given", "text"),))
    return Webhook(http, Endpoint(f"{recipient.url}/inbox", description), chain)


async def test_records_go_sealed_and_are_done_when_receipted(webhook, recipient, chain, make_record):
    settled = await webhook.send([make_record(1, 2), make_record(2), make_record(1, 3)])
    assert [(s.external_id, s.outcome) for s in settled] == [
        ("M00001", "done"),
        ("M00002", "done"),
        ("M00001", "retry"),
    ]
    (call,) = recipient.asked
    assert (call.path, call.headers["content-type"]) == ("/inbox", "application/vnd.yumen.envelope")
    assert json.loads(chain.sealed[0]) == {
        "act": "upsert",
        "records": [
            {"key": "trf_1_2", "external_id": "M00001", "version": 2, "values": {"Given": "Mei1"}},
            {"key": "trf_2_1", "external_id": "M00002", "version": 1, "values": {"Given": "Mei2"}},
        ],
    }


async def test_what_waits_is_posted_first_and_never_sealed_again(webhook, recipient, chain, make_record, drop):
    recipient.answer = lambda asked: drop
    with pytest.raises(Unsettled):
        await webhook.send([make_record(1)])
    recipient.answer = receipt
    assert (await webhook.send([make_record(1)]))[0].outcome is Outcome.DONE
    assert (await webhook.send([make_record(2)]))[0].outcome is Outcome.DONE
    assert [asked.body.partition(b":")[0] for asked in recipient.asked] == [b"1", b"1", b"2"]
    assert len(chain.sealed) == 2


async def test_what_never_left_is_unmade_and_the_next_takes_its_number(http, recipient, chain, make_record):
    """Nobody listens there: whoever withdraws until somebody does must not be in what is posted then."""
    nowhere = Webhook(http, Endpoint("http://127.0.0.1:9/inbox", Description("members", ())), chain)
    for _ in range(2):
        with pytest.raises(NotSent) as failure:
            await nowhere.send([make_record(1), make_record(2)])
        assert failure.value.code == "http.unreachable"
        assert (chain.sealed, chain.open) == ([], {})
    recipient.answer = receipt
    there = Webhook(http, Endpoint(f"{recipient.url}/inbox", Description("members", ())), chain)
    assert (await there.send([make_record(2)]))[0].outcome is Outcome.DONE
    (asked,) = recipient.asked
    assert asked.body.startswith(b"1:")
    assert b"M00001" not in asked.body


async def test_a_batch_behind_an_unknown_one_is_not_sent(webhook, recipient, chain, make_record, drop):
    recipient.answer = lambda asked: drop
    with pytest.raises(Unsettled):
        await webhook.send([make_record(1)])
    with pytest.raises(NotSent) as failure:
        await webhook.send([make_record(2)])
    assert failure.value.code == "connector.earlier_waits"
    assert len(chain.sealed) == 1


async def test_a_replay_is_settled_by_the_receipt_it_got_the_first_time(webhook, recipient, make_record):
    said = {"code": "sequence.replayed", "receipt": b64encode(b"receipt:1").decode()}
    recipient.answer = lambda asked: (409, said)
    assert (await webhook.send([make_record(1)]))[0].outcome is Outcome.DONE


@pytest.mark.parametrize(
    ("said", "kind", "code", "upstream"),
    [
        ((409, {"code": "sequence.gap"}), Rejected, "connector.receiver_refused", "sequence.gap"),
        ((401, {}), Rejected, "connector.access_refused", ""),
        ((422, {"code": "about Mei"}), Rejected, "connector.receiver_refused", "OTHER"),
        (
            (409, {"code": "sequence.replayed", "receipt": "***"}),
            Rejected,
            "connector.receiver_refused",
            "sequence.replayed",
        ),
        ((422, b"<html>"), Rejected, "connector.receiver_refused", ""),
        ((503, {"code": "deliver.failed"}), Unsettled, "connector.failed", ""),
        ((429, b""), NotSent, "connector.throttled", ""),
        ((200, b"not a receipt"), Unsettled, "connector.receipt_refused", "test.foreign"),
        ((200, b"receipt:99"), Unsettled, "connector.receipt_refused", "test.foreign"),
        ((301, b"", {"Location": "https://evil.example"}), Unsettled, "connector.redirected", ""),
    ],
)
async def test_a_refused_envelope_is_nobodys_fault_in_it(webhook, recipient, make_record, said, kind, code, upstream):
    recipient.answer = lambda asked: said
    with pytest.raises(kind) as failure:
        await webhook.send([make_record(1)])
    assert (failure.value.code, failure.value.upstream) == (code, upstream)


@pytest.mark.parametrize("code", ["envelope.receipt_differs", "envelope.receipt_unknown"])
async def test_a_receipt_for_another_history_stops_the_connection(webhook, chain, make_record, code):
    async def settle(receipt):
        raise Code(code, 409 if code.endswith("differs") else 404)()

    chain.settle = settle
    with pytest.raises(Rejected) as failure:
        await webhook.send([make_record(1)])
    assert (failure.value.code, failure.value.upstream) == ("connector.histories_parted", code)


async def test_what_cannot_be_sealed_is_not_sent(webhook, chain, recipient, make_record):
    chain.full = True
    with pytest.raises(NotSent) as failure:
        await webhook.send([make_record(1)])
    assert (failure.value.code, failure.value.upstream) == ("connector.unsealed", "test.backlog")
    chain.full = False
    assert (await webhook.send([make_record(1)]))[0].outcome is Outcome.DONE
    assert len(recipient.asked) == 1


async def test_envelopes_never_overtake_each_other(webhook, recipient, make_record):
    async def slow(asked):
        await asyncio.sleep(0.01)
        return receipt(asked)

    recipient.answer = slow
    await asyncio.gather(*(webhook.send([make_record(n)]) for n in range(5)))
    assert [asked.body.partition(b":")[0] for asked in recipient.asked] == [b"1", b"2", b"3", b"4", b"5"]


async def test_a_recall_is_an_order_that_hq_countersigns(webhook, chain):
    told = await webhook.recall(["M1", "M2"], RecallWay.DELETE)
    assert [(t.external_id, t.outcome) for t in told] == [("M1", "done"), ("M2", "done")]
    assert json.loads(chain.sealed[0]) == {"act": "recall", "way": "delete", "external_ids": ["M1", "M2"]}


async def test_what_an_endpoint_cannot_do_is_said_beforehand(webhook, recipient, make_record):
    assert not webhook.abilities.reads_back
    assert webhook.abilities.connections_max == 1
    with pytest.raises(Rejected):
        await webhook.ask(["M1"])
    with pytest.raises(Rejected):
        await webhook.send_bulk([make_record(1)])
    assert (await webhook.describe()).object == "members"
    assert await webhook.send([]) == []
    assert await webhook.recall([], RecallWay.DELETE) == []
    assert (await webhook.budget()).calls_left is None
    assert not recipient.asked
