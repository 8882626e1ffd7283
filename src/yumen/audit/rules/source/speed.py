"""What makes an app slow or lost on weak lines: setData, waterfalls, missing ends."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.finding import Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.sites import at, setting
from yumen.audit.source.state import set_data_for_each, set_data_in
from yumen.kit.errors import Fact
from yumen.law import Tag

SYNC_MAX = 5
TIMEOUT_MS_MAX = 60_000


@rule("SRC130", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.code",), effort=Effort.HALF_DAY)
def set_data_while_scrolling(source: SourceEvidence) -> Iterator[Finding]:
    """Page data is set on every step of a scroll.

    Each `setData` is serialised between two threads; while scrolling that is tens of times a second, and old phones
    stutter.

    Found: `setData` is called from `{hook}`.

    Way out: Use `IntersectionObserver` or a WXS event handler, or set data only when a threshold is crossed.
    """
    for program in source.programs:
        for file, name, call in set_data_in(program, {"onPageScroll", "bindscroll", "onScroll", "touchmove"}):
            if facts_condition(program, file, call) < 0:
                made = program.facts[file].calls[call]
                yield Finding(at(program, file, made.start, made.end), {"hook": name})


@rule("SRC131", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.code",), effort=Effort.HALF_DAY)
def set_data_in_a_loop(source: SourceEvidence) -> Iterator[Finding]:
    """Page data is set inside a loop.

    Twenty entries make twenty messages between the threads where one would do.

    Found: `setData` is called for each element by `{method}`.

    Way out: Collect the changes and set them once.
    """
    for program in source.programs:
        for file, method, call in set_data_for_each(program):
            if program.is_own(file) and facts_condition(program, file, call) < 0:  # one that is met once is no loop
                made = program.facts[file].calls[call]
                yield Finding(at(program, file, made.start, made.end), {"method": method})


@rule("SRC132", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.network",), effort=Effort.HOUR)
def no_end_to_waiting(source: SourceEvidence) -> Iterator[Finding]:
    """Requests wait for up to a minute.

    Without `networkTimeout` in app.json and without `timeout` in the call, a phone in a lift shows a spinner for 60
    seconds.

    Found: {calls} request calls, none with a `timeout`, and app.json sets none.

    Way out: Set `networkTimeout.request` to 10,000 to 15,000 ms and offer a second try.
    """
    for program in source.programs:
        uses = [use for use in program.uses_of("request") if program.is_own(use.file)]
        if uses and "request" not in program.app.timeouts and not any(program.passes(use, "timeout") for use in uses):
            first = uses[0]
            yield Finding(at(program, first.file, first.start, first.end), {"calls": len(uses)}, key="none")


@rule("SRC133", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.network",), effort=Effort.HALF_DAY)
def failure_is_not_heard(source: SourceEvidence) -> Iterator[Finding]:
    """A request does nothing when it fails.

    On weak lines calls fail every day; without `fail` or `catch` the page stays empty and nobody knows why.

    Found: `{api}` is called with `success` and without `fail` or `complete`.

    Way out: Handle the failure once, in the wrapper that makes all calls: a message, a second try for reading calls.
    """
    for program in source.programs:
        told: set[int] = set()
        for use in program.uses_of("request", "uploadFile", "downloadFile"):
            if not program.is_own(use.file) or use.file in told:
                continue
            if program.passes_surely(use, "success") and not program.passes(use, "fail", "complete"):
                told.add(use.file)
                yield Finding(at(program, use.file, use.start, use.end), {"api": use.name})


@rule("SRC134", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.network",), effort=Effort.HALF_DAY)
def storage_is_read_synchronously_at_the_start(source: SourceEvidence) -> Iterator[Finding]:
    """The start waits for many synchronous calls.

    Each `…Sync` call stops the script; at the start that is time before the first screen.

    Found: {calls} synchronous calls run from `{hook}`.

    Way out: Read what the first screen needs, at once and together (`wx.batchGetStorageSync`), the rest later.
    """
    for program in source.programs:
        by_hook: dict[str, list[int]] = {}
        uses = [use for use in program.uses if use.name.endswith("Sync")]
        for number, use in enumerate(uses):
            if (hook := program.starts(use)) and program.is_own(use.file):
                by_hook.setdefault(hook, []).append(number)
        for hook, numbers in by_hook.items():
            if len(numbers) > SYNC_MAX:
                first = uses[numbers[0]]
                facts: dict[str, Fact] = {"calls": len(numbers), "hook": hook}
                yield Finding(at(program, first.file, first.start, first.end), facts, Certainty.LIKELY, key=hook)


@rule("SRC135", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.network",), effort=Effort.HALF_DAY)
def timeout_is_too_long(source: SourceEvidence) -> Iterator[Finding]:
    """The time limit of requests is longer than anybody waits.

    Found: `networkTimeout.{kind}` is {milliseconds} ms.

    WeChat's own limit is 60,000 ms; people leave after about ten seconds.

    Way out: Set 10,000 to 15,000 ms for requests.
    """
    for program in source.programs:
        value = program.app.timeouts.get("request", 0)
        if value > TIMEOUT_MS_MAX:
            yield Finding(setting(program, "networkTimeout"), {"kind": "request", "milliseconds": value})


def facts_condition(program: Program, file: int, call: int) -> int:
    """The condition around a call; -1 if it runs always."""
    return program.facts[file].calls[call].condition
