"""Settings from the file and the environment, and how wrong ones are refused."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from yumen.kit.settings import Fault, Settings, SettingsRefused, load

APP = """
[handler.acme]
name = "Acme (Shanghai) Trading Ltd"
[brand.velvet]
handler = "acme"
name = "Velvet"
[app.velvet_mini]
brand = "velvet"
appid = "wx0123456789abcdef"
"""


def read(tmp_path: Path, toml: str, **environ: str) -> Settings:
    file = tmp_path / "yumen.toml"
    file.write_text(toml, encoding="utf-8")
    return load(file, environ).settings


def faults(tmp_path: Path, toml: str, **environ: str) -> list[Fault]:
    with pytest.raises(SettingsRefused) as refused:
        read(tmp_path, toml, **environ)
    return list(refused.value.faults)


def test_without_a_file_everything_has_its_default() -> None:
    assert load(None, {}).settings.server.shopper_port == 8700


def test_the_file_beats_the_default_and_the_environment_beats_the_file(tmp_path: Path) -> None:
    settings = read(
        tmp_path, "[server]\nworkers = 2\nhost = '0.0.0.0'\n", YUMEN_SERVER__WORKERS="3", OTHER_SERVER__HOST="x"
    )
    assert (settings.server.workers, settings.server.host) == (3, "0.0.0.0")


def test_the_environment_gives_numbers_switches_and_lists(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "",
        YUMEN_ENVIRONMENT="test",
        YUMEN_CLOCK__MOVABLE="true",
        YUMEN_WECHAT__TIMEOUT_S="1.5",
        YUMEN_SERVER__TRUSTED_PROXIES="10.0.0.0/8, 127.0.0.1",
    )
    assert settings.environment == "test"
    assert settings.clock.movable is True
    assert settings.wechat.timeout_s == 1.5
    assert settings.server.trusted_proxies == ("10.0.0.0/8", "127.0.0.1")


def test_apps_brands_and_handlers_are_named_tables(tmp_path: Path) -> None:
    settings = read(tmp_path, APP, YUMEN_APP__VELVET_MINI__SECRET="made-up")
    app = settings.app["velvet_mini"]
    assert app.appid == "wx0123456789abcdef"
    assert app.secret.reveal() == "made-up"
    assert settings.handler[settings.brand[app.brand].handler].name == "Acme (Shanghai) Trading Ltd"


def test_folders_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = read(tmp_path, "[trail]\npublish_folder = 'out'\n")
    assert settings.trail.publish_folder == tmp_path / "out"
    assert settings.database.embedded_folder == tmp_path / ".yumen/postgres"


def test_a_secret_can_come_from_a_file_or_a_variable(tmp_path: Path) -> None:
    (tmp_path / "app.secret").write_text("from-file\n")
    toml = APP + "secret = 'file:app.secret'\npush_token = 'env:PUSH_TOKEN'\n"
    app = read(tmp_path, toml, PUSH_TOKEN="from-env").app["velvet_mini"]
    assert (app.secret.reveal(), app.push_token.reveal()) == ("from-file", "from-env")


def test_a_secret_that_cannot_be_found_is_refused_without_showing_it(tmp_path: Path) -> None:
    found = faults(tmp_path, APP + "secret = 'file:absent'\npush_token = 'env:ABSENT'\n")
    assert [(f.kind, f.key) for f in found] == [
        ("secret_variable", "app.velvet_mini.push_token"),
        ("secret_file", "app.velvet_mini.secret"),
    ]


def test_an_unknown_setting_is_refused_with_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "[server]\nhost = 'x'\nworkerz = 2\n")
    assert (fault.place, fault.key, fault.facts["meant"]) == ("yumen.toml:3", "server.workerz", "server.workers")
    assert fault.sentence("en") == (
        "yumen.toml:3: server.workerz: there is no such setting; did you mean `server.workers`?"
    )
    assert "没有这个配置项" in fault.sentence("zh")


def test_an_unknown_variable_is_refused_by_its_name(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "", YUMEN_SERVER__POTR="1")
    assert (fault.place, fault.key) == ("YUMEN_SERVER__POTR", "server.potr")


@pytest.mark.parametrize(
    ("toml", "key", "expected"),
    [
        ("[server]\nworkers = 'two'", "server.workers", "int 1..256"),
        ("[server]\nworkers = 0", "server.workers", "int 1..256"),
        ("[server]\nworkers = true", "server.workers", "int 1..256"),
        ("[server]\ntrusted_proxies = 'x'", "server.trusted_proxies", "list of text"),
        ("[keys]\nsuite = 'rot13'", "keys.suite", "sm | intl"),
        ("[trail]\ncheckpoint_s = -1.0", "trail.checkpoint_s", "number > 0, at most 3600"),
        ("[trail]\npublish_folder = 7", "trail.publish_folder", "path"),
        ("[database]\nregion = 'shanghai'", "database.region", "cloud/region"),
        ("[server]\nshopper_url = 'ftp://x'", "server.shopper_url", "http(s)://host[:port][/path]"),
        ("[wechat]\nproxy = 3", "wechat.proxy", "http(s)://host[:port][/path]"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(tmp_path: Path, toml: str, key: str, expected: str) -> None:
    (fault,) = faults(tmp_path, toml)
    assert (fault.kind, fault.key, fault.place, fault.facts["expected"]) == ("wrong", key, "yumen.toml:2", expected)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path, "[server]\nworkers = 0\nx = 1\n[brand.velvet]\nhandler = 'acme'\n", YUMEN_KEYS__KMS="paper"
    )
    assert [(f.kind, f.key) for f in found] == [
        ("missing", "brand.velvet.name"),
        ("wrong", "keys.kms"),
        ("wrong", "server.workers"),
        ("unknown", "server.x"),
    ]


def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "[server]\nhost = = 1\n")
    assert (fault.kind, fault.place) == ("not_toml", "yumen.toml:2")


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="cannot be read"):
        load(tmp_path / "absent.toml", {})
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsRefused, match="UTF-8"):
        load(tmp_path / "bytes.toml", {})


def test_a_table_with_a_name_that_no_variable_could_spell_is_refused(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "[handler.Acme-CN]\nname = 'Acme'\n")
    assert (fault.kind, fault.place) == ("name", "yumen.toml:2")


def test_an_empty_table_changes_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "[server]\n") == read(tmp_path, "")


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.recursive(st.integers() | st.text() | st.booleans(), st.lists, max_leaves=5))
def test_no_value_of_a_variable_breaks_the_reader(value: object) -> None:
    text = str(value).replace("\0", "")
    for key in ("YUMEN_SERVER__WORKERS", "YUMEN_TRAIL__PUBLISH_FOLDER", "YUMEN_WECHAT__BASE_URLS", f"YUMEN_{text}"):
        with suppress(SettingsRefused):
            load(None, {key: text})
