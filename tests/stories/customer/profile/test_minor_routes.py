"""The age gate and the guardian's link over HTTP."""

from tests.stories.customer.profile.test_minors import born
from yumen.customer import consent
from yumen.customer.profile import minors

FACTS = {"handler": "Silk", "contact": "privacy@silk.example"}


async def shopper(street):
    session = await street.log_in(await street.person())
    return {"Authorization": f"Bearer {session['token']}"}


def month(years: int) -> str:
    return born(years).strftime("%Y-%m")


async def test_age_link_consent_and_back(street):
    async with street.house.unit(street.shop.appid) as uow:
        await consent.registration.register(uow, consent.notices.load({"en": FACTS, "zh": FACTS}))
    child, parent = await shopper(street), await shopper(street)
    assert (await street.shopper.get("/v1/age", headers=child)).json() == {
        "band": None, "guardian": "not_needed", "not_asked": [],
    }  # fmt: skip
    told = (await street.shopper.put("/v1/age", json={"born": month(9)}, headers=child)).json()
    assert (told["band"], told["guardian"]) == ("child", "needed")
    assert "marketing" in told["not_asked"]
    grown = (await street.shopper.put("/v1/age", json={"born": None}, headers=parent)).json()
    assert grown == {"band": "adult", "guardian": "not_needed", "not_asked": []}
    token = (await street.shopper.post("/v1/guardian/invitations", headers=child)).json()["token"]
    asked = (await street.shopper.get(f"/v1/guardian/invitations/{token}", headers=parent)).json()
    body = {"token": token, "notice_hash": asked["notice_hash"]}
    given = await street.shopper.post("/v1/guardian/consents", json=body, headers=parent)
    assert given.status_code == 200, given.text
    assert (await street.shopper.get("/v1/age", headers=child)).json()["guardian"] == "given"
    listed = (await street.shopper.get("/v1/guardian/consents", headers=parent)).json()["items"]
    assert [one["id"] for one in listed] == [given.json()["id"]]
    path, once = f"/v1/guardian/consents/{given.json()['id']}/withdraw", {**parent, "Idempotency-Key": "taken-back"}
    answers = [await street.shopper.post(path, headers=once) for _ in range(2)]
    assert [back.status_code for back in answers] == [204, 204], "the first answer may be lost"
    assert (await street.shopper.post(path, headers=parent)).json()["code"] == "guardian.unknown"
    assert (await street.shopper.get("/v1/age", headers=child)).json()["guardian"] == "needed"


async def test_bad_months_and_tokens_are_refused_with_their_place(street):
    headers = await shopper(street)
    for wrong in ("2014", "2014-13", "2014-3", 2014, "1850-01"):
        answer = await street.shopper.put("/v1/age", json={"born": wrong}, headers=headers)
        assert answer.status_code in (400, 422)
        assert answer.json()["at"] == "/born"
    answer = await street.shopper.get(f"/v1/guardian/invitations/{'a' * 32}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "guardian.link_gone")


async def test_staff_count_minors_for_the_yearly_audit(street):
    child, _ = await street.house.enrol("oCounted")
    async with street.house.unit() as uow:
        await minors.declare(uow, child, born(9))
    counted = await street.staff.get(
        "/staff/v1/minors/figures", headers={"Authorization": "Bearer stf_0000000000000000000000000a+compliance"}
    )
    assert counted.json() == {"children": 1, "children_guarded": 0, "teens": 0}
    refused = await street.staff.get(
        "/staff/v1/minors/figures", headers={"Authorization": "Bearer stf_0000000000000000000000000a+agency"}
    )
    assert refused.status_code == 403
