"""Staff find and merge persons over HTTP, as the access table and a second person allow."""

from yumen.customer.profile import alias, phone
from yumen.customer.profile.phone import Number
from yumen.security.access import four_eyes

SUPPORT, COMPLIANCE = "stf_0000000000000000000000000a", "stf_0000000000000000000000000b"


def staff(name, role):
    return {"Authorization": f"Bearer {name}+{role}"}


async def two_persons(street):
    house, made = street.house, []
    for openid in ("oAlice", "oAliceOld"):
        subject, _ = await house.enrol(openid)
        (row,) = await house.rows("select ref from identity.subject where id = %s", subject)
        made.append((subject, row["ref"]))
    return made


async def approved(house, act, facts):
    async with house.staff(SUPPORT) as uow:
        approval = await four_eyes.propose(uow, act, facts)
    async with house.staff(COMPLIANCE) as uow:
        await four_eyes.approve(uow, approval, ["compliance"])
    return approval


async def test_support_finds_a_person_and_sees_nothing_of_them(street):
    (alice, ref), _ = await two_persons(street)
    async with street.house.unit() as uow:
        await phone.bind(uow, alice, Number("+8619900000001", "code"))
    asked = {"phone": "199 0000 0001"}
    answer = await street.staff.post("/staff/v1/subjects/find", json=asked, headers=staff(SUPPORT, "support"))
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["items"]
    assert found.keys() == {"subject", "enrolled_at", "last_seen_at"}
    assert found["subject"] == ref
    assert "0001" not in answer.text.replace(ref, "")


BAD_SEARCHES = [
    ("agency", {"phone": "19900000001"}, 403, "access.denied"),
    ("shopper", {"phone": "19900000001"}, 403, "access.denied"),
    ("support", {"phone": "nobody"}, 422, "vault.bad_phone"),
    ("support", {"phone": "1"}, 400, "request.invalid"),
    ("support", {}, 400, "request.invalid"),
]


async def test_a_search_that_may_not_be_is_refused(street):
    for role, body, status, code in BAD_SEARCHES:
        answer = await street.staff.post("/staff/v1/subjects/find", json=body, headers=staff(SUPPORT, role))
        assert (answer.status_code, answer.json()["code"]) == (status, code), (role, body)


async def test_a_merge_needs_a_second_person_and_is_done_once(street):
    (_, keep), (_, loser) = await two_persons(street)
    body = {"keep": keep, "merge": loser}
    headers = staff(SUPPORT, "support") | {"Idempotency-Key": "merge-0001"}
    alone = await street.staff.post("/staff/v1/subjects/merge", json=body, headers=staff(SUPPORT, "support"))
    assert (alone.status_code, alone.json()["code"]) == (409, "approval.missing")
    body["approval_id"] = await approved(street.house, alias.MERGE, alias.merge_facts(keep, loser))
    first = await street.staff.post("/staff/v1/subjects/merge", json=body, headers=headers)
    again = await street.staff.post("/staff/v1/subjects/merge", json=body, headers=headers)
    assert first.status_code == again.status_code == 200, first.text
    assert first.json() == again.json()
    made = first.json()["merge"]
    back = {"merge": made, "approval_id": await approved(street.house, alias.UNMERGE, {"merge": made})}
    undone = await street.staff.post("/staff/v1/subjects/unmerge", json=back, headers=staff(SUPPORT, "support"))
    assert (undone.status_code, undone.json()) == (200, {"merge": made})
    assert [kind for kind, _ in await street.house.leaves("subject.merged", "subject.unmerged")] == [
        "subject.merged",
        "subject.unmerged",
    ]
