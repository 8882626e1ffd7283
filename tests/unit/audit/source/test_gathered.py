"""What many rules ask of every file."""

from yumen.audit.finding import InFile
from yumen.audit.source.gathered import Import


def test_a_subject_is_told_at_the_first_place_that_speaks_of_it(program):
    one = program({"pages/a/a.js": "// 注销", "pages/b/b.js": "const x = 1 // 注销"})
    assert one.gathered.subjects["account_deletion"] == InFile("pages/a/a.js", 3, 3)
    assert "minors_mode" not in one.gathered.subjects


def test_modules_are_told_by_file_and_place(program):
    one = program({"pages/a/a.js": "import x from 'b'", "pages/b/b.js": "const y = require('./c')"})
    assert one.gathered.imports == [Import(0, 7, "b"), Import(1, 10, "./c")]


def test_only_watched_fields_are_kept(page):
    program = page("log(a.name, answer.data.session_key)")
    (read,) = program.gathered.reads
    assert (read.name, program.facts[read.file].places[read.number]) == ("session_key", 12)


def test_a_tag_is_kept_for_what_it_opens(page):
    gathered = page("", **{"pages/p/p.wxml": "<view/><button class='a' open-type='contact'>b</button>"}).gathered
    assert [(one.file, one.tag.name, one.type.text) for one in gathered.openings] == [(1, "button", "contact")]


def test_what_is_gathered_is_gathered_once(page):
    program = page("")
    assert program.gathered is program.gathered
