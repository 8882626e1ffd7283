"""Functions, classes, and whose `this` is."""


def test_returns_of_a_function_are_kept(facts_of, tell):
    facts = facts_of("const f = (a) => a.b\nfunction g(q) { if (q) return 'x'; return 'y' }")
    returns = {one.name: [tell(facts, number) for number in one.returns] for one in facts.functions}
    assert returns == {"": [], "f": ["param 2 0.b"], "g": ["'x'", "'y'"]}


def test_a_class_has_members_and_a_parent(facts_of, tell):
    facts = facts_of("class A extends B { x = 'y'; static z = 1; go() {} }")
    (made,) = facts.classes
    assert (made.name, tell(facts, made.parent), sorted(made.members)) == ("A", "B", ["go", "x", "z"])


def test_a_parameter_of_a_constructor_may_be_a_field(facts_of, tell):
    facts = facts_of("class A { constructor(private base: string, other: string) {} }", "ts")
    assert [(one.name, tell(facts, one.value)) for one in facts.stores] == [("base", "param 1 0")]


def test_this_belongs_to_the_outermost_object(facts_of, tell):
    facts = facts_of("Page({ a() { log(this); const o = { b() { log(this) } } } })\nconst x = { c() { log(this) } }")
    whose = [tell(facts, call.args[0]) for call in facts.calls if tell(facts, call.callee) == "log"]
    assert whose[0] == whose[1] != whose[2]


def test_a_function_expression_knows_its_own_name(logged):
    assert logged("const f = function g() { log(g) }") == ["function 1"]
