"""The report tells figures beside their goals and says plainly which were missed."""

import json

from bench.report import Goal, Report, Section


def test_a_goal_is_missed_below_its_floor_and_reached_at_its_aim():
    assert [Goal("rate", value, 4, 8, "times").verdict for value in (3.99, 4, 7.9, 8)] == [
        "missed",
        "floor",
        "floor",
        "aim",
    ]


def test_where_less_is_better_the_marks_turn_round():
    verdicts = [Goal("start", value, 250, 130, "ms", lower=True).verdict for value in (251, 250, 131, 130)]
    assert verdicts == ["missed", "floor", "floor", "aim"]


def test_the_page_counts_what_was_reached_and_shows_each_figure(tmp_path):
    goals = [Goal("fast", 9.04, 4, 8, "times"), Goal("slow", 300, 250, 130, "ms", lower=True)]
    report = Report(
        {"processor": "one"},
        [Section("s", "A subject", ("server", "logins/s"), [("ours", 12345.6)], goals, ["A note."])],
    )
    page = report.write(tmp_path).read_text()
    assert "2 goals: 1 at their aim, 0 at their floor, 1 missed." in page
    assert "| fast | 9.04 times | ≥ 4 times | ≥ 8 times | aim |" in page
    assert "| slow | 300 ms | ≤ 250 ms | ≤ 130 ms | missed |" in page
    assert "| ours | 12,346 |" in page
    assert "- A note." in page
    assert [goal.name for goal in report.missed] == ["slow"]
    assert json.loads((tmp_path / "bench.json").read_text())["sections"][0]["goals"][0]["value"] == 9.04


def test_what_is_not_measured_again_keeps_its_section_and_its_day(tmp_path):
    facts = {"taken": "monday", "processor": "one", "load before": "0.1"}
    first = Report(dict(facts))
    for name in ("login", "vault"):
        first.add(Section(name, name.title(), ("what",), [("x",)], [Goal("rate", 1, 2, 3, "times")]))
    first.write(tmp_path)
    second = Report(facts | {"taken": "tuesday"})
    second.remember(tmp_path)
    second.add(Section("login", "Login", ("what",), [("y",)], [Goal("rate", 5, 2, 3, "times")]))
    page = second.write(tmp_path).read_text()
    assert [section.name for section in second.sections] == ["login", "vault"]
    assert "- Measured: taken tuesday, processor one, load before 0.1." in page
    assert "- Measured: taken monday, processor one, load before 0.1." in page
    assert "2 goals: 1 at their aim, 0 at their floor, 1 missed." in page
