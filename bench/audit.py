"""How fast the auditor reads source code, beside a plain loop of the same machine, and how much memory it takes.

Each figure comes from a process of its own. Seconds are processor seconds, scaled to a machine on which ten million
turns of a plain loop take 0.57 s, so that figures of different machines compare. The program is made up: pages of 240
lines of script and 60 of template, all different, with wrappers, promises, storage, forms and page data.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import audit_peers, audit_values
from bench.report import Goal, Section

LOOP_S = 0.57
LOOP_TURNS = 10_000_000
PAGES = 500
RUNS = 3
LARGE_PAGES = 10_000
FIELDS = ("phone", "receiver", "city", "coupon", "note", "size", "color", "gift", "memo", "level")


def measure(quick: bool) -> Section:
    """Cold, twice as large, one file changed; the large one only in a full run."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_program(root / "once", PAGES)
        write_program(root / "twice", 2 * PAGES)
        once, twice = best_in_turn(root / "once", root / "twice")
        run(root / "once", root / "cache")
        page = root / "once/pages/p7/p7.js"
        page.write_text(page.read_text(encoding="utf-8") + "\nconst changed = 1\n", encoding="utf-8")
        again = run(root / "once", root / "cache")
        rows = [_row("cold", once), _row("twice the lines", twice), _row("one file changed", again)]
        goals = [
            Goal("1,000 files, 150,000 lines, cold", once["scaled_s"], 2.0, 1.3, "s", lower=True),
            Goal("one file changed", again["scaled_s"], 0.8, 0.4, "s", lower=True),
            Goal("twice the lines", twice["scaled_s"] / once["scaled_s"], 2.2, 2.1, "×", lower=True),
            Goal("memory at 1,000 files", once["mib"], 256, 100, "MiB", lower=True),
        ]
        goals.append(Goal("values classified", audit_values.values_per_second(), 200_000, 200_000, "/s"))
        notes = _compare(root, once, rows)
        if not quick:
            write_program(root / "large", LARGE_PAGES)
            large = run(root / "large")
            rows.append(_row("20,000 files", large))
            goals.append(Goal("memory at 20,000 files", large["mib"], 400, 300, "MiB", lower=True))
    columns = ("run", "files", "lines", "CPU s", "scaled s", "MiB", "findings")
    notes.append(
        f"Scaled to a machine whose plain loop of {LOOP_TURNS:,} turns takes {LOOP_S} s; all source rules included."
    )
    return Section("audit", "Audit of source code", columns, rows, goals, notes)


def _compare(root: Path, once: dict[str, float], rows: list[tuple[str | float, ...]]) -> list[str]:
    """The peer on the same program, and both on the labelled examples; sentences for the notes."""
    labelled = audit_peers.write_examples(root / "examples")
    own = audit_peers.ours(root / "examples", labelled)
    notes = [f"Secrets, {len(labelled)} labelled examples (ours): our rules {_scored(own)}."]
    if not audit_peers.is_there():
        return [*notes, f"The peer ({audit_peers.NAME}) is not installed here, so it was not measured."]
    before_s = _loop()
    found, cpu_s = audit_peers.scan(root / "once")
    scaled_s = cpu_s * LOOP_S / ((before_s + _loop()) / 2)
    rows.append((f"{audit_peers.NAME}, cold", once["files"], once["lines"], round(cpu_s, 2), round(scaled_s, 2), "–",
                 sum(found.values())))  # fmt: skip
    notes.append(f"The peer: its plugins {_scored(audit_peers.theirs(root / 'examples', labelled))}.")
    return notes


def _scored(one: audit_peers.Score) -> str:
    told = f"find {one.found} of {one.found + one.missed} and report {one.false} near misses"
    return f"{told} (precision {one.precision}, recall {one.recall})"


def best_in_turn(*roots: Path) -> list[dict[str, float]]:
    """The best of some runs of each: others of the machine make it slower, and in turn they do so to all alike."""
    rounds = [[run(root) for root in roots] for _ in range(RUNS)]
    return [min(runs, key=lambda one: one["scaled_s"]) for runs in zip(*rounds, strict=True)]


def run(root: Path, cache: Path | None = None) -> dict[str, float]:
    """Audit in a fresh process."""
    words = [sys.executable, "-m", "bench.audit", str(root), *([str(cache)] if cache else [])]
    done = subprocess.run(words, capture_output=True, check=True, text=True, env={**os.environ, "PYTHONHASHSEED": "0"})
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def write_program(root: Path, pages: int) -> None:
    """A native mini-program of so many pages, two analysed files each."""
    names = [f"pages/p{number}/p{number}" for number in range(pages)]
    _write(root / "app.json", json.dumps({"pages": names}))
    _write(root / "app.js", "App({ globalData: { user: null } })\n")
    _write(root / "utils/http.js", _HTTP)
    for number, name in enumerate(names):
        _write(root / f"{name}.js", _script(number))
        _write(root / f"{name}.wxml", _template(number))


def _script(number: int) -> str:
    fields = [FIELDS[(number + m) % len(FIELDS)] for m in range(7)]
    methods = "".join(_METHOD.format(n=number, m=m, field=field) for m, field in enumerate(fields[:5]))
    methods += "".join(_SEND.format(n=number, m=m, field=field) for m, field in enumerate(fields[5:]))
    return _HEAD.format(n=number) + methods + "})\n"


def _template(number: int) -> str:
    rows = "".join(_ROW.format(n=number, m=m, field=FIELDS[(number + m) % len(FIELDS)]) for m in range(5))
    return f"<view class='page{number}'>\n{rows}</view>\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _row(name: str, one: dict[str, float]) -> tuple[str | float, ...]:
    return name, one["files"], one["lines"], one["cpu_s"], one["scaled_s"], one["mib"], one["findings"]


def _inside(root: Path, cache: Path | None) -> dict[str, float]:
    """What the fresh process does: the loop, then the audit, imports included."""
    before_s = _loop()
    start = time.process_time()
    from yumen.audit import rules
    from yumen.audit.source import SourceEvidence, SourceSettings, collect_source, without_collecting

    found = 0
    with without_collecting():  # as the audit itself does
        evidence = collect_source(root, SourceSettings(cache=cache))
        asked = [one for one in rules.load().values() if set(one.needs.values()) == {SourceEvidence}]
        for one in asked:
            words = dict.fromkeys(one.needs, evidence) | dict.fromkeys(one.wants)
            found += sum(1 for _ in one.judge(**words))
    cpu_s = time.process_time() - start
    files = sum(len(program.facts) for program in evidence.programs)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    scaled_s = cpu_s * LOOP_S / ((before_s + _loop()) / 2)
    return {
        "files": files,
        "lines": evidence.lines,
        "cpu_s": round(cpu_s, 2),
        "scaled_s": round(scaled_s, 2),
        "mib": round(peak_mib),
        "findings": found,
    }


def _loop() -> float:
    start = time.process_time()
    x = 0
    for i in range(LOOP_TURNS):
        x += i & 7
    return time.process_time() - start


_HTTP = """const base = 'https://api.brand.example'
function send(path, data, method) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: base + path,
      data,
      method: method || 'GET',
      timeout: 12000,
      success: (r) => resolve(r.data),
      fail: reject,
    })
  })
}
module.exports = { send }
"""
_HEAD = """const {{ send }} = require('../../utils/http')
const app = getApp()
const page = {{ title: 'page {n}', size: {n} }}
Page({{
  data: {{ list: [], form: {{}}, ready: false }},
  onLoad(query) {{
    this.id = query.id || '{n}'
    this.load(this.id)
  }},
  async load(id) {{
    const answer = await send('/goods/' + id, {{ page: {n} }})
    this.setData({{ list: answer.items.map((one) => ({{ ...one, price: one.price / 100 }})), ready: true }})
  }},
"""
_METHOD = """  /**
   * What the page does when somebody chooses {field}.
   * @param {{object}} e the event of the tap
   */
  on{m}Tap(e) {{
    const {{ id, index }} = e.currentTarget.dataset
    const item{m} = this.data.list[index]

    // gone in the meantime
    if (!item{m} || item{m}.id !== id) {{
      wx.showToast({{ title: 'gone', icon: 'none' }})
      return
    }}
    this.setData({{
      ['form.{field}']: item{m}.name,
      chosen: index,
    }})
  }},

  // {field} as it is typed
  type{m}(e) {{
    const text = e.detail.value.trim()
    this.setData({{ 'form.{field}': text, ready: text.length > 2 }})
  }},

  check{m}() {{
    const form = this.data.form
    for (const key of Object.keys(form)) {{
      if (form[key] === '') {{
        return `missing ${{key}} on ${{page.title}}`
      }}
    }}
    return this.id ? '' : 'no id'
  }},

"""
_SEND = """  /** Tell the server what was chosen. */
  async send{m}(e) {{
    const id = e.currentTarget.dataset.id
    const answer = await send('/choose/{n}', {{ id, {field}: this.data.chosen }}, 'POST')
    app.globalData.last{m} = answer.id
    wx.setStorageSync('choice{n}_{m}', {{ id: answer.id, at: Date.now() }})
  }},

"""
_ROW = """  <view
    class="row{m}"
    wx:for="{{{{list}}}}"
    wx:key="id"
    bindtap="on{m}Tap"
    data-id="{{{{item.id}}}}"
  >
    <text>{{{{item.name}}}} {{{{item.price > 10 ? 'a' : 'b'}}}}</text>
    <image src="{{{{item.picture}}}}" mode="aspectFill" lazy-load />
    <input placeholder="{field}" value="{{{{form.{field}}}}}" bindinput="type{m}" />
    <button size="mini" loading="{{{{!ready}}}}">choose {n}</button>
  </view>
"""

if __name__ == "__main__":
    print(json.dumps(_inside(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)))
