"""What many rules ask of every file."""

from yumen.audit.finding import InFile
from yumen.audit.source.facts import Facts
from yumen.audit.source.files import Files
from yumen.audit.source.gathered import Gathered, Import


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


def lines(facts):
    return facts.lines


def size(facts):
    return facts.size


def test_all_looks_share_one_pass_over_facts_that_lie_packed():
    files = Files(ready_bytes=0, recent_max=2)
    for number in range(5):
        files.append(Facts(path=f"{number}.js", size=1, lines=number))
    gathered = Gathered(files.held, files.paths, [lines, size])
    assert gathered.told(lines) == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert gathered.told(size) == [(number, 1) for number in range(5)]
    assert files.held.read_again == 5


def test_a_file_that_linking_adds_is_looked_at_too():
    files = Files()
    files.append(Facts(path="a.js", lines=1))
    gathered = Gathered(files.held, files.paths, [lines])
    assert gathered.told(lines) == [(0, 1)]
    files.append(Facts(path="b.json", lines=7))
    assert gathered.told(lines) == [(0, 1), (1, 7)]


def test_a_look_that_comes_later_sees_what_was_seen():
    files = Files()
    files.append(Facts(path="a.js", lines=1, size=3))
    looks = [lines]
    gathered = Gathered(files.held, files.paths, looks)
    assert gathered.told(lines) == [(0, 1)]
    looks.append(size)
    assert (gathered.told(size), gathered.told(lines)) == ([(0, 3)], [(0, 1)])
