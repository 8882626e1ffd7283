"""What could not be followed is named."""

from yumen.audit.source import unfollowed


def test_calls_to_addresses_that_cannot_be_told_are_counted_by_file(program):
    one = program(
        {
            "pages/p/p.js": "Page({ a(q) { wx.request({ url: q.url }) }, b(q) { wx.request({ url: q.other }) } })",
            "pages/q/q.js": "wx.request({ url: 'https://a.example/x' })\nwx.cloud.callFunction({ name: 'f' })",
        }
    )
    assert one.requests
    (told,) = unfollowed(one)
    assert (told.why, told.path, told.count) == ("request", "pages/p/p.js", 2)
    assert told.start == "Page({ a(q) { wx.".index("wx.")


def test_a_wrapper_is_told_where_it_is_called(program):
    one = program(
        {
            "send.js": "module.exports = (url) => wx.request({ url })",
            "pages/p/p.js": "const send = require('../../send')\nsend('https://a.example/x')\n"
            "Page({ a(q) { send(q.u) } })",
        }
    )
    assert [request.urls[0].start for request in one.requests] == ["https://a.example/x", ""]
    assert [(told.path, told.count) for told in unfollowed(one)] == [("pages/p/p.js", 1)]


def test_nothing_is_told_of_a_program_whose_ways_nobody_asked_for(program):
    one = program({"pages/p/p.js": "Page({ a(q) { wx.request({ url: q.url }) } })"})
    assert list(unfollowed(one)) == []


def test_files_in_which_following_broke_off_are_named(program):
    one = program({"pages/p/p.js": "wx.login()", "pages/q/q.js": "wx.login()"})
    values = one.flows_found.values
    values.given_up.add(one.numbers["pages/q/q.js"])
    values.cut.add(one.numbers["pages/p/p.js"])
    assert [(told.why, told.path) for told in unfollowed(one)] == [("deep", "pages/q/q.js"), ("cut", "pages/p/p.js")]
