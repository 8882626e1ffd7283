"""The shopper's first minutes over HTTP, with WeChat's sandbox across the road."""

import asyncio

KEY = "a-key-of-the-phone-0001"


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


async def test_a_stranger_logs_in_and_learns_who_they_are(street):
    person = await street.person()
    first = await street.log_in(person)
    assert first["enrolled"] is True
    me = (await street.shopper.get("/v1/me", headers=bearer(first["token"]))).json()
    assert (me["subject"], me["session"], me["app"]) == (first["subject"], first["session"], street.shop.appid)
    again = await street.log_in(person)
    assert (again["subject"], again["enrolled"]) == (first["subject"], False)
    assert again["token"] != first["token"]
    club = await street.log_in(person, street.club)
    assert (club["subject"], club["enrolled"]) == (first["subject"], False)


async def test_no_answer_holds_openid_unionid_or_session_key(street):
    person = await street.person()
    code = await street.admin.login(street.shop.appid, person)
    answer = await street.shopper.post("/v1/login", json={"app": street.shop.appid, "code": code})
    member = await street.admin.member(street.shop.appid, person)
    for secret in (member.openid, member.unionid, member.session_key):
        assert secret
        assert secret not in answer.text


async def test_a_lost_answer_is_asked_for_again_with_the_same_key_and_code(street):
    person = await street.person()
    code = await street.admin.login(street.shop.appid, person)
    ask = {"app": street.shop.appid, "code": code}
    first = (await street.shopper.post("/v1/login", json=ask, headers={"Idempotency-Key": KEY})).json()
    again = (await street.shopper.post("/v1/login", json=ask, headers={"Idempotency-Key": KEY})).json()
    assert (again["session"], again["subject"]) == (first["session"], first["subject"])
    assert again["token"] != first["token"]
    devices = (await street.shopper.get("/v1/sessions", headers=bearer(again["token"]))).json()["items"]
    assert [device["session"] for device in devices] == [first["session"]]
    stolen = await street.shopper.post("/v1/login", json=ask, headers={"Idempotency-Key": "another-key-0001"})
    assert (stolen.status_code, stolen.json()["code"]) == (409, "wechat.code_used")
    assert (await street.shopper.post("/v1/login", json=ask)).status_code == 409


BAD_LOGINS = [
    ({"app": "wx0000000000000fff", "code": "x"}, 404, "app.unknown", "/app"),
    ({"app": "nonsense", "code": "x"}, 400, "request.invalid", "/app"),
    ({"app": "wx0000000000000fff"}, 400, "request.invalid", "/code"),
    ({"app": "wx0000000000000fff", "code": "x" * 129}, 400, "request.invalid", "/code"),
    ({"app": "wx0000000000000fff", "code": "\u202e"}, 400, "request.invalid", "/code"),
    ({"app": "wx0000000000000fff", "code": "x", "device": {"platform": "pager", "wechat": "8.0"}}, 400, None, None),
    ({"app": "wx0000000000000fff", "code": "x", "openid": "oForged"}, 400, "request.invalid", None),
]


async def test_a_bad_login_is_refused_with_its_place(street):
    for body, status, code, at in BAD_LOGINS:
        answer = await street.shopper.post("/v1/login", json=body)
        assert answer.status_code == status, body
        assert code is None or answer.json()["code"] == code
        assert at is None or answer.json().get("at") == at, body


async def test_unknown_foreign_and_forged_codes_open_nothing(street):
    person = await street.person()
    foreign = await street.admin.login(street.club.appid, person)
    for code in ("0" * 32, foreign):
        answer = await street.shopper.post("/v1/login", json={"app": street.shop.appid, "code": code})
        assert (answer.status_code, answer.json()["code"]) == (400, "wechat.code_invalid")
    assert await street.house.rows("select id from identity.session") == []


async def test_a_session_is_renewed_listed_and_ended(street):
    person = await street.person()
    here, there = await street.log_in(person), await street.log_in(person)
    fresh = (await street.shopper.post("/v1/session/rotate", headers=bearer(here["token"]))).json()
    assert fresh["session"] == here["session"]
    items = (await street.shopper.get("/v1/sessions", headers=bearer(fresh["token"]))).json()["items"]
    assert {item["session"]: item["current"] for item in items} == {here["session"]: True, there["session"]: False}
    gone = await street.shopper.delete(f"/v1/sessions/{there['session']}", headers=bearer(fresh["token"]))
    assert gone.status_code == 204
    assert (await street.shopper.get("/v1/me", headers=bearer(there["token"]))).status_code == 401
    assert (await street.shopper.delete("/v1/session", headers=bearer(fresh["token"]))).status_code == 204
    refused = await street.shopper.get("/v1/me", headers=bearer(fresh["token"]))
    assert (refused.status_code, refused.json()["code"]) == (401, "auth.invalid")


async def test_nobody_ends_the_session_of_somebody_else(street):
    mine, theirs = await street.log_in(await street.person()), await street.log_in(await street.person())
    answer = await street.shopper.delete(f"/v1/sessions/{theirs['session']}", headers=bearer(mine["token"]))
    assert (answer.status_code, answer.json()["code"]) == (404, "session.not_found")
    assert (await street.shopper.get("/v1/me", headers=bearer(theirs["token"]))).status_code == 200
    assert (await street.shopper.delete("/v1/sessions", headers=bearer(mine["token"]))).status_code == 204
    assert (await street.shopper.get("/v1/me", headers=bearer(theirs["token"]))).status_code == 200


async def test_many_shoppers_at_once_each_get_their_own_session(street):
    people = [person.id for person in await street.admin.add_people(24)]
    firsts = await asyncio.gather(*(street.log_in(person) for person in people))
    seconds = await asyncio.gather(*(street.log_in(person) for person in people))
    assert [second["subject"] for second in seconds] == [first["subject"] for first in firsts]
    assert len({first["subject"] for first in firsts}) == len(people)
    assert len(await street.house.leaves("session.opened")) == 2 * len(people)


async def test_the_same_stranger_twice_at_once_is_one_person(street):
    person = await street.person()
    outcomes = await asyncio.gather(*(street.log_in(person) for _ in range(4)))
    assert len({outcome["subject"] for outcome in outcomes}) == 1
    assert sorted(outcome["enrolled"] for outcome in outcomes) == [False, False, False, True]
