"""What is to be entered in WeChat's back office follows from the settings and the data map."""

from datetime import date

import msgspec
import pytest

from yumen.app import backoffice
from yumen.app.holdings import HOLDINGS
from yumen.kit.errors import Problem
from yumen.kit.settings import App, Brand, Handler, MessageSettings, ServerSettings, Settings

ON = date(2026, 11, 26)
MESSAGE = MessageSettings(app="velvet", about="parcel_sent", template="TPL-1", keys=("thing1=carrier",))
OTHER = MessageSettings(app="linen", about="parcel_sent", template="TPL-2", keys=())


def settings(url: str = "https://api.velvet.example", contact: str = "privacy@velvet.example") -> Settings:
    return Settings(
        handler={"silk": Handler(name="Silk Co.", name_zh="丝绸公司", contact=contact)},
        brand={"silk": Brand(handler="silk", name="Silk")},
        app={"velvet": App(brand="silk", appid="wx0123456789abcdef")},
        message={
            "sent": MESSAGE,
            "other": MessageSettings(app="linen", about="parcel_sent", template="TPL-2", keys=()),
        },
        server=ServerSettings(shopper_url=f"{url}/shop", hooks_url=url),
    )


def sheet(language: str = "en", **other: str) -> backoffice.Sheet:
    return backoffice.sheet(settings(**other), HOLDINGS, "velvet", language, ON)


def test_domains_are_origins_and_the_push_has_its_own_address():
    found = sheet()
    assert found.request_domains == found.upload_domains == ("https://api.velvet.example",)
    assert found.push.url == "https://api.velvet.example/hooks/wechat/wx0123456789abcdef"
    assert found.warnings == ()


@pytest.mark.parametrize(
    "url", ["http://api.velvet.example", "https://127.0.0.1", "https://localhost", "https://10.0.0.8"]
)
def test_what_wechat_would_refuse_is_said(url):
    assert [warning for warning in sheet(url=url).warnings if url in warning]


def test_a_guide_without_a_contact_is_said():
    assert len(sheet(contact="").warnings) == 1


def test_the_privacy_guide_names_each_key_once_with_purpose_and_term():
    found = sheet()
    keys = [one.key for one in found.privacy if one.key != backoffice.BY_HAND]
    assert len(keys) == len(set(keys))
    assert {"PhoneNumber", "UserInfo", "Address", "DeviceInfo", "Album"} <= set(keys)
    assert all(one.fields and one.purposes and one.keep for one in found.privacy)
    address = next(one for one in found.privacy if one.key == "Address")
    assert set(address.fields) >= {"Delivery address", "Address", "Name of a recipient"}
    assert len(address.fields) == len(set(address.fields))


def test_the_guide_names_what_components_of_the_sdk_do_although_nothing_is_kept():
    assert "Clipboard" in {one.key for one in sheet().privacy}


@pytest.mark.parametrize(
    ("contact", "named"),
    [
        ("privacy@velvet.example", "contact_email"),
        ("+86 21-0000 0000", "contact_phone"),
        ("绒松客服", "contact_weixin"),
    ],
)
def test_the_guide_by_api_has_each_key_once_a_contact_a_purpose_and_a_term(contact, named):
    for language in ("en", "zh"):
        made = backoffice.guide(sheet(language, contact=contact), HOLDINGS, language)
        keys = [one.privacy_key for one in made.setting_list]
        assert len(keys) == len(set(keys))
        assert all(one.privacy_text for one in made.setting_list)
        assert made.owner_setting[named] == contact
        assert made.owner_setting["store_expire_timestamp"] == "1096天"


def test_an_app_without_templates_is_told_where_to_name_them():
    found = msgspec.structs.replace(sheet(), templates=())
    assert "[message.NAME]" in backoffice.as_text(found, "en")


def test_only_the_templates_of_this_app_are_listed():
    assert [one.template for one in sheet().templates] == ["TPL-1"]


def test_both_languages_say_all_of_it():
    for language, name in (("en", "Silk Co."), ("zh", "丝绸公司")):
        said = backoffice.as_text(sheet(language), language)
        assert name in said
        assert "miniprogram." not in said
        assert "datamap." not in said
        for word in ("https://api.velvet.example", "PhoneNumber", "chooseAddress", "TPL-1", "2.32.3"):
            assert word in said


def test_an_unknown_app_is_told_with_those_that_exist():
    with pytest.raises(Problem) as told:
        backoffice.sheet(settings(), HOLDINGS, "linen", "en", ON)
    assert told.value.code is backoffice.APP_UNKNOWN
    assert told.value.facts["known"] == "velvet"
