"""The pages an engineer works from."""

from yumen.audit.report import words, work_pages
from yumen.audit.report.markup import Voice

VOICE = Voice(("en",))


def test_law_platform_and_advice_stand_apart(result):
    said = work_pages.voices(result, VOICE)
    assert said.count("<article>") == 3


def test_the_plan_has_a_row_for_each_step(result):
    assert work_pages.plan(result, VOICE).count("<tr>") == len(result.plan) + 1


def test_each_finding_shows_its_place_and_way_out(result):
    said = work_pages.findings(result, VOICE)
    for case in result.cases:
        assert words.place(case, "en").split(":")[0] in said
    assert said.count("yumen audit . --only ") == said.count('class="finding"')
