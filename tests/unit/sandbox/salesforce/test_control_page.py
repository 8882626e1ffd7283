import re

import pytest

from yumen.sandbox.salesforce import control_page, forms  # noqa: F401 - under test, over HTTP


async def page(caller, sandbox, **query: str) -> str:
    async with caller.session.get(sandbox.admin + "/", params=query) as answer:
        assert answer.status == 200
        return await answer.text()


async def press(caller, sandbox, act: str, **fields: str) -> str:
    query = {"lang": "en", "object": "Contact"}
    async with caller.session.post(f"{sandbox.admin}/do/{act}", params=query, data=fields) as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.fixture
async def person(caller) -> str:
    (made,) = await caller.upsert({"Yumen_Id__c": "a", "LastName": "<b>Lin</b>"})
    return made["id"]


async def test_the_page_stands_alone_and_works_without_script(caller, sandbox, person):
    html = await page(caller, sandbox)
    assert "<script" not in html
    assert not re.findall(r"(?:src|href)=\"https?:", html)
    assert "SANDBOX / 沙箱 — this is not Salesforce" in html
    assert "&lt;b&gt;Lin" in html


@pytest.mark.parametrize(("lang", "words"), [("en", "Last calls"), ("zh", "最近调用")])
async def test_the_page_speaks_both_languages_and_no_code_shows_through(caller, sandbox, admin, person, lang, words):
    await admin.trouble("record", code="UNABLE_TO_LOCK_ROW", share=0.1)
    await admin.change_org(person_accounts=False)
    await admin.advance_clock(60)
    html = await page(caller, sandbox, lang=lang)
    assert words in html
    assert control_page.PREFIX not in html
    assert "{" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


async def test_an_empty_object_says_what_would_be_here(caller, sandbox):
    assert "No Lead has arrived" in await page(caller, sandbox, lang="en", object="Lead")


@pytest.mark.parametrize("kind", ["Contact", "Lead"])
async def test_the_page_opens_at_the_object_with_the_most_records(caller, sandbox, kind):
    company = {"Company": "Velvet"} if kind == "Lead" else {}
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "Lin", **company}, kind=kind)
    assert f'aria-current="page">{kind} ' in await page(caller, sandbox, lang="en")


async def test_the_forms_do_what_they_say(caller, sandbox, admin, person):
    await press(caller, sandbox, "opt_out", record=person)
    assert (await admin.record("Contact", "a")).fields["HasOptedOutOfEmail"]
    await press(caller, sandbox, "delete", record=person)
    assert (await admin.record("Contact", "a")).deleted
    await press(caller, sandbox, "undelete", record=person)
    await press(caller, sandbox, "rename_keys", field="Yumen_Id__c", prefix="HQ-", share="1.0")
    assert (await admin.record("Contact", "HQ-a")).id == person
    await press(caller, sandbox, "org", daily_calls="5", refuse_deletes="true")
    org = (await admin.overview()).org
    assert (org.daily_calls, org.refuse_deletes, org.same_session) == (5, True, False)
    await press(caller, sandbox, "trouble", kind="error", status="503", path="", share="1.0", left="3", code="")
    await press(caller, sandbox, "lock", names="a, b")
    overview = await admin.overview()
    assert (overview.troubles[0].left, overview.locked) == (3, ["a", "b"])
    await press(caller, sandbox, "troubles_end")
    await press(caller, sandbox, "clock", advance_s="60")
    assert (await admin.overview()).offset_s == 60
    assert "1" in await press(caller, sandbox, "expire")
    await press(caller, sandbox, "empty_bin")
    await press(caller, sandbox, "reset")
    assert sum(one.live for one in (await admin.overview()).held) == 0


async def test_wrong_input_is_told_not_thrown(caller, sandbox, admin, app):
    html = await press(caller, sandbox, "app", client_id=app.client_id, certificate="nonsense")
    assert "neither a certificate nor a public key" in html
    assert 'class="told no"' in await press(caller, sandbox, "org", daily_calls="many")
    assert 'class="told no"' in await press(caller, sandbox, "opt_out", record="nobody")
