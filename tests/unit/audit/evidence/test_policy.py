"""Policy texts: what is text, what is Chinese, which topics are there."""

import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.evidence.policy import flat, patterns, read_policy, strip_markup, topics
from yumen.audit.world import World


def word(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("word/document.xml", f"<w:document><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:document>")
    return made.getvalue()


@pytest.fixture
def read(folder):
    def policy(files):
        world = World(folder(files), NOW, TODAY)
        return read_policy(world, list(files)), world

    return policy


def test_the_chinese_text_is_the_one_that_binds(read):
    policy, _ = read({"en.md": "Privacy policy " * 99, "zh.md": "隐私政策：您可以注销账号。"})
    assert policy.main.path == "zh.md"
    assert policy.says("close")


def test_html_is_read_without_its_scripts(read):
    policy, _ = read({"p.html": f"<style>注销账号</style><script>注销账号</script><p>隐私&nbsp;政策</p>{'正文' * 100}"})
    assert "隐私\xa0政策" in policy.main.text
    assert not policy.says("close")


def test_word_is_read(read):
    policy, _ = read({"p.docx": word("您可以撤回同意 &amp; 注销账号")})
    assert policy.says("withdraw")
    assert "&" in policy.main.text


@pytest.mark.parametrize(
    ("name", "data", "codes"),
    [("p.pdf", b"%PDF-1.7", ("pdf", "pdf_broken")), ("p.docx", b"PK\x03\x04x", ("no_word",))],
)
def test_what_has_no_text_is_told(read, name, data, codes):
    policy, world = read({name: data})
    assert policy is None
    (unread,) = world.unread
    assert unread.code in codes


def test_a_page_whose_words_a_script_fetches_is_told(read):
    policy, world = read(
        {"p.html": "<div id=app></div><noscript>JavaScript, please.</noscript><script src=a.js></script>"}
    )
    assert policy is None
    assert [one.code for one in world.unread] == ["no_words"]


def test_an_offset_is_one_of_the_file(read):
    policy, _ = read({"p.md": "隐私政策\n第二行"})
    assert policy.main.offset(5) == len("隐私政策\n".encode())


def test_a_word_broken_by_a_line_is_found():
    assert flat("注销\n 账号  now") == "注销账号 now"


def test_every_topic_has_patterns_in_both_languages():
    assert len(topics()) > 20
    assert all(len(patterns(name)) >= 2 for name in topics())


@pytest.mark.parametrize("piece", ["<script>", "<!--", "<style ", "<a ", "<", "收集使用处理", "删除", "境外" * 3])
def test_no_text_takes_long(piece):
    text = piece * (200_000 // len(piece))
    started = time.process_time()
    stripped = flat(strip_markup(text))
    for name in topics():
        for pattern in patterns(name):
            pattern.search(stripped)
    assert time.process_time() - started < 20


@given(st.text(alphabet="<>!-/scriptyle 删除&;#x", max_size=80))
def test_odd_markup_breaks_nothing(text):
    assert "<script" not in strip_markup(text).lower() or "<script" not in text
