"""Small pieces of HTML."""

from yumen.audit.report.markup import Voice, code_lines, points_bar, slips
from yumen.audit.rule import Effect


def test_a_voice_escapes_and_speaks_each_language():
    assert Voice(("en", "zh"))(lambda language: f"<{language}>") == (
        '<span class="en" lang="en">&lt;en&gt;</span><span class="zh" lang="zh-CN">&lt;zh&gt;</span>'
    )


def test_prose_shows_code_and_still_escapes():
    assert (
        Voice(("en",)).prose(lambda _: "call `wx.<x>` & go").endswith("call <code>wx.&lt;x&gt;</code> &amp; go</span>")
    )


def test_there_is_one_mark_for_each_check():
    drawn = slips([Effect.RISKY, Effect.ILLEGAL], 5, 3)
    assert drawn.count("<use ") == 2
    assert drawn.count("v10") == 8


def test_a_bar_shows_the_share_and_nothing_of_nothing():
    assert 'width="50.0"' in points_bar(1, 4)
    assert points_bar(0, 0) == ""


def test_code_is_escaped_and_the_hit_is_marked():
    assert code_lines(4, ["a", "<b>"], 5).count("class=hit") == 1
    assert "&lt;b&gt;" in code_lines(4, ["a", "<b>"], 5)
