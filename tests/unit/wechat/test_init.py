"""The first settings of a user's own appid."""

import stat
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.errors import Problem
from yumen.kit.settings import load
from yumen.wechat.account import ENCODING_AES_KEY, PUSH_TOKEN
from yumen.wechat.init import Answers, render, write

ANSWERS = Answers("wx" + "a" * 16, "Velvet Ltd.", "丝绒有限公司", "b" * 32, "https://hooks.example.cn")


def test_the_settings_are_accepted_and_name_their_secrets(tmp_path):
    write(tmp_path, ANSWERS)
    app = load(tmp_path / "yumen.toml", {}).settings.app["mini"]
    assert (app.appid, app.secret.reveal(), app.push_mode) == (ANSWERS.appid, ANSWERS.secret, "secure")
    assert PUSH_TOKEN.fullmatch(app.push_token.reveal())
    assert ENCODING_AES_KEY.fullmatch(app.push_aes_key.reveal())


def test_secrets_are_readable_by_their_owner_only_and_not_in_the_settings(tmp_path):
    files = write(tmp_path, ANSWERS)
    secret = [file for file in files if file.parent.name == "secrets"]
    assert len(secret) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in secret} == {0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    written = (tmp_path / "yumen.toml").read_text(encoding="utf-8")
    assert not [file for file in secret if file.read_text() in written]


@pytest.mark.parametrize("name", ["yumen.toml", "secrets/push-token"])
def test_nothing_is_overwritten_and_nothing_half_written(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(Problem, match=r"wechat\.init_exists"):
        write(tmp_path, ANSWERS)
    assert [file.read_text() for file in tmp_path.rglob("*") if file.is_file()] == ["mine"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (Answers("wx1", "V"), "wechat.init_appid"),
        (Answers(ANSWERS.appid, "V", secret="short"), "wechat.init_secret"),
        (Answers(ANSWERS.appid, " "), "wechat.init_company"),
        (Answers(ANSWERS.appid, "V\u202e"), "wechat.init_company"),
        (Answers(ANSWERS.appid, "V", "名" * 201), "wechat.init_company"),
        (Answers(ANSWERS.appid, "V", hooks_url="http://hooks.example.cn"), "wechat.init_hooks_url"),
        (Answers(ANSWERS.appid, "V", hooks_url="https://hooks.example.cn/hooks"), "wechat.init_hooks_url"),
        (Answers(ANSWERS.appid, "V", hooks_url='https://h"\n'), "wechat.init_hooks_url"),
    ],
)
def test_a_wrong_answer_is_named(tmp_path, answers, code):
    with pytest.raises(Problem) as caught:
        write(tmp_path, answers)
    assert caught.value.code.name == code
    assert list(tmp_path.iterdir()) == []


@given(st.text(min_size=1, max_size=50))
def test_any_name_comes_back_as_it_was(name):
    name = name.encode("utf-8", "replace").decode()
    assert tomllib.loads(render(Answers(ANSWERS.appid, name)))["handler"]["company"]["name"] == name


def test_every_comment_is_in_both_languages():
    comments = [line for line in render(ANSWERS).splitlines() if line.startswith("# ")]
    assert len(comments) == 14
    assert sum(not comment.isascii() and any("\u4e00" <= c <= "\u9fff" for c in comment) for comment in comments) == 7


def test_the_answers_do_not_show_the_secret():
    assert ANSWERS.secret not in repr(ANSWERS)
