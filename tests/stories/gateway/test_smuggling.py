"""Somebody tries to get an undeclared value out by every way there is: it never leaves, and is never written down.

The contract declares the member number, the nickname, and the phone number as a hash. Smuggled are the birthday and the
phone number itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.stories.gateway.conftest import CONTRACT, LI, OPENERS, WRITTEN, Gateway
from tests.stories.gateway.recipient import FakeRecipient, timed_out
from yumen.border import BadContractError, Cleared, DeclaredReader, contracting, filings, read, resolve, transfers
from yumen.border.contract import from_canonical
from yumen.border.reader import NotClearedError
from yumen.customer import profile
from yumen.gateway import cases, connections, explaining, foresight, recall_queue
from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.connector import Description, Outcome, Record, Settled
from yumen.gateway.connectors.failures import code_of, place_of
from yumen.gateway.connectors.webhook import Endpoint, Webhook
from yumen.kit.errors import Problem, Rejected
from yumen.kit.http import Http, HttpSettings
from yumen.kit.ids import SubjectId
from yumen.security.access import four_eyes
from yumen.security.datamap import Purpose

PHONE, BIRTHDAY, NICKNAME = "13912345678", "1987-03-14", "Xiaoyu"
SECRETS = (PHONE, f"+86{PHONE}", BIRTHDAY)
DECLARED = {"Member_No", "Phone_Hash", "Nickname"}
WORDS = {"external": "loyalty.member.number", "last_state_wins": "true", "starts_on": "2026-11-01",
         "ends_on": "2029-10-31"}  # fmt: skip
MORE = '\n[[lines]]\nfield = "{field}"\nname = "Extra"\nchange = "{change}"\n{rest}\n'


def written(version: int = 2, field: str = "", change: str = "pass", rest: str = "") -> str:
    """The contract of the fixture, with a line more."""
    source = WRITTEN.format(version=version, **WORDS)
    extra = MORE.format(field=field, change=change, rest=rest) if field else ""
    return source.replace("\n[subjects]", extra + "\n[subjects]")


@pytest.fixture
async def her(gateway: Gateway) -> SubjectId:
    """A member with a phone number and a birthday, who agreed to everything."""
    person = await gateway.member(phone=False)
    await gateway.agree(person, Purpose.PROFILE)
    async with gateway.unit() as uow:
        await gateway.bind(uow, person, PHONE)
        await profile.details.change(
            uow, person, profile.details.Change(nickname=NICKNAME, birthday=date.fromisoformat(BIRTHDAY))
        )
    return person


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Every line that anything logged, at every level."""
    caplog.set_level(logging.DEBUG)
    return caplog


def clean(text: object) -> None:
    said = str(text)
    assert [secret for secret in SECRETS if secret in said] == []


async def sent_clean(gateway: Gateway) -> None:
    """What left are the declared names and nothing else, and no value smuggled."""
    for record in gateway.hq.sent:
        assert set(record.values) <= DECLARED
        clean(record.values)


async def nothing_written(gateway: Gateway) -> None:
    """No table of the gate, the border, the trail or the jobs holds the values."""
    tables = await gateway.rows(
        "select format('%%I.%%I', schemaname, tablename) as name from pg_tables"
        " where schemaname in ('border', 'gateway', 'abroad', 'trail', 'jobs', 'ops')"
    )
    assert len(tables) > 10
    for table in tables:
        for secret in SECRETS:
            query = f"select count(*) as n from {table['name']} t where strpos(t::text, %s) > 0"
            hexed = f"select count(*) as n from {table['name']} t where strpos(t::text, encode(%s::bytea, 'hex')) > 0"
            assert [(await gateway.rows(query, secret))[0]["n"], table["name"]] == [0, table["name"]]
            assert (await gateway.rows(hexed, secret.encode()))[0]["n"] == 0


async def test_the_usual_way_carries_the_declared_lines_only(gateway: Gateway, her: SubjectId, lines) -> None:
    await gateway.all_of_it()
    (record,) = gateway.hq.sent
    assert set(record.values) == DECLARED
    assert record.values["Nickname"] == NICKNAME
    await sent_clean(gateway)
    await nothing_written(gateway)
    clean(lines.text)


@pytest.mark.parametrize(
    ("field", "change", "rest"),
    [
        ("profile.phone.phone", "pass:profile.detail.birthday", ""),
        ("profile.phone.phone", "{{ person.birthday }}", ""),
        ("profile.phone.phone", "mask", "keep = 11"),
        ("profile.phone.phone", "mask", "keep = -1"),
        ("profile.phone.phone", "mask", 'keep = 4\nformat = "{birthday}"'),
        ("loyalty.posting.points", "bucket", 'edges = ["profile.detail.birthday"]'),
        ("profile.phone.phone|profile.detail.birthday", "pass", ""),
        ("profile.phone.*", "hash", ""),
        ("profile.phone.phone_sealed", "pass", ""),
        ("profile.detail", "pass", ""),
        ("profile.phone.phone; select 1", "hash", ""),
    ],
)
async def test_no_transform_and_no_address_says_more_than_one_field(
    gateway: Gateway, field: str, change: str, rest: str
) -> None:
    with pytest.raises(BadContractError):
        resolve(read(written(2, field, change, rest).encode()), gateway.gate.data_map, gateway.today)


async def test_the_reader_keeps_no_opener_but_those_of_its_lines(gateway: Gateway, her: SubjectId) -> None:
    opened: list[str] = []

    def spy(address: str) -> Any:
        async def opener(uow: Any, people: Sequence[SubjectId]) -> Mapping[SubjectId, Any]:
            opened.append(address)
            return await OPENERS[address](uow, people)

        return opener

    await gateway.judge()
    async with gateway.unit() as uow:
        rules = await filings.rules(uow, gateway.gate.data_map, gateway.gate.what_is(gateway.handler))
        ((number, contract),) = rules.contracts.items()
        reader = DeclaredReader(contract, {address: spy(address) for address in OPENERS}, b"salt")
        waiting = [one.cleared for one in await transfers.waiting(uow, number)]
        (payload,), left = await reader.read(uow, waiting)
        assert (set(payload.values), left) == (DECLARED, [])
        clean(payload)
        with pytest.raises(NotClearedError):
            await reader.read(uow, [Cleared("k", her, bytes(32))])
    assert set(opened) == {"loyalty.member.number", "profile.phone.phone", "profile.detail.nickname"}
    assert not {"profile.detail.birthday", "loyalty.posting.points"} & set(vars(reader)), "and no way to ask for them"


async def test_a_mapping_only_renames_and_its_constants_are_only_words(gateway: Gateway, her: SubjectId) -> None:
    await gateway.all_of_it()
    (record,) = gateway.hq.sent
    names = {name: name for name in DECLARED}
    wide = FieldMap(
        "Member_No",
        {**names, "profile.detail.birthday": "Birthday", "Phone": "Phone"},
        {"Note": "{profile.detail.birthday}", "Other": "${Phone} {{phone}} %(phone)s", "Ref": "profile.phone.phone"},
    )
    body = wide.of_recipient(record)
    assert {"Birthday", "Phone"}.isdisjoint(body)
    assert body["Note"] == "{profile.detail.birthday}"
    clean(body)
    more = Record(record.key, record.external_id, 1, {**record.values, "Birthday": BIRTHDAY})
    with pytest.raises(Rejected) as refused:
        FieldMap("Member_No", names).of_recipient(more)
    clean(repr(refused.value))


async def test_a_new_text_without_a_second_person_changes_nothing(gateway: Gateway, her: SubjectId) -> None:
    wider = written(2, "profile.detail.birthday", "pass").encode()
    async with gateway.unit() as uow:
        approval = await contracting.propose(uow, wider, gateway.gate.data_map)
    for given in (None, approval):
        with pytest.raises(Problem, match=r"approval\."):
            async with gateway.unit() as uow:
                await contracting.enforce(uow, CONTRACT, 2, given, gateway.gate.data_map)
    with pytest.raises(Problem, match=r"approval\.same_person"):
        async with gateway.unit() as uow:
            await four_eyes.approve(uow, approval, ("compliance",))
    await gateway.all_of_it()
    assert len(gateway.hq.sent) == 1
    await sent_clean(gateway)


async def test_a_file_changed_after_its_approval_is_not_read(gateway: Gateway, her: SubjectId, tmp_path: Path) -> None:
    file = tmp_path / "contract.toml"
    file.write_text(written(2).replace("730", "700"))
    async with gateway.unit() as uow:
        approval = await contracting.propose(uow, file.read_bytes(), gateway.gate.data_map)
    async with gateway.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    file.write_text(written(2, "profile.detail.birthday", "pass"))
    async with gateway.unit() as uow:
        await contracting.enforce(uow, CONTRACT, 2, approval, gateway.gate.data_map)
    await gateway.all_of_it()
    assert len(gateway.hq.sent) == 1
    await sent_clean(gateway)


async def test_a_statement_that_widens_the_stored_text_stops_everybody(gateway: Gateway, her: SubjectId) -> None:
    await gateway.judge()
    (row,) = await gateway.rows("select body from border.contract")
    draft = from_canonical(bytes(row["body"]))
    extra = msgspec.structs.replace(
        draft.lines[0], field="profile.detail.birthday", name="Extra"
    )  # as approved, and a line more
    wider = msgspec.structs.replace(draft, lines=(*draft.lines, extra))
    await gateway.do("update border.contract set body = %s", wider.canonical())
    await gateway.all_of_it()
    assert gateway.hq.sent == []


async def test_a_statement_that_queues_somebody_sends_nobody(gateway: Gateway, her: SubjectId) -> None:
    """Rows that no booking wrote: of a stranger to the ledger, of somebody refused, of somebody under another's key."""
    refused = await gateway.member(agrees=False)
    await gateway.judge()
    stranger = await gateway.member()
    await gateway.do("delete from gateway.change")
    insert = "insert into border.outbound (contract_id, subject_id, key) values (1, %s, {})"
    await gateway.do(insert.format("gen_random_uuid()"), stranger)
    await gateway.do(insert.format("(select key from border.transfer where verdict <> 0)"), refused)
    await gateway.do(insert.format("(select key from border.transfer where verdict = 0)"), stranger)
    await gateway.send()
    assert [record.external_id for record in gateway.hq.sent] == [await gateway.number_of(her)]


class Telltale(FakeRecipient):
    """A recipient that answers every record with what it was sent, as its codes."""

    def _apply(self, one: Record) -> Settled:
        said = "_".join(str(value) for value in one.values.values()).upper()
        return Settled(one.external_id, Outcome.REJECTED, code_of(said, one), place_of(str(one.values), one))


async def test_a_recipient_that_says_values_back_is_not_repeated(gateway: Gateway, her: SubjectId, lines) -> None:
    telltale = Telltale()
    gateway.recipient = replace(gateway.recipient, connector=telltale)
    await gateway.judge()
    await gateway.send()
    (case,) = await gateway.rows("select code, field from gateway.case_file")
    assert (case["code"], case["field"]) == ("OTHER", "")
    assert NICKNAME not in lines.text
    await nothing_written(gateway)


async def test_failures_and_lines_name_no_value(gateway: Gateway, her: SubjectId, lines) -> None:
    gateway.hq.trouble_after = lambda what, n: timed_out() if n < 4 else None
    await gateway.all_of_it()
    await gateway.withdraw(her)
    await gateway.all_of_it()
    assert len(lines.records) > 1
    clean(lines.text)
    assert NICKNAME not in lines.text
    await nothing_written(gateway)


async def test_what_people_are_shown_names_no_value(gateway: Gateway, her: SubjectId) -> None:
    """The pages of the gate: connections, cases, the queue of recalls, the outlook, and why somebody is not there."""
    number = await gateway.number_of(her)
    gateway.hq.refuse[number] = (Outcome.REJECTED, "BAD_VALUE", "Phone_Hash")
    await gateway.all_of_it()
    async with gateway.unit() as uow:
        shown = [
            await connections.status(uow),
            await cases.list_open(uow),
            await recall_queue.list_unclosed(uow),
            await foresight.look_ahead(uow, gateway.gate, 10),
            await transfers.of_person(uow, [her]),
            explained := await explaining.explain(uow, gateway.gate, number),
        ]
        by_phone = await explaining.explain(uow, gateway.gate, f"+86{PHONE}")
    assert explained.known
    assert not by_phone.known, "a value that no recipient got as a name finds nobody"
    clean(shown)
    clean(msgspec.json.encode(shown).decode())
    assert NICKNAME not in str(shown)


class Chain:
    """Keeps what it was given to seal."""

    def __init__(self) -> None:
        self.sealed: list[bytes] = []

    async def seal(self, content: bytes) -> bytes:
        self.sealed.append(content)
        return content

    async def take_back(self, envelope: bytes) -> None:
        """It stays to be looked at."""

    async def waiting(self) -> Sequence[bytes]:
        return []

    async def settle(self, receipt: bytes) -> None:
        raise AssertionError("nobody answers")


async def test_an_envelope_holds_the_declared_values_only(gateway: Gateway, her: SubjectId) -> None:
    chain = Chain()
    async with Http(HttpSettings()) as http:
        webhook = Webhook(http, Endpoint("http://127.0.0.1:9/inbox", Description("members", ())), chain)
        gateway.recipient = replace(gateway.recipient, connector=webhook)
        await gateway.judge()
        await gateway.send()
    content = msgspec.json.decode(chain.sealed[0])
    assert set(content) == {"act", "records"}
    (record,) = content["records"]
    assert set(record) == {"key", "external_id", "version", "values"}
    assert set(record["values"]) == DECLARED
    clean(chain.sealed)


def test_one_place_of_the_gate_opens_fields() -> None:
    """Nothing else in the gateway holds an opener, so nothing else can read a field."""
    folder = Path(filings.__file__).parents[1] / "gateway"
    texts = {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*.py")}
    having = {name: text.count(".openers") for name, text in texts.items() if ".openers" in text}
    asking = {name: texts[name].count("unopened(") for name in ("gate.py", "starting.py")}  # they open none
    assert having == {**asking, "departing.py": 1, "statistics.py": 1}
    reading = {name for name, text in texts.items() if "DeclaredReader(" in text}
    counting = {name for name, text in texts.items() if "DeclaredCounter(" in text}
    assert (reading, counting) == ({"departing.py"}, {"statistics.py"})
