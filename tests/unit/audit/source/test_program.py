"""One mini-program as rules see it."""


def test_uses_are_told_by_name_with_their_options(page):
    program = page("wx.request({ url: 'https://a.example', timeout: 5 })\nwx.login()")
    (use,) = program.uses_of("request")
    assert [one.start for one in program.argument(use, "url")] == ["https://a.example"]
    assert program.passes(use, "timeout")
    assert not program.passes(use, "fail")
    assert program.passes_surely(use, "url")


def test_a_program_made_to_be_hard_is_followed_as_far_as_it_goes(page):
    program = page(
        "const a0 = wx\n" + "".join(f"const a{n + 1} = () => a{n}()\n" for n in range(400)) + "a400().login()"
    )
    assert program.flows == []
