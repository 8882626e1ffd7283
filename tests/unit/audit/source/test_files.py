"""Facts by number, ready or packed."""

import pytest

from yumen.audit.source.facts import TEXT, Facts
from yumen.audit.source.files import Files


def files(count, ready_bytes, recent_max=2):
    made = Files(ready_bytes, recent_max)
    for number in range(count):
        made.append(
            Facts(path=f"{number}.js", size=10, light="minified" if number == 1 else "", values=[(0,)], places=[0])
        )
    return made


def test_facts_that_do_not_fit_are_read_again_and_are_the_same():
    one = files(5, ready_bytes=20)
    assert [facts.path for facts in one] == one.paths == [f"{number}.js" for number in range(5)]
    assert one[4].values == [(0,)]
    assert (one[-1].path, [facts.path for facts in one[1:3]]) == ("4.js", ["1.js", "2.js"])
    assert one.lights == ["", "minified", "", "", ""]


def test_only_a_few_that_were_read_again_stay():
    one = files(9, ready_bytes=20, recent_max=3)
    assert len(list(one)) == 9
    assert sorted(one.held) == [0, 1, 6, 7, 8]


def test_what_linking_added_is_there_after_reading_again():
    one = files(9, ready_bytes=20)
    for number in (0, 5):
        assert one.add(number, (TEXT, "made"), 7) == 1
    assert len(list(one)) == 9
    assert [(one[number].values[1], one[number].places[1]) for number in (0, 5)] == [((TEXT, "made"), 7)] * 2


def test_equal_contents_come_packed_already():
    one = Files(0)
    packed = one.append(Facts(path="a.js", size=1, values=[(TEXT, "a")]))
    assert one.append(Facts(path="b.js", size=1, values=[(TEXT, "a")]), packed) is packed
    assert [(facts.path, facts.values) for facts in one] == [("a.js", [(TEXT, "a")]), ("b.js", [(TEXT, "a")])]


def test_a_number_that_is_none_is_refused():
    with pytest.raises(IndexError):
        files(2, 100)[2]
