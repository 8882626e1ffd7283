"""Whatever lies in a folder: it is read, or it is named."""

import gc
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yumen.audit import rules
from yumen.audit.source import SourceEvidence, SourceSettings, collect_source
from yumen.audit.source.cache import Cache
from yumen.audit.source.collect import read_file
from yumen.audit.source.memory import without_collecting
from yumen.audit.source.tree import File

APP = '{ "pages": ["p"] }'
PACKED_PAGES = 150
"""More files than stay for a while when they are read again."""
PASSES_MAX = 5
"""The looks of rules, linking twice, templates; and what calls lead to."""


@pytest.fixture
def evidence(tmp_path):
    def of(files):
        for name, content in files.items():
            place = tmp_path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        return collect_source(tmp_path, SourceSettings())

    return of


def test_a_program_is_read_and_counted(evidence):
    found = evidence({"app.json": APP, "p.js": "Page({})\n", "p.wxml": "<view />"})
    assert (found.files, found.lines, len(found.programs)) == (3, 3, 1)
    assert (found.skipped, found.lightly, found.broken) == ((), (), ())


def test_broken_syntax_is_named_and_the_rest_is_read(evidence):
    found = evidence({"app.json": APP, "p.js": "wx.login({})\nconst = = 3\n"})
    assert found.broken == ("p.js",)
    assert [use.name for use in found.programs[0].uses] == ["login"]


def test_a_chain_of_twenty_thousand_links_is_read(evidence):
    found = evidence({"app.json": APP, "p.js": "const a = " + " +\n".join(["'x'"] * 20_000)})
    assert found.lightly == ()


def test_what_is_nested_too_deep_is_looked_at_lightly(evidence):
    found = evidence({"app.json": APP, "p.js": "f(" * 20_000 + "wx.login()" + ")" * 20_000})
    assert [(one.path, one.reason) for one in found.lightly] == [("p.js", "nested_too_deep")]
    assert [use.name for use in found.programs[0].uses] == ["login"]


def test_minified_and_foreign_code_is_named(evidence):
    found = evidence({"app.json": APP, "a.js": "a();" * 20_000, "miniprogram_npm/x/index.js": "module.exports = 1\n"})
    assert {one.path: one.reason for one in found.lightly} == {
        "a.js": "minified",
        "miniprogram_npm/x/index.js": "third_party",
    }


def test_imports_in_a_circle_end(evidence):
    found = evidence(
        {
            "app.json": APP,
            "a.js": "import { b } from './b'\nexport const a = b\nconsole.log(a)",
            "b.js": "import { a } from './a'\nexport const b = a\nexport * from './a'",
        }
    )
    assert found.programs[0].flows == []


def test_settings_that_are_no_object_are_named(evidence):
    found = evidence({"app.json": APP, "p.json": "[1", "p.js": "Page({})"})
    assert [(one.path, one.reason) for one in found.skipped] == [("p.json", "no_json_object")]


def test_two_runs_say_the_same(evidence, tmp_path):
    first = evidence({"app.json": APP, "p.js": "wx.getLocation({ success: (r) => console.log(r) })"})
    again = collect_source(tmp_path, SourceSettings())
    assert first.digest == again.digest
    assert first.programs[0].flows == again.programs[0].flows != []


def test_a_second_run_with_a_cache_says_the_same(evidence, tmp_path):
    files = {
        "app.json": APP,
        "p.js": "const { getLocation } = wx\ngetLocation({ success: ({ latitude }) => console.log(latitude) })",
    }
    cold = evidence(files)
    kept = SourceSettings(cache=tmp_path / "cache", exclude=("cache",))
    collect_source(tmp_path, kept)
    warm = collect_source(tmp_path, kept)
    assert warm.programs[0].flows == cold.programs[0].flows != []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=300), st.text("(){}[]<>=`'\"\\/ $ab1:,;.?!+*\n", max_size=200).map(str.encode)))
@pytest.mark.parametrize("suffix", [".js", ".ts", ".tsx", ".vue", ".wxml"])
def test_no_content_stops_the_reading(suffix, content):
    assert read_file(File(f"a{suffix}", suffix, len(content)), content).path == f"a{suffix}"


def test_a_text_over_which_the_parser_never_ends_is_read_lightly():
    endless = b"e(p/ck =e(es/p= k = ge({es/lt;&lt;&lt;"
    assert read_file(File("a.js", ".js", len(endless)), endless).light == "nested_too_deep"
    assert read_file(File("b.js", ".js", 12), b"wx.request()").calls


def test_collecting_is_on_again_afterwards():
    with without_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()


TWICE = """
import gc
from yumen.audit.source import without_collecting

def looks():
    before = sum(one["collections"] for one in gc.get_stats())
    with without_collecting():
        made = [[] for _ in range(5_000)]
    return sum(one["collections"] for one in gc.get_stats()) - before

gc.collect()
print(looks(), looks() > 0)
"""


def test_what_the_first_audit_of_a_process_made_is_not_looked_through_at_once():
    done = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=True)
    assert done.stdout == "0 True\n"


BROKEN = Path(__file__).parents[4] / "examples/audit/broken"


def told(settings):
    """Everything that a run finds out about the ways of data in the broken sample."""
    found = collect_source(BROKEN, settings)
    (program,) = found.programs
    uses = [(use.name, program.facts.paths[use.file], use.start) for use in program.uses]
    return found.digest, found.lines, program.flows, program.requests, uses, program.web_views, dict(program.origins)


def test_a_run_that_remembers_says_what_a_run_that_does_not_says(tmp_path):
    expected = told(SourceSettings())
    assert expected[2]
    assert expected[3]
    assert [told(SourceSettings(cache=tmp_path)) for _ in range(2)] == [expected] * 2
    assert len(list(tmp_path.iterdir())) == 1


def test_facts_that_lie_packed_say_what_ready_ones_say(tmp_path):
    assert told(SourceSettings(ready_bytes=0)) == told(SourceSettings())
    assert told(SourceSettings(ready_bytes=0, cache=tmp_path)) == told(SourceSettings(ready_bytes=2_000))


def test_facts_of_another_shape_in_the_cache_are_read_anew(tmp_path):
    expected = told(SourceSettings(cache=tmp_path))
    (file,) = tmp_path.iterdir()
    entries = msgspec.msgpack.decode(file.read_bytes()[30:], type=dict[bytes, bytes])
    kept = Cache.open(tmp_path, BROKEN)
    for key in entries:
        kept.put(key, b"\x91\x01")
    kept.save()
    assert told(SourceSettings(cache=tmp_path)) == expected


def test_facts_that_lie_packed_are_read_a_few_times_however_many_rules_ask(tmp_path):
    names = [f"pages/p{number}/p{number}" for number in range(PACKED_PAGES)]
    (tmp_path / "app.json").write_text(msgspec.json.encode({"pages": names}).decode())
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / f"{name}.js").write_text("Page({ onLoad() { wx.request({ url: 'https://a.example/b' }) } })")
        (tmp_path / f"{name}.wxml").write_text("<view bindtap='onLoad'/>")
    source = collect_source(tmp_path, SourceSettings(ready_bytes=0))
    for one in rules.load().values():
        if set(one.needs.values()) == {SourceEvidence}:
            list(one.judge(**(dict.fromkeys(one.needs, source) | dict.fromkeys(one.wants))))
    (program,) = source.programs
    assert program.requests
    assert program.facts.held.read_again <= PASSES_MAX * len(program.facts)
