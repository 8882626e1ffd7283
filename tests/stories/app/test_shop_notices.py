"""From the phone's panel to a message in WeChat, and from WeChat's pushes about trades to orders and alarms."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from tests.stories.app.conftest import Town, until
from yumen.app.shop_notices import tell_points_job
from yumen.customer import identity, loyalty
from yumen.customer.loyalty.messages import Template, Templates
from yumen.kit.work import UnitOfWork
from yumen.wechat import Mini


def unit(town: Town) -> AbstractAsyncContextManager[UnitOfWork]:
    from yumen.kit.work import Actor, ActorKind

    return town.house.work.begin(Actor(ActorKind.SYSTEM, "test", town.handler))


async def test_an_accepted_template_is_sent_and_a_second_accept_is_needed_for_more(town: Town) -> None:
    services = town.house.work.services
    template = Template(town.appid, "points_expiring", "T1", (("number1", "points"), ("date2", "day")))
    services[Templates] = Templates((template,))  # type: ignore[index]  # a dict in truth
    await town.wechat.set_template(town.appid, "T1", "number1", "date2")
    visitor = await town.visitor()
    await town.wechat.subscribe(town.appid, visitor.person, "T1")

    async def heard() -> bool:
        await town.work_off()
        return await town.count("select count(*) from loyalty.message_right where left_count = 1") == 1

    await until(heard)
    member = await town.wechat.member(town.appid, visitor.person)
    async with unit(town) as uow:
        app = uow.use(identity.Apps).named(town.appid)
        person = await identity.find_by_openid(uow, app.key, member.openid)
    told = {"handler": town.handler, "subject": person, "points": 40, "day": "2026-12-31"}
    await tell_points_job(town.house.work, told)
    await tell_points_job(town.house.work, told)
    sent = await loyalty.messages.send_due(town.house.work, town.house.work.use(Mini))
    assert sent == 1
    (message,) = await town.wechat.messages(town.appid)
    assert (message.openid, message.data) == (member.openid, {"number1": "40", "date2": "2026-12-31"})
    assert await town.count("select count(*) from loyalty.message_right where left_count = 1") == 0


async def test_the_platforms_warning_is_an_alarm(town: Town) -> None:
    visitor = await town.visitor()
    await town.wechat.push(town.appid, "wxa_trade_controlled", visitor.person)

    async def alarmed() -> bool:
        await town.work_off()
        return await town.count("select count(*) from ops.alarm where code = 'orders.shipping_wanted'") == 1

    await until(alarmed)
