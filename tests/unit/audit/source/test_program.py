"""One mini-program as rules see it."""


def test_uses_are_told_by_name_with_their_options(page):
    program = page("wx.request({ url: 'https://a.example', timeout: 5 })\nwx.login()")
    (use,) = program.uses_of("request")
    assert [one.start for one in program.argument(use, "url")] == ["https://a.example"]
    assert program.passes(use, "timeout")
    assert not program.passes(use, "fail")
    assert program.passes_surely(use, "url")


def test_data_that_begins_true_is_known(program):
    one = program(
        {"pages/p/p.js": "Page({ data: { a: true, b: false, c: { d: true } } })", "pages/p/p.wxml": "<view />"}
    )
    file = one.numbers["pages/p/p.wxml"]
    assert [one.starts_true(file, name) for name in ("a", "b", "c.d", "e")] == [True, False, True, False]


def test_a_listener_that_never_answers_is_known(page):
    for body, silent in (("(resolve) => {}", True), ("(resolve) => resolve({})", False), ("() => {}", True)):
        program = page(f"wx.onNeedPrivacyAuthorization({body})")
        (use,) = program.uses
        assert program.listens_without_answer(use) is silent


def test_a_program_made_to_be_hard_is_followed_as_far_as_it_goes(page):
    program = page(
        "const a0 = wx\n" + "".join(f"const a{n + 1} = () => a{n}()\n" for n in range(400)) + "a400().login()"
    )
    assert program.flows == []
