import pytest

from yumen.customer.identity.handlers import App, AppEntry, Apps, entries_of, is_credit_code
from yumen.kit.errors import Problem
from yumen.kit.ids import AppKey, BrandId, HandlerId
from yumen.kit.settings import Settings
from yumen.kit.settings.shape import App as AppSettings
from yumen.kit.settings.shape import Brand, Handler


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91310000MA1K000019"])
def test_a_credit_code_with_its_check_character_is_accepted(code: str) -> None:
    assert is_credit_code(code)


@pytest.mark.parametrize("code", ["91350100M000100Y44", "91350100M000100Y4", "9135010OM000100Y43", "", "９" * 18])
def test_a_credit_code_with_a_slip_is_refused(code: str) -> None:
    assert not is_credit_code(code)


def test_settings_become_handlers_with_their_brands_and_apps() -> None:
    settings = Settings(
        handler={
            "velvet": Handler(name="Velvet Trading", name_zh="丝绒贸易", credit_code="91310000MA1K000019"),
            "bare": Handler(name="Bare"),
        },
        brand={"silk": Brand(handler="velvet", name="Silk")},
        app={"shop": AppSettings(brand="silk", appid="wx00000000000000a1", original_id="gh_00000000000a")},
    )
    velvet, bare = entries_of(settings)
    assert (velvet.code, velvet.name_zh, velvet.credit_code) == ("velvet", "丝绒贸易", "91310000MA1K000019")
    assert (bare.brands, bare.credit_code) == ([], None)
    (brand,) = velvet.brands
    assert (brand.code, brand.apps) == ("silk", [AppEntry("wx00000000000000a1", "mini", "gh_00000000000a")])


def test_an_unknown_appid_is_a_problem_with_its_place() -> None:
    apps = Apps([App(AppKey(1), HandlerId(1), BrandId(1), "wx00000000000000a1", "mini", None)])
    assert apps.named("wx00000000000000a1") is apps.get(AppKey(1))
    with pytest.raises(Problem) as caught:
        apps.named("wx00000000000000a2", at="/app")
    assert (caught.value.code.name, caught.value.at) == ("app.unknown", "/app")
    with pytest.raises(Problem):
        apps.get(AppKey(2))


def test_each_handler_is_named_once_however_many_apps_it_has() -> None:
    apps = [
        App(AppKey(n), HandlerId(handler), BrandId(n), f"wx{n:016d}", "mini", None)
        for n, handler in ((1, 2), (2, 1), (3, 2))
    ]
    assert Apps(apps).handlers() == [1, 2]
