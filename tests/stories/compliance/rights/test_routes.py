"""A shopper reads what is kept, takes a copy along, and leaves; staff see what was asked, without a value."""

from __future__ import annotations

import msgspec

from tests.stories.app.conftest import Town
from yumen.app.demo.shopper import Visitor
from yumen.compliance.rights.routes import PartView

SECRETS = ("小梅", "1990-05-17", "+86")


async def settled(town: Town) -> Visitor:
    visitor = await town.visitor()
    await visitor.answer_notices({"profile"})
    await visitor.share_phone()
    await visitor.fill_profile("小梅", "1990-05-17", "CN-SH")
    return visitor


async def test_what_is_kept_is_told_to_anybody_in_both_languages(town: Town) -> None:
    told = {}
    for language in ("en", "zh"):
        answer = await town.shopper.ask("GET", "/v1/information", language=language)
        assert answer.status == 200
        told[language] = {item["code"]: item for item in answer.json()["items"]}
    assert told["en"]["profile.phone"]["title"] == "Phone number"
    assert told["zh"]["profile.phone"]["title"] != "Phone number"
    assert told["en"]["profile.phone"]["leaves"]
    assert not told["en"]["orders.purchase"]["leaves"]
    assert "art. 31" in told["en"]["orders.purchase"]["keep"]
    assert "access.actor" not in told["en"], "staff are not shoppers"


async def test_a_copy_holds_everything_once_and_is_not_handed_out_twice_in_a_breath(town: Town) -> None:
    visitor, stranger = await settled(town), await town.visitor()
    copy = (await town.shopper.ask("POST", "/v1/data-copy", token=visitor.token)).json()
    assert msgspec.to_builtins(msgspec.convert(copy["parts"], list[PartView])) == copy["parts"], "as the document says"
    parts = {part["holding"]: part["values"] for part in copy["parts"]}
    assert parts["profile.detail"] == {"nickname": "小梅", "birthday": "1990-05-17", "region": "CN-SH"}
    assert parts["profile.phone"]["phone"].startswith("+86")
    assert parts["identity.alias"]["openid"]
    again = await town.shopper.ask("POST", "/v1/data-copy", token=visitor.token)
    assert (again.status, again.json()["code"]) == (429, "rights.too_soon")
    others = (await town.shopper.ask("POST", "/v1/data-copy", token=stranger.token)).json()
    assert not any(secret in msgspec.json.encode(others).decode() for secret in SECRETS)
    assert await town.count("select count(*) from trail.entry where body like '%%subject.copied%%'") == 2


async def test_who_leaves_is_logged_out_forgotten_and_comes_back_as_a_stranger(town: Town) -> None:
    visitor = await settled(town)
    unmeant = await town.shopper.ask("POST", "/v1/account/deletion", token=visitor.token, json={"confirm": "yes"})
    assert (unmeant.status, unmeant.json()["at"]) == (400, "/confirm")
    gone = await town.shopper.ask("POST", "/v1/account/deletion", token=visitor.token, json={"confirm": "delete"})
    assert gone.status == 200
    assert gone.json()["erased"] >= 4
    assert (await town.shopper.ask("GET", "/v1/profile", token=visitor.token)).status == 401
    before = visitor.subject
    await visitor.log_in()
    assert visitor.subject != before
    assert (await town.api.must("GET", "/v1/profile", visitor.token))["nickname"] is None


async def test_staff_see_what_was_asked_page_by_page_and_no_value(town: Town) -> None:
    visitor, other = await settled(town), await settled(town)
    await town.shopper.ask("POST", "/v1/data-copy", token=other.token)
    await town.shopper.ask("POST", "/v1/account/deletion", token=visitor.token, json={"confirm": "delete"})
    key = await town.clerk("compliance")
    first = (await town.staff.ask("GET", "/staff/v1/rights/requests", query=b"limit=1", token=key)).json()
    assert [(one["kind"], one["ref"]) for one in first["items"]] == [("delete", visitor.subject)]
    query = f"limit=5&cursor={first['next_cursor']}".encode()
    second = await town.staff.ask("GET", "/staff/v1/rights/requests", query=query, token=key)
    assert [one["kind"] for one in second.json()["items"]] == ["copy"]
    assert second.json()["next_cursor"] is None
    assert not any(secret in second.body.decode() for secret in SECRETS)
    refused = await town.staff.ask("GET", "/staff/v1/rights/requests", token=await town.clerk("agency"))
    assert refused.status == 403
