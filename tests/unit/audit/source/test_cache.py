"""Facts of former runs."""

import os

import pytest

from yumen.audit.source import cache
from yumen.audit.source.cache import Cache, decode, encode, key_of, trim
from yumen.audit.source.facts import Facts

KEY = key_of(".js", b"source")


def kept(folder, root, **entries):
    one = Cache.open(folder, root)
    for name, data in entries.items():
        one.put(name.encode(), data)
    one.save()
    return next(folder.iterdir())


def test_what_one_run_read_the_next_one_knows_under_its_own_path(tmp_path):
    first = Cache.open(tmp_path / "new", tmp_path)
    first.put(KEY, encode(Facts(path="a.js", values=[(0,), (1, "text")], literals=[])))
    first.save()
    data = Cache.open(tmp_path / "new", tmp_path).get(KEY)
    assert data is not None
    known = decode(data, "b.js")
    assert (known.path, [tuple(one) for one in known.values]) == ("b.js", [(0,), (1, "text")])


def test_another_content_or_way_of_reading_has_another_key():
    assert len({KEY, key_of(".ts", b"source"), key_of(".js", b"sources"), key_of(".js:minified", b"source")}) == 4


def test_each_folder_that_is_audited_has_a_file_of_its_own(tmp_path):
    kept(tmp_path / "caches", tmp_path / "one", a=b"1")
    assert Cache.open(tmp_path / "caches", tmp_path / "two").get(b"a") is None
    assert Cache.open(tmp_path / "caches", tmp_path / "one").get(b"a") == b"1"


@pytest.mark.parametrize("spoil", [lambda data: b"broken", lambda data: data[:-1], lambda data: b"", bytes.upper])
def test_a_file_that_is_not_whole_counts_as_empty(tmp_path, spoil):
    file = kept(tmp_path / "caches", tmp_path, a=b"some facts")
    file.write_bytes(spoil(file.read_bytes()))
    assert Cache.open(tmp_path / "caches", tmp_path).get(b"a") is None


def test_one_wrong_bit_anywhere_is_noticed(tmp_path):
    file = kept(tmp_path / "caches", tmp_path, a=b"some facts")
    sound = file.read_bytes()
    for at in range(len(sound)):
        file.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        assert Cache.open(tmp_path / "caches", tmp_path).get(b"a") is None, at


def test_what_is_no_longer_there_is_forgotten(tmp_path):
    kept(tmp_path / "caches", tmp_path, old=b"1")
    kept(tmp_path / "caches", tmp_path, new=b"2")
    assert Cache.open(tmp_path / "caches", tmp_path).get(b"old") is None


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path):
    (tmp_path / "file").write_text("in the way")
    one = Cache.open(tmp_path / "file" / "caches", tmp_path)
    one.put(KEY, b"facts")
    one.save()
    assert (tmp_path / "file").read_text() == "in the way"


def test_nothing_is_kept_without_a_folder(tmp_path):
    one = Cache.open(None, tmp_path)
    one.put(KEY, b"facts")
    one.save()
    assert (one.is_kept, list(tmp_path.iterdir())) == (False, [])


def test_the_files_used_last_stay_and_others_are_let_alone(tmp_path):
    for number in range(cache.FOLDER_FILES_MAX + 3):
        file = tmp_path / f"{number:03}{cache.ENDING}"
        file.write_bytes(b"x")
        os.utime(file, (number, number))
    (tmp_path / "notes.txt").write_text("mine")
    trim(tmp_path)
    left = sorted(one.name for one in tmp_path.iterdir())
    assert left[0] == f"003{cache.ENDING}"
    assert len(left) == cache.FOLDER_FILES_MAX + 1
    assert "notes.txt" in left


def test_the_version_of_the_reader_is_the_same_twice():
    assert cache.reader_version() == cache.reader_version()
    assert len(cache.reader_version()) == 16
