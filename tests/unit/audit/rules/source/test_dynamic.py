"""Code that arrives at run time."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_asking_for_the_global_object_runs_no_code_of_anybody(audit):
    script = "const g = Function('return this')() || (0, eval)('this')"
    assert audit({"app.json": '{"pages": ["pages/p/p"]}', "pages/p/p.js": script}, only=("SRC110",)).cases == ()


def test_code_from_an_object_or_a_list_breaks_nothing(audit):
    script = "eval({ a: 1 }); Function(['a']); setTimeout([1], 5)"
    result = audit({"app.json": '{"pages": ["pages/p/p"]}', "pages/p/p.js": script}, only=("SRC110",))
    assert {case.facts["name"] for case in result.cases} == {"eval", "Function"}
