"""What production refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.kit.settings import SettingsRefused, load

PRODUCTION = {
    "YUMEN_ENVIRONMENT": "production",
    **{
        f"YUMEN_DATABASE__{role}": f"postgresql://{role}@db/yumen"
        for role in ("OWNER", "APP", "SEQUENCER", "STAFF", "KEYS_OWNER", "KEYS")
    },
    "YUMEN_DATABASE__REGION": "tencent/ap-shanghai",
    "YUMEN_DATABASE__KEYS_REGION": "tencent/ap-beijing",
    "YUMEN_KEYS__KMS": "tencent",
    "YUMEN_KEYS__REGION": "tencent/ap-shanghai",
    "YUMEN_TRAIL__REGION": "tencent/ap-shanghai",
    "YUMEN_SERVER__SHOPPER_URL": "https://api.velvet.example",
    "YUMEN_SERVER__STAFF_URL": "https://staff.velvet.example",
    "YUMEN_SERVER__HOOKS_URL": "https://hooks.velvet.example",
}


def is_mainland(cloud: str, region: str) -> bool:
    return (cloud, region) in {("tencent", "ap-shanghai"), ("tencent", "ap-beijing")}


def kinds(environ: dict[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(SettingsRefused) as refused:
        load(None, environ, is_mainland)
    return [(fault.kind, fault.key) for fault in refused.value.faults]


def others(environ: dict[str, str]) -> list[tuple[str, str]]:
    """What is wrong beside the KMS that this release does not have."""
    return [one for one in kinds(environ) if one != ("kms_absent", "keys.kms")]


@pytest.mark.parametrize("environment", ["production", "development"])
def test_a_kms_that_nothing_here_speaks_to_is_refused_and_never_quietly_replaced(environment: str) -> None:
    assert kinds({**PRODUCTION, "YUMEN_ENVIRONMENT": environment}) == [("kms_absent", "keys.kms")]


def test_a_bare_production_is_told_everything_it_lacks() -> None:
    assert kinds({"YUMEN_ENVIRONMENT": "production"}) == [
        ("embedded_database", "database.app"),
        ("region_not_mainland", "database.keys_region"),
        ("region_not_mainland", "database.region"),
        ("file_kms", "keys.kms"),
        ("region_not_mainland", "keys.region"),
        ("url_not_public", "server.hooks_url"),
        ("url_not_public", "server.shopper_url"),
        ("url_not_public", "server.staff_url"),
        ("region_not_mainland", "trail.region"),
    ]


@pytest.mark.parametrize(
    ("variable", "value", "kind", "key"),
    [
        ("YUMEN_KEYS__KMS", "file", "file_kms", "keys.kms"),
        ("YUMEN_DEMO__SANDBOXES", "true", "sandboxes", "demo.sandboxes"),
        ("YUMEN_WECHAT__BASE_URLS", "http://api.weixin.qq.com", "sandboxes", "wechat.base_urls"),
        ("YUMEN_WECHAT__BASE_URLS", "https://127.0.0.1:8790", "sandboxes", "wechat.base_urls"),
        ("YUMEN_WECHAT__BASE_URLS", "https://localhost:8790", "sandboxes", "wechat.base_urls"),
        ("YUMEN_WECHAT__BASE_URLS", "https://[::1]:8790", "sandboxes", "wechat.base_urls"),
        ("YUMEN_CLOCK__MOVABLE", "true", "movable_clock", "clock.movable"),
        ("YUMEN_SERVER__HOOKS_URL", "http://hooks.velvet.example", "url_not_public", "server.hooks_url"),
        ("YUMEN_DATABASE__REGION", "tencent/ap-hongkong", "region_not_mainland", "database.region"),
        ("YUMEN_DATABASE__KEYS_REGION", "", "region_not_mainland", "database.keys_region"),
        ("YUMEN_TRAIL__REGION", "moon/ap-shanghai", "region_not_mainland", "trail.region"),
        ("YUMEN_DATABASE__STAFF", "", "database_incomplete", "database.staff"),
    ],
)
def test_production_refuses(variable: str, value: str, kind: str, key: str) -> None:
    assert others({**PRODUCTION, variable: value}) == [(kind, key)]


def test_outside_production_the_same_is_accepted() -> None:
    environ = {"YUMEN_DEMO__SANDBOXES": "true", "YUMEN_CLOCK__MOVABLE": "true", "YUMEN_KEYS__KMS": "file"}
    assert load(None, environ, is_mainland).settings.demo.sandboxes


def test_names_that_point_nowhere_and_appids_given_twice_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "yumen.toml"
    file.write_text(
        "[brand.velvet]\nhandler = 'nobody'\nname = 'Velvet'\n"
        "[app.one]\nbrand = 'velvet'\nappid = 'wx0123456789abcdef'\n"
        "[app.two]\nbrand = 'silk'\nappid = 'wx0123456789abcdef'\n"
    )
    with pytest.raises(SettingsRefused) as refused:
        load(file, {})
    assert [(f.kind, f.key, f.place) for f in refused.value.faults] == [
        ("appid_twice", "app.two.appid", "yumen.toml:9"),
        ("no_such_brand", "app.two.brand", "yumen.toml:8"),
        ("no_such_handler", "brand.velvet.handler", "yumen.toml:2"),
    ]


MERCHANT = {"MCHID": "1900000109", "SERIAL": "5F1C72E2A8931B72", "PRIVATE_KEY": "p", "APIV3_KEY": "k", "APPS": "velvet"}
SHOP = {
    "YUMEN_HANDLER__VELVET__NAME": "Velvet",
    "YUMEN_BRAND__VELVET__HANDLER": "velvet",
    "YUMEN_BRAND__VELVET__NAME": "Velvet",
    "YUMEN_APP__VELVET__BRAND": "velvet",
    "YUMEN_APP__VELVET__APPID": "wx" + "0" * 16,
}


def merchant(name: str, **changed: str) -> dict[str, str]:
    return {f"YUMEN_MERCHANT__{name}__{key}": value for key, value in (MERCHANT | changed).items()}


def test_a_bucket_needs_its_region_and_a_key_and_is_public_in_production() -> None:
    bucket = {"YUMEN_TRAIL__BUCKET_URL": "https://trail.cos.ap-shanghai.myqcloud.com/velvet"}
    assert kinds(bucket) == [("bucket_incomplete", "trail.bucket_url")]
    key = {"REGION": "ap-shanghai", "KEY_ID": "AKIDEXAMPLE", "KEY_SECRET": "hush"}
    whole = bucket | {f"YUMEN_TRAIL__BUCKET_{name}": value for name, value in key.items()}
    assert load(None, whole).settings.trail.bucket_key_secret.reveal() == "hush"
    inside = {**PRODUCTION, **whole, "YUMEN_TRAIL__BUCKET_URL": "http://10.0.0.9/trail"}
    assert others(inside) == [("url_not_public", "trail.bucket_url")]


@pytest.mark.parametrize("odd", ["x", "10.0.0.5/8", "10.0.0.1:80", "::/200"])
def test_a_trusted_proxy_is_an_address_or_a_network(odd: str) -> None:
    assert kinds({"YUMEN_SERVER__TRUSTED_PROXIES": f"10.0.0.0/8,{odd}"}) == [("no_network", "server.trusted_proxies")]
    assert load(None, {"YUMEN_SERVER__TRUSTED_PROXIES": "10.0.0.0/8,::1"}).settings.server.trusted_proxies


def test_a_merchant_of_an_app_is_accepted() -> None:
    settings = load(None, SHOP | merchant("MAIN"), is_mainland).settings
    assert settings.merchant["main"].apps == ("velvet",)
    assert "5F1C" in repr(settings.merchant["main"])
    assert settings.merchant["main"].apiv3_key.reveal() == "k"


@pytest.mark.parametrize(
    ("environ", "faults"),
    [
        (merchant("MAIN", APPS="felt"), [("no_such_app", "merchant.main.apps")]),
        (
            merchant("MAIN") | merchant("SPARE"),
            [("app_has_merchant", "merchant.spare.apps"), ("mchid_twice", "merchant.spare.mchid")],
        ),
        (
            merchant("MAIN", PUBLIC_KEY_ID="PUB_KEY_ID_0119"),
            [("public_key_incomplete", "merchant.main.public_key_id")],
        ),
    ],
)
def test_merchants_that_cannot_be_meant_are_refused(environ: dict[str, str], faults: list[tuple[str, str]]) -> None:
    assert kinds(SHOP | environ) == faults


def test_production_pays_at_wechat_and_nowhere_else() -> None:
    odd = {"BASE_URLS": "http://127.0.0.1:8791", "NOTIFY_URL": "http://127.0.0.1/pay"}
    assert others(PRODUCTION | SHOP | merchant("MAIN", **odd)) == [
        ("sandboxes", "merchant.main.base_urls"),
        ("url_not_public", "merchant.main.notify_url"),
    ]


@pytest.mark.parametrize(
    ("keys", "kind"),
    [('["thing1=goods", "date2=day"]', ""), ('["thing1=points"]', "message_fact"), ("[]", "message_fact")],
)
def test_a_message_tells_only_what_it_is_about(tmp_path: Path, keys: str, kind: str) -> None:
    toml = f"""
[handler.h]
name = "H"
[brand.b]
handler = "h"
name = "B"
[app.a]
brand = "b"
appid = "wx0123456789abcdef"
[message.sent]
app = "a"
about = "parcel_sent"
template = "T1"
keys = {keys}
[shop]
shipping_fen = 1000
free_from_fen = 30000
"""
    file = tmp_path / "yumen.toml"
    file.write_text(toml)
    if not kind:
        loaded = load(file, {}).settings
        assert loaded.message["sent"].keys == ("thing1=goods", "date2=day")
        assert (loaded.shop.free_from_fen, loaded.shop.unpaid_minutes) == (30_000, 30)
        return
    with pytest.raises(SettingsRefused) as refused:
        load(file, {})
    assert [fault.kind for fault in refused.value.faults] == [kind]


RECIPIENT = """
[handler.velvet]
name = "Velvet"
[recipient.hq]
handler = "velvet"
contract = "members-crm"
url = "https://velvet.my.salesforce.com"
external_id = "Yumen_Id__c"
fields = ["Member_No=Yumen_Id__c"]
client_id = "app"
{more}
"""


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ('connector = "salesforce"\nsecret = "s"', []),
        ('connector = "salesforce"\nusername = "u"\nprivate_key = "k"\naudience = "https://test.salesforce.com"', []),
        ('connector = "hubspot"\nsecret = "s"\nrefresh_token = "r"\nunsubscribe = true', []),
        ('connector = "webhook"\ntake_back = ["suppress"]', []),
        ('connector = "salesforce"', [("recipient_lacks", "secret")]),
        ('connector = "salesforce"\nprivate_key = "k"', [("recipient_lacks", "username")]),
        ('connector = "hubspot"', [("recipient_lacks", "secret")]),
        ('connector = "hubspot"\nsecret = "s"\nhard_delete = true', [("not_of_connector", "hard_delete")]),
        ('connector = "salesforce"\nsecret = "s"\nunsubscribe = true', [("not_of_connector", "unsubscribe")]),
        ('connector = "webhook"\nanonymous = ["LastName=-"]', [("not_of_connector", "anonymous")]),
        ('connector = "salesforce"\nsecret = "s"\nanonymous = ["LastName"]', [("no_pairs", "anonymous")]),
        ('connector = "salesforce"\nsecret = "s"\ntake_back = ["suppress"]', [("suppress_unset", "take_back")]),
    ],
)
def test_a_recipient_that_could_not_be_served_or_taken_back_from_is_refused(
    tmp_path: Path, more: str, faults: list[tuple[str, str]]
) -> None:
    file = tmp_path / "yumen.toml"
    file.write_text(RECIPIENT.format(more=more))
    found: list[tuple[str, str]] = []
    try:
        load(file, {}, is_mainland)
    except SettingsRefused as refused:
        found = [(fault.kind, fault.key.removeprefix("recipient.hq.")) for fault in refused.faults]
    assert found == faults
