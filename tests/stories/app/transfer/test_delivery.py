"""An ERP hears of every order: signed, again until it takes the message, with a log; or by files in a folder."""

from __future__ import annotations

import csv
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from tests.stories.customer.conftest import House
from yumen.app.transfer import delivery, delivery_routes, delivery_store
from yumen.app.transfer.delivery import Endpoints, signature
from yumen.customer import orders
from yumen.kit.crypto import hmac_sm3
from yumen.kit.errors import NotSent, Problem, Rejected
from yumen.kit.events import Bus
from yumen.kit.http import Http
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.jobs import Jobs
from yumen.kit.settings import DeliverySettings, Secret

SECRET = "a secret of at least thirty-two signs"


@dataclass
class Erp:
    """The other system: answers with the statuses that were planned, then with 200."""

    url: str = ""
    plan: list[int] = field(default_factory=list)
    heard: list[tuple[str, bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.heard.append((request.headers["Yumen-Signature"], await request.read()))
        return web.Response(status=self.plan.pop(0) if self.plan else 200)


@pytest.fixture
async def erp() -> AsyncIterator[Erp]:
    one = Erp()
    server = web.Application()
    server.router.add_post("/orders", one.take)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/orders"
    yield one
    await runner.cleanup()


@pytest.fixture
async def jobs(house: House, erp: Erp, tmp_path: Path) -> AsyncIterator[Jobs]:
    """The house with two endpoints: one that is called, one that gets files of paid orders."""
    known = Jobs()
    delivery.register(known)
    endpoints = {
        "erp": DeliverySettings(handler="velvet", url=erp.url, secret=Secret(SECRET)),
        "wms": DeliverySettings(handler="velvet", folder=tmp_path / "drop", events=("order.paid",)),
        "other": DeliverySettings(handler="rival", folder=tmp_path / "rival"),
    }
    numbers = {"velvet": house.handler, "rival": house.app("wx00000000000000b1").handler}
    async with Http(public=lambda address: True) as http:
        house.services.update({Jobs: known, Http: http, Endpoints: Endpoints(endpoints, numbers)})
        yield known


async def paid(house: House, jobs: Jobs) -> str:
    """An order was paid; answers its id."""
    order = new_id("ord")
    args = {"order": order, "subject": 1, "handler": house.handler, "total_fen": 12_800}
    for _ in range(2):  # a listener may run twice
        await delivery.told_of("order.paid", jobs)(house.work, args)
    return order


async def log(house: House, endpoint: str = "erp") -> list[delivery_store.Delivery]:
    async with house.unit() as uow:
        found = await delivery_store.list_page(uow.conn, uow.handler, None, "", 100)
    return [one for one in found if one.endpoint == endpoint]


async def send(house: House, one: delivery_store.Delivery) -> None:
    await delivery.send_job(house.work, {"delivery": one.id, "handler": house.handler})


async def test_a_paid_order_is_told_once_and_signed(house: House, jobs: Jobs, erp: Erp) -> None:
    order = await paid(house, jobs)
    (one,) = await log(house)
    assert [row["task_name"] for row in await house.rows("select task_name from jobs.procrastinate_jobs")] == [
        delivery.SEND
    ]
    await send(house, one)
    await send(house, one)
    ((header, body),) = erp.heard
    told = msgspec.json.decode(body)
    assert (told["id"], told["event"], told["order"], told["total_fen"]) == (one.id, "order.paid", order, 12_800)
    marks = dict(part.split("=", 1) for part in header.split(","))
    signed = f"{marks['t']}.".encode() + body
    assert marks["sm3"] == hmac_sm3(SECRET.encode(), signed).hex()
    assert marks["sha256"] == hmac.new(SECRET.encode(), signed, sha256).hexdigest()
    (done,) = await log(house)
    assert (done.state, done.attempts, done.last_code) == ("delivered", 1, None)


async def test_who_cannot_take_it_now_is_asked_again_and_who_refuses_is_not(house: House, jobs: Jobs, erp: Erp) -> None:
    await paid(house, jobs)
    (one,) = await log(house)
    erp.plan = [503, 429, 400]
    for _ in range(2):
        with pytest.raises(NotSent):
            await send(house, one)
    (waiting,) = await log(house)
    assert (waiting.state, waiting.attempts, waiting.last_code) == ("waiting", 2, "delivery.refused")
    with pytest.raises(Rejected):
        await send(house, one)
    (refused,) = await log(house)
    assert refused.state == "refused"
    async with house.staff() as uow:
        await delivery_routes.replay(uow, one.id)
        with pytest.raises(Problem, match=r"delivery\.unknown"):
            await delivery_routes.replay(uow, "dlv_01m8ae515j05kh1sha9nrdcsb4")
        uow.tally.acts -= 1  # the act that was refused
    await send(house, one)
    assert [done.state for done in await log(house)] == ["delivered"]
    assert await house.leaves("delivery.replayed") == [("delivery.replayed", None)]


async def test_a_private_address_is_never_called(house: House, jobs: Jobs, erp: Erp) -> None:
    await paid(house, jobs)
    (one,) = await log(house)
    async with Http() as http:
        house.services[Http] = http
        with pytest.raises(Rejected, match=r"http\.address_refused"):
            await send(house, one)
    assert erp.heard == []
    assert [(done.state, done.last_code) for done in await log(house)] == [("refused", "http.address_refused")]


async def test_files_are_dropped_whole_and_hold_each_event_once(house: House, jobs: Jobs, tmp_path: Path) -> None:
    told = [await paid(house, jobs) for _ in range(3)]
    await delivery.drop_job(house.work, {})
    await delivery.drop_job(house.work, {})
    (file,) = (tmp_path / "drop").iterdir()
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert ([row["order"] for row in rows], rows[0]["total_fen"]) == (told, "12800")
    assert {one.state for one in await log(house, "wms")} == {"delivered"}
    async with house.staff() as uow:
        await delivery_routes.replay(uow, rows[0]["id"])
    await delivery.drop_job(house.work, {})
    assert len(list((tmp_path / "drop").iterdir())) == 2
    assert not (tmp_path / "rival").exists()


def test_a_signature_can_be_checked_with_either_digest() -> None:
    assert signature("key", 5, b"{}") == (
        f"t=5,sm3={hmac_sm3(b'key', b'5.{}').hex()},sha256={hmac.new(b'key', b'5.{}', sha256).hexdigest()}"
    )


async def test_an_event_that_no_endpoint_is_told_of_makes_no_job(house: House, jobs: Jobs) -> None:
    bus = Bus(jobs)
    delivery.listen(bus, {"wms": DeliverySettings(handler="velvet", events=("order.paid",))})
    async with house.unit() as uow:
        await bus.publish(uow.conn, orders.OrderPaid(new_id("ord"), SubjectId(1), house.handler, 100))
        await bus.publish(uow.conn, orders.OrderShipped(new_id("ord"), SubjectId(1), house.handler, new_id("pcl")))
    rows = await house.rows("select task_name from jobs.procrastinate_jobs")
    assert [row["task_name"] for row in rows] == ["inbound.tell.paid"]
