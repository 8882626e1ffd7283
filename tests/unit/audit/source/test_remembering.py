"""A run that remembers what it read says what a run that begins anew says, whatever was edited in between."""

import random
from pathlib import Path

import pytest

from tests.unit.audit.source import bundles
from yumen.audit import rules
from yumen.audit.source import SourceEvidence, SourceSettings, collect_source

EDITS = 12
PLANTED = Path(__file__).parent / "planted"


def pieces():
    """Scripts and templates of the planted programs, by their suffix."""
    found = {".js": [], ".wxml": []}
    for path in sorted(PLANTED.rglob("*.txt")):
        for name, text in bundles.read(path.read_text(encoding="utf-8")).files.items():
            found.get(Path(name).suffix, []).append(text)
    return found


def edit(files, chance, texts):
    """Change, move, add or take away a file; or touch one without changing what it means."""
    name = chance.choice(sorted(files))
    suffix = Path(name).suffix
    how = chance.choice(["other", "above", "behind", "swap", "new", "gone"])
    if how == "other":
        files[name] = chance.choice(texts[suffix])
    elif how == "above":
        files[name] = "// 上面\n" + files[name] if suffix == ".js" else "<!-- 上面 -->\n" + files[name]
    elif how == "behind":
        files[name] += "\nconst more = wx.getStorageSync('phone')\n" if suffix == ".js" else "<view>注销账号</view>"
    elif how == "swap":
        other = chance.choice([one for one in sorted(files) if Path(one).suffix == suffix])
        files[name], files[other] = files[other], files[name]
    elif how == "new" or len(files) < 3:
        files[f"utils/u{chance.randrange(99)}.js"] = chance.choice(texts[".js"])
    else:
        del files[name]


def said(folder, cache):
    """Everything that rules may say of the code, and what was read of it."""
    source = collect_source(folder, SourceSettings(cache=cache))
    asked = [one for one in rules.load().values() if set(one.needs.values()) == {SourceEvidence}]
    found = [
        (one.id, finding)
        for one in asked
        for finding in one.judge(**(dict.fromkeys(one.needs, source) | dict.fromkeys(one.wants)))
    ]
    ways = [(program.flows, program.requests) for program in source.programs]
    return repr((found, ways, source.digest, source.files, source.lines, source.broken, source.lightly))


@pytest.mark.parametrize("seed", range(4))
def test_edits_between_two_runs_change_nothing_but_what_they_change(tmp_path, seed):
    chance, texts = random.Random(seed), pieces()
    files = {f"pages/p{n}/p{n}{suffix}": chance.choice(texts[suffix]) for n in range(3) for suffix in texts}
    heard = set()
    for number in range(EDITS):
        edit(files, chance, texts)
        pages = sorted({name.rpartition(".")[0] for name in files if name.startswith("pages/")})
        folder = tmp_path / f"state{number}" / "program"
        bundles.unpack(bundles.Bundle([], files), folder)
        (folder / "app.json").write_text(f'{{"pages": {pages}}}'.replace("'", '"'), encoding="utf-8")
        (tmp_path / "now").unlink(missing_ok=True)
        (tmp_path / "now").symlink_to(folder)
        remembered = said(tmp_path / "now", tmp_path / "cache")
        assert remembered == said(tmp_path / "now", None)
        heard.add(remembered)
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert len(heard) > EDITS // 2
