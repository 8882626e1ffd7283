"""The key cache is bounded, and no key outlives its shredding in it."""

from __future__ import annotations

from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass
from yumen.security.keys.cache import FRESH_S, KeyCache
from yumen.security.keys.subject_key import SubjectKey

MEMBERSHIP, TRANSACTION = RetentionClass.MEMBERSHIP, RetentionClass.TRANSACTION


class Timer:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def key(subject: int, retention: RetentionClass = MEMBERSHIP) -> SubjectKey:
    return SubjectKey.generate(SubjectId(subject), retention)


def name(subject: int, retention: RetentionClass = MEMBERSHIP) -> tuple[SubjectId, RetentionClass]:
    return SubjectId(subject), retention


def test_the_least_recently_used_key_is_dropped_first():
    cache = KeyCache(keys_max=2)
    for subject in (1, 2):
        cache.keep(key(subject), 0)
    assert cache.find(name(1))
    cache.keep(key(3), 0)
    assert len(cache) == 2
    assert cache.find(name(2)) is None
    assert cache.find(name(1))
    assert cache.find(name(3))


def test_a_cache_of_none_keeps_none():
    cache = KeyCache(keys_max=0)
    cache.keep(key(1), 0)
    assert cache.find(name(1)) is None


def test_classes_are_kept_apart():
    cache = KeyCache()
    cache.keep(key(1, TRANSACTION), 0)
    assert cache.find(name(1)) is None
    assert cache.find(name(1, TRANSACTION))


def test_it_is_fresh_for_its_window_from_the_start_of_the_check():
    timer = Timer()
    cache = KeyCache(timer=timer)
    assert not cache.is_fresh()
    started_at = cache.start_check()
    timer.now += FRESH_S / 2
    cache.finish_check(started_at, 0, ())
    assert cache.is_fresh()
    timer.now += FRESH_S / 2
    assert not cache.is_fresh()


def test_what_was_shredded_elsewhere_is_forgotten():
    cache = KeyCache()
    for subject in (1, 2):
        cache.keep(key(subject), 0)
    cache.finish_check(cache.start_check(), 1, [name(1)])
    assert cache.find(name(1)) is None
    assert cache.find(name(2))


def test_too_many_shredded_to_name_empty_it():
    cache = KeyCache()
    cache.keep(key(1), 0)
    cache.finish_check(cache.start_check(), 9, None)
    assert len(cache) == 0


def test_a_key_read_before_a_shredding_that_was_seen_is_not_kept():
    cache = KeyCache()
    read_at_tick = 0
    cache.finish_check(cache.start_check(), 1, [name(1)])
    cache.keep(key(1), read_at_tick)
    assert cache.find(name(1)) is None
    cache.keep(key(1), 1)
    assert cache.find(name(1))


def test_what_this_process_shreds_is_forgotten_at_once():
    cache = KeyCache()
    cache.keep(key(1), 0)
    cache.forget([name(1), name(2)])
    assert len(cache) == 0
