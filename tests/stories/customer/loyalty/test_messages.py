"""Subscribe messages go to who accepted them, one for each accept, and never to who refused."""

from datetime import timedelta

import pytest

from tests.stories.customer.conftest import VELVET, VELVET_CLUB
from yumen.customer import loyalty
from yumen.customer.loyalty import messages
from yumen.customer.loyalty.messages import Template, Templates
from yumen.kit.errors import NotSent, Unsettled
from yumen.wechat import WechatError

TEMPLATE = Template(VELVET, "points_expiring", "T1", (("number1", "points"), ("date2", "day")), "pages/points")
FACTS = {"points": 120, "day": "2026-12-31"}


class Mini:
    """WeChat's answers to messages, in turn: an errcode, 0, or an exception."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.bodies = []

    async def authorized(self, answer, appid, path, query, body=None, *, repeatable=False):
        assert (appid, path) == (VELVET, "/cgi-bin/message/subscribe/send")
        self.bodies.append(body)
        said = self.answers.pop(0) if self.answers else 0
        if isinstance(said, Exception):
            raise said
        if said:
            raise WechatError(said, "", path)
        return answer()


@pytest.fixture
async def person(club):
    club.house.services[Templates] = Templates((TEMPLATE,))
    return await club.member()


async def answer(club, person, accepted, times=1):
    for _ in range(times):
        async with club.house.unit() as uow:
            await messages.answered(uow, person, club.house.app().key, "T1", accepted)


async def plan(club, person, reference="2026-12-31"):
    async with club.house.unit() as uow:
        return await messages.plan(uow, person, "points_expiring", reference, FACTS)


async def states(club):
    rows = await club.house.rows("select state, facts from loyalty.message order by id")
    assert all(row["state"] == "waiting" or row["facts"] == {} for row in rows), "facts go with the message"
    return [row["state"] for row in rows]


async def test_who_accepted_is_told_once_for_each_accept(club, person):
    await answer(club, person, True, times=2)
    assert [await plan(club, person, reference) for reference in ("a", "a", "b", "c")] == [True] * 4
    mini = Mini()
    assert await messages.send_due(club.house.work, mini) == 3
    assert mini.bodies[0]["touser"] == "oAlice"
    assert mini.bodies[0]["data"] == {"number1": {"value": "120"}, "date2": {"value": "2026-12-31"}}
    assert await states(club) == ["sent"] * 3
    assert await plan(club, person, "d") is False, "every accept is used up"
    assert await messages.send_due(club.house.work, mini) == 0


async def test_who_never_accepted_or_refused_is_not_told(club, person):
    assert await plan(club, person) is False
    await answer(club, person, True, times=3)
    await answer(club, person, False)
    assert await plan(club, person) is False
    assert await states(club) == []


async def test_a_refusal_ends_what_waits(club, person):
    await answer(club, person, True)
    await plan(club, person)
    await answer(club, person, False)
    mini = Mini()
    assert await messages.send_due(club.house.work, mini) == 0
    assert (mini.bodies, await states(club)) == ([], ["refused"])


async def test_wechats_word_that_the_person_refused_is_kept(club, person):
    await answer(club, person, True, times=3)
    await plan(club, person)
    assert await messages.send_due(club.house.work, Mini(43101)) == 0
    assert await states(club) == ["refused"]
    assert await plan(club, person, "next") is False


@pytest.mark.parametrize("errcode", [40003, 40037, 41030, 43107, 45168, 47003])
async def test_what_cannot_be_sent_is_not_tried_again(club, person, errcode):
    await answer(club, person, True)
    await plan(club, person)
    mini = Mini(errcode)
    for _ in range(2):
        assert await messages.send_due(club.house.work, mini) == 0
        club.house.clock.offset += timedelta(minutes=10)
    assert (len(mini.bodies), await states(club)) == (1, ["failed"])


async def test_what_may_have_reached_the_person_is_not_sent_again(club, person):
    await answer(club, person, True)
    await plan(club, person)
    mini = Mini(Unsettled("http.timeout"))
    await messages.send_due(club.house.work, mini)
    club.house.clock.offset += timedelta(minutes=10)
    await messages.send_due(club.house.work, mini)
    assert (len(mini.bodies), await states(club)) == (1, ["unknown"])


async def test_a_busy_wechat_is_asked_again_a_few_times(club, person):
    await answer(club, person, True)
    await plan(club, person)
    mini = Mini(-1, NotSent("http.unreachable"), 43108)
    for sent in (0, 0, 0, 1):
        assert await messages.send_due(club.house.work, mini) == sent
        assert await messages.send_due(club.house.work, mini) == 0
        club.house.clock.offset += timedelta(minutes=6)
    assert await states(club) == ["sent"]


async def test_it_is_given_up_in_the_end(club, person):
    await answer(club, person, True)
    await plan(club, person)
    mini = Mini(*[-1] * 20)
    for _ in range(messages.TRIES_MAX + 3):
        await messages.send_due(club.house.work, mini)
        club.house.clock.offset += timedelta(minutes=6)
    assert (len(mini.bodies), await states(club)) == (messages.TRIES_MAX, ["failed"])


async def test_a_person_who_is_gone_or_a_template_that_was_taken_out_gets_nothing(club, person):
    await answer(club, person, True)
    await plan(club, person)
    club.house.services[Templates] = Templates()
    mini = Mini()
    assert await messages.send_due(club.house.work, mini) == 0
    assert (mini.bodies, await states(club)) == ([], ["failed"])


async def test_the_right_to_one_app_is_no_right_to_another(club, person):
    await answer(club, person, True)
    club.house.services[Templates] = Templates((Template(VELVET_CLUB, "points_expiring", "T1", TEMPLATE.keys),))
    assert await plan(club, person) is False


async def test_answers_and_messages_are_handed_over_and_erased(club, person):
    await answer(club, person, True, times=2)
    await plan(club, person)
    (holding,) = [one for one in loyalty.HOLDINGS if one.name == "loyalty.message"]
    async with club.house.unit() as uow:
        told = await holding.hand_over(uow, person)
        assert told["templates"] == [{"template": "T1", "left": 2, "refused": False}]
        assert [one["state"] for one in told["messages"]] == ["waiting"]
        assert (await holding.erase(uow, person)).rows == 2
        assert await holding.hand_over(uow, person) == {}
