import re

import pytest

from yumen.sandbox.hubspot import control_page, forms  # noqa: F401 - under test, over HTTP


async def page(caller, sandbox, **query: str) -> str:
    async with caller.session.get(sandbox.admin + "/", params=query) as answer:
        assert answer.status == 200
        return await answer.text()


async def press(caller, sandbox, act: str, **fields: str) -> str:
    query = {"lang": "en", "object": "contacts"}
    async with caller.session.post(f"{sandbox.admin}/do/{act}", params=query, data=fields) as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.fixture
async def person(caller) -> str:
    await caller.upsert(("a", {"lastname": "<b>Lin</b>", "email": "a@example.com"}))
    return (await caller.read("a"))["a"]["id"]


async def test_the_page_stands_alone_and_works_without_script(caller, sandbox, person):
    html = await page(caller, sandbox)
    assert "<script" not in html
    assert not re.findall(r"(?:src|href)=\"https?:", html)
    assert "SANDBOX / 沙箱 — this is not HubSpot" in html
    assert "&lt;b&gt;Lin" in html


@pytest.mark.parametrize(("lang", "words"), [("en", "Last calls"), ("zh", "最近调用")])
async def test_the_page_speaks_both_languages_and_no_code_shows_through(
    caller, sandbox, admin, receiver, person, lang, words
):
    await admin.trouble("record", code="LOCKED", share=0.1)
    await admin.set_hooks(receiver.url, ("contact.propertyChange", "hs_email_optout"))
    await admin.opt_out("contacts", "a")
    await admin.advance_clock(60)
    html = await page(caller, sandbox, lang=lang)
    assert words in html
    assert control_page.PREFIX not in html
    assert "{" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


async def test_an_empty_object_says_what_would_be_here(caller, sandbox):
    assert "No companies has arrived" in await page(caller, sandbox, lang="en", object="companies")


@pytest.mark.parametrize("kind", ["contacts", "companies"])
async def test_the_page_opens_at_the_kind_with_the_most_records(caller, sandbox, kind):
    named = {"name": "Velvet"} if kind == "companies" else {"lastname": "Lin"}
    status, _ = await caller.call("POST", f"/crm/v3/objects/{kind}", {"properties": named})
    assert status == 201
    assert f'aria-current="page">{kind} ' in await page(caller, sandbox, lang="en")


async def test_the_forms_do_what_they_say(caller, sandbox, admin, app, receiver, person):
    await press(caller, sandbox, "hooks", url=receiver.url)
    assert len((await admin.overview()).subscriptions) == 3
    await press(caller, sandbox, "hook_rules", duplicates="true")
    assert (await admin.overview()).hook_rules.duplicates
    await press(caller, sandbox, "opt_out", record=person)
    assert (await admin.record("contacts", "a")).properties["hs_email_optout"] == "true"
    await press(caller, sandbox, "rename_keys", property="yumen_id", prefix="hq-", share="1.0")
    assert (await admin.record("contacts", "hq-a")).id == person
    await press(caller, sandbox, "archive", record=person)
    assert (await admin.record("contacts", "hq-a")).archived
    await press(caller, sandbox, "restore", record=person)
    await press(caller, sandbox, "erase", record=person)
    assert await admin.records("contacts") == []
    await press(caller, sandbox, "portal", burst_max="7", daily_max="9", search_max="3", refuse_deletes="true")
    portal = (await admin.overview()).portal
    assert (portal.burst_max, portal.daily_max, portal.refuse_deletes, portal.shuffles) == (7, 9, True, False)
    await press(caller, sandbox, "trouble", kind="error", status="429", path="", share="1.0", left="3", code="")
    await press(caller, sandbox, "lock", names="a, b")
    overview = await admin.overview()
    assert (overview.troubles[0].left, overview.locked) == (3, ["a", "b"])
    await press(caller, sandbox, "troubles_end")
    await press(caller, sandbox, "clock", advance_s="60")
    assert (await admin.overview()).offset_s == 60
    await press(caller, sandbox, "rotate", app_id=str(app.app_id))
    assert (await admin.app()).token != app.token
    await press(caller, sandbox, "expire")
    await press(caller, sandbox, "reset")
    assert (await admin.app()).app_id == app.app_id


async def test_wrong_input_is_told_not_thrown(caller, sandbox):
    assert 'class="told no"' in await press(caller, sandbox, "hooks", url="https://hq.example/")
    assert 'class="told no"' in await press(caller, sandbox, "portal", burst_max="many")
    assert 'class="told no"' in await press(caller, sandbox, "opt_out", record="nobody")
