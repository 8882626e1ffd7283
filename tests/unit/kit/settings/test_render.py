"""`yumen config` and the reference of settings."""

from __future__ import annotations

import json

import pytest

from yumen.kit.i18n import LANGUAGES, Language, has_text
from yumen.kit.settings import effective, effective_json, effective_text, load, settings_reference

ENVIRON = {
    "YUMEN_DATABASE__OWNER": "postgresql://yumen_owner:hush@db/yumen",
    **{f"YUMEN_DATABASE__{role}": "env:DSN" for role in ("APP", "SEQUENCER", "STAFF", "KEYS_OWNER", "KEYS")},
    "DSN": "postgresql://x:hush@db/yumen",
    "YUMEN_WECHAT__PROXY": "http://me:hush@proxy:3128",
}


def test_the_effective_settings_name_their_sources_and_hide_secrets() -> None:
    loaded = load(None, ENVIRON)
    rows = {row.key: row for row in effective(loaded)}
    assert (rows["database.app"].value, rows["database.app"].source) == ("********", "YUMEN_DATABASE__APP")
    assert (rows["database.jobs"].value, rows["database.jobs"].source) == ("", "default")
    assert rows["wechat.proxy"].value == "http://********@proxy:3128"
    assert rows["server.workers"].value == 1


def test_neither_text_nor_json_holds_a_secret() -> None:
    loaded = load(None, ENVIRON)
    assert "hush" not in effective_text(loaded) + effective_json(loaded)
    assert {"key": "keys.suite", "value": "sm", "source": "default"} in json.loads(effective_json(loaded))
    assert 'keys.suite = "sm"' in effective_text(loaded)


def test_the_reference_lists_every_effective_setting() -> None:
    listed = {entry.key for entry in settings_reference("en")}
    assert {row.key for row in effective(load(None, {}))} <= listed
    assert "app.NAME.appid" in listed


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_a_meaning(language: Language) -> None:
    unwritten = [entry.key for entry in settings_reference(language) if entry.meaning.startswith("settings.")]
    assert unwritten == []


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    kinds = [
        *("appid_twice", "database_incomplete", "embedded_database", "file_kms", "missing", "movable_clock", "name"),
        *("no_such_brand", "no_such_handler", "not_toml", "not_utf8", "region_not_mainland", "sandboxes"),
        *("secret_file", "secret_variable", "unknown", "unknown_did_you_mean", "unreadable", "url_not_public", "wrong"),
    ]
    assert [kind for kind in kinds if not has_text(f"settings.fault.{kind}")] == []
