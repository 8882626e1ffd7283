"""The first screen: figures that agree with the result."""

import re

from yumen.audit.report import first_screen
from yumen.audit.report.markup import Voice

VOICE = Voice(("en",))


def test_the_grades_are_the_counts_of_the_result(result):
    said = first_screen.verdict(result, VOICE)
    counts = [int(one) for one in re.findall(r"<b>(\d+)</b>", said)]
    assert sum(counts[:4]) == len(result.cases)
    assert counts[4] == len(result.unchecked)


def test_the_areas_add_up(result):
    rows = re.findall(
        r'<td class="n b">(\d+)</td><td class="n">(\d+)</td><td class="n q">(\d+)</td>',
        first_screen.fold(result, VOICE),
    )
    assert [sum(int(row[column]) for row in rows) for column in range(3)] == [
        len(result.cases),
        len(result.checked),
        len(result.unchecked),
    ]


def test_blockers_are_named_with_their_place(result):
    assert "http://10.0.0.3" in first_screen.fold(result, VOICE)
