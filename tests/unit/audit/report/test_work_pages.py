"""The pages an engineer works from."""

from yumen.audit.report import words, work_pages
from yumen.audit.report.markup import Voice
from yumen.audit.requirements import clause

VOICE = Voice(("en",))


def test_law_platform_and_advice_stand_apart(result):
    said = work_pages.voices(result, VOICE)
    assert said.count("<article>") == 3


def test_the_plan_has_a_row_for_each_step(result):
    said = work_pages.plan(result, VOICE)
    assert said.count('<td class="n">') == 3 * len(result.plan)
    assert all(f'href="#{step.rule.id.lower()}"' in said for step in result.plan)


def test_each_finding_shows_its_place_and_way_out(result):
    said = work_pages.findings(result, VOICE)
    for case in result.cases:
        assert words.place(case, "en").split(":")[0] in said
    assert said.count("yumen audit . --only ") == said.count('class="finding ')


def test_each_effect_and_area_has_a_button_that_leaves_its_findings(result):
    said = work_pages.findings(result, VOICE)
    for case in result.cases:
        assert f'data-only="effect-{case.effect}"' in said
        assert f'class="finding effect-{case.effect} area-{case.rule.area}"' in said


def test_the_binding_text_stands_beside_the_english_one(result):
    case = next(case for case in result.cases if case.rule.grade == "law")
    assert f'<p class="binds en" lang="zh-CN">{clause(case.rule.requirements[0]).title("zh")}</p>' in (
        work_pages.findings(result, VOICE)
    )
