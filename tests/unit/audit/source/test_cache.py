"""Facts of former runs."""

from yumen.audit.source.cache import Cache
from yumen.audit.source.facts import Facts


def test_what_one_run_read_the_next_one_knows_under_its_own_path(tmp_path):
    first = Cache.open(tmp_path)
    first.put(".js", b"source", Facts(path="a.js", values=[(0,), (1, "text")], literals=[]))
    first.save()
    known = Cache.open(tmp_path).get(".js", b"source", "b.js")
    assert known is not None
    assert (known.path, [tuple(one) for one in known.values]) == ("b.js", [(0,), (1, "text")])


def test_another_content_or_kind_is_unknown(tmp_path):
    cache = Cache.open(tmp_path)
    cache.put(".js", b"source", Facts(path="a.js"))
    assert cache.get(".ts", b"source", "a.js") is None
    assert cache.get(".js", b"sources", "a.js") is None


def test_a_broken_cache_counts_as_empty(tmp_path):
    first = Cache.open(tmp_path)
    first.put(".js", b"source", Facts(path="a.js"))
    first.save()
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"broken")
    assert Cache.open(tmp_path).get(".js", b"source", "a.js") is None


def test_what_is_no_longer_there_is_forgotten(tmp_path):
    first = Cache.open(tmp_path)
    first.put(".js", b"old", Facts(path="a.js"))
    first.save()
    second = Cache.open(tmp_path)
    second.put(".js", b"new", Facts(path="a.js"))
    second.save()
    assert Cache.open(tmp_path).get(".js", b"old", "a.js") is None
