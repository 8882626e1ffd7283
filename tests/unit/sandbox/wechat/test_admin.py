import pytest

import yumen.sandbox.wechat.admin
import yumen.sandbox.wechat.codes
import yumen.sandbox.wechat.console_settings
import yumen.sandbox.wechat.handset
import yumen.sandbox.wechat.keeper
import yumen.sandbox.wechat.lookup
import yumen.sandbox.wechat.shapes  # noqa: F401 - under test, over HTTP
from yumen.sandbox.wechat.client import AdminRefused


async def test_the_openapi_document_names_every_route_and_its_shapes(caller, sandbox):
    async with caller.session.get(sandbox.admin + "/openapi.json") as answer:
        document = await answer.json(content_type=None)
    assert document["openapi"] == "3.1.0"
    assert "post" in document["paths"]["/api/apps/{appid}/people/{person}/login"]
    assert "NewPush" in document["components"]["schemas"]
    assert sum(len(methods) for methods in document["paths"].values()) >= 30


async def test_a_given_app_keeps_its_identifiers_and_cannot_be_made_twice(admin):
    wish = {"appid": "wx" + "a" * 16, "secret": "b" * 32, "original_id": "gh_" + "c" * 12}
    made = await admin.create_app(**wish)
    assert (made.appid, made.secret, made.original_id) == tuple(wish.values())
    with pytest.raises(AdminRefused, match="app_exists"):
        await admin.create_app(**wish)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"nonsense": 1}, "sandbox.body_invalid"),
        ({"secret": "short"}, "sandbox.body_invalid"),
        ({"vantage": "moon"}, "sandbox.wechat.vantage_unknown"),
        ({"allow_list": ["300.1.1.1"]}, "sandbox.wechat.address_invalid"),
        ({"troubles": [{"kind": "earthquake"}]}, "sandbox.body_invalid"),
    ],
)
async def test_unfit_changes_are_refused_and_change_nothing(admin, app, change, code):
    with pytest.raises(AdminRefused) as refused:
        await admin.change_app(app.appid, **change)
    assert refused.value.code == code
    assert await admin.app(app.appid) == app


async def test_unknown_names_are_404(admin, app):
    for act in (admin.app("wx1"), admin.login(app.appid, "p99"), admin.login("wx1", "p1")):
        with pytest.raises(AdminRefused) as refused:
            await act
        assert refused.value.status == 404


async def test_many_logins_make_the_missing_people(admin, app):
    pressed = await admin.logins(app.appid, 10)
    assert [one.person for one in pressed] == [f"p{n}" for n in range(1, 11)]
    assert len({one.code for one in pressed}) == 10


async def test_the_clock_cannot_leave_the_century(admin):
    for seconds in (1e18, -1e12):
        with pytest.raises(AdminRefused, match="clock_unfit"):
            await admin.advance_clock(seconds)


async def test_security_rotates_only_when_on(admin, app):
    with pytest.raises(AdminRefused, match="security_off"):
        await admin.rotate_security(app.appid)
    with pytest.raises(AdminRefused, match="key_unfit"):
        await admin.set_security(app.appid, "nonsense")


async def test_calls_can_be_asked_for_by_path_and_app(caller, admin, app):
    await caller.login(app, "nothing")
    await caller.stable(app)
    assert len(await admin.calls(path="/sns/jscode2session")) == 1
    assert len(await admin.calls(appid=app.appid, limit=1)) == 1
    with pytest.raises(AdminRefused, match="body_invalid"):
        await admin.calls(limit=0)
