"""What runs by itself when the app opens."""

from yumen.audit.source.starts import automatic, page_files


def test_functions_reached_from_a_hook_start(program):
    one = program(
        {
            "app.js": "App({ onLaunch() { this.a() }, a() {}, b() {} })",
            "pages/p/p.js": "import { load } from '../../load'\nPage({ onLoad() { load() }, tap() { wx.login() } })",
            "load.js": "export function load() { setTimeout(() => wx.getSetting(), 9) }",
        }
    )
    hooks = automatic(one.flows_found, one.path, one.app.home)
    assert sorted(set(hooks.values())) == ["app.onLaunch", "p.onLoad"]
    assert {use.name: one.starts(use) for use in one.uses} == {"login": "", "getSetting": "p.onLoad"}


def test_a_page_is_found_by_its_path(program):
    one = program({"pages/p/p.js": "Page({})"})
    assert page_files(one.flows_found, one.path, "pages/p/p") == [one.numbers["pages/p/p.js"]]
    assert page_files(one.flows_found, one.path, "pages/q/q") == []
