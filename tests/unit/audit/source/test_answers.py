"""What listeners and handlers do with what they get."""

from yumen.audit.source.answers import listens_without_answer, old_phone_events


def test_a_listener_that_never_answers_is_known(page):
    for body, silent in (("(resolve) => {}", True), ("(resolve) => resolve({})", False), ("() => {}", True)):
        program = page(f"wx.onNeedPrivacyAuthorization({body})")
        (use,) = program.uses
        assert listens_without_answer(program, use) is silent


def test_a_phone_event_read_the_old_way_is_known(program):
    template = '<button open-type="getPhoneNumber" bindgetphonenumber="got" />'
    for body, read in (("e.detail.encryptedData", ["encryptedData"]), ("e.detail.code, e.detail.encryptedData", [])):
        script = f"Page({{ got(e) {{ wx.request({{ url: 'https://a.example', data: [{body}] }}) }} }})"
        one = program({"pages/p/p.js": script, "pages/p/p.wxml": template})
        assert [name for _, _, name in old_phone_events(one)] == read
