"""Answers are worked out once."""

from yumen.audit.source.memo import Memo


def test_a_question_is_asked_once_and_answered_without_repeats():
    memo: Memo[str] = Memo()
    asked = []

    def answer(file, number, context):
        asked.append(number)
        return ["a", "b", "a", "c"]

    assert memo.ask((0, 1, None), answer, 2) == ("a", "b")
    assert memo.known[0, 1, None] == ("a", "b")
    assert asked == [1]


def test_a_question_that_comes_back_to_itself_has_no_answer():
    memo: Memo[str] = Memo()
    assert memo.ask((0, 1, None), lambda *question: memo.known[question], 9) == ()


def test_nothing_is_nothing():
    assert Memo().ask((0, 0, None), lambda *_: ["a"], 9) == ()
