import re

import pytest

from yumen.kit.i18n import catalogue
from yumen.sandbox.wechat import control_page, forms  # noqa: F401 - under test, over HTTP


async def page(caller, sandbox, **query: str) -> str:
    async with caller.session.get(sandbox.admin + "/", params=query) as answer:
        assert answer.status == 200
        return await answer.text()


async def press(caller, sandbox, act: str, app, **fields: str) -> str:
    query = {"lang": "en", "app": app.appid}
    async with caller.session.post(f"{sandbox.admin}/do/{act}", params=query, data=fields) as answer:
        assert answer.status == 200
        assert not answer.url.path.startswith("/do/")
        return await answer.text()


async def test_the_page_stands_alone_and_works_without_script(caller, sandbox, app):
    html = await page(caller, sandbox)
    assert "<script" not in html
    assert not re.findall(r"(?:src|href)=\"https?:", html)
    assert app.appid in html


@pytest.mark.parametrize(("lang", "words"), [("en", "Last calls"), ("zh", "最近调用")])
async def test_the_page_speaks_both_languages_and_no_code_shows_through(caller, sandbox, app, lang, words):
    html = await page(caller, sandbox, lang=lang)
    assert words in html
    assert control_page.PREFIX not in html
    assert "{" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


async def test_an_empty_sandbox_says_what_would_be_here(caller, sandbox):
    assert catalogue("en")["sandbox.wechat.page.no_apps"] in await page(caller, sandbox, lang="en")


async def test_logging_in_by_button_shows_a_code_that_works(caller, sandbox, app):
    html = await press(caller, sandbox, "login", app, person="p1")
    code = re.search(r"js_code ([0-9A-Za-z]{32})", html)[1]
    assert "openid" in await caller.login(app, code)
    assert code not in await page(caller, sandbox)


async def test_giving_the_phone_by_button_shows_code_and_sealed_data(caller, sandbox, app):
    html = await press(caller, sandbox, "phone", app, person="p1")
    assert re.search(r"code [0-9a-f]{64}", html)
    assert "encryptedData " in html


async def test_settings_are_saved_by_form(caller, sandbox, admin, app):
    await press(
        caller, sandbox, "app", app, vantage="hongkong", egress_ip="198.51.100.7", allow_list="198.51.100.0/24, ::1",
        secret_frozen="true", text_plain="true",
    )  # fmt: skip
    saved = await admin.app(app.appid)
    assert (saved.vantage, saved.egress_ip, saved.secret_frozen) == ("hongkong", "198.51.100.7", True)
    assert saved.allow_list == ["198.51.100.0/24", "::1"]
    assert saved.quirks.text_plain
    assert not saved.quirks.extra_fields


async def test_troubles_are_made_and_ended_by_form(caller, sandbox, admin, app):
    await press(caller, sandbox, "trouble", app, kind="errcode", path="", errcode="45011", share="1.0", left="3")
    (trouble,) = (await admin.app(app.appid)).troubles
    assert (trouble.errcode, trouble.left, trouble.path) == (45011, 3, "")
    await press(caller, sandbox, "troubles_end", app)
    assert (await admin.app(app.appid)).troubles == []


async def test_the_rest_of_the_forms_do_what_they_say(caller, sandbox, admin, app):
    await press(caller, sandbox, "clock", app, advance_s="300")
    assert (await admin.overview()).offset_s == 300
    await press(caller, sandbox, "clock_real", app, offset_s="0")
    assert (await admin.overview()).offset_s == 0
    await press(caller, sandbox, "people", app, count="4")
    assert (await admin.overview()).people == 7
    await press(caller, sandbox, "settings", app, vantage="mainland")
    assert (await admin.overview()).vantage == "mainland"
    await press(caller, sandbox, "rules", app, duplicates="true", reorder_s="2", late_s="")
    assert (await admin.app(app.appid)).push_rules.duplicates
    await press(caller, sandbox, "new_app", app, name="<b>Second</b>", open_platform="")
    assert "&lt;b&gt;Second" in await page(caller, sandbox)
    await press(caller, sandbox, "cancel", app, person="p1")
    assert (await admin.people())[0].cancelled_at is not None
    await press(caller, sandbox, "reset", app)
    assert (await admin.overview()).apps == []


@pytest.mark.parametrize(
    ("act", "fields", "code"),
    [
        ("people", {"count": "many"}, "sandbox.body_invalid"),
        ("login", {"person": "p99"}, "sandbox.wechat.person_unknown"),
        ("app", {"vantage": "moon"}, "sandbox.wechat.vantage_unknown"),
        ("nothing", {}, "sandbox.no_such_route"),
    ],
)
async def test_a_refused_form_says_why(caller, sandbox, app, act, fields, code):
    html = await press(caller, sandbox, act, app, **fields)
    assert 'class="told no"' in html
    assert catalogue("en")[code].split("{")[0] in html


async def test_another_sites_page_cannot_press_buttons(caller, sandbox, admin, app):
    url = f"{sandbox.admin}/do/reset?lang=en"
    async with caller.session.post(url, headers={"Origin": "https://evil.example"}, allow_redirects=False):
        pass
    assert (await admin.overview()).apps[0].appid == app.appid
    async with caller.session.get(sandbox.admin + "/", headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403
