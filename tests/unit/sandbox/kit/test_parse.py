import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.parse import BODY_MAX_BYTES, Malformed, read_body, read_head, read_query, to_request


def parsed(raw: bytes) -> Request | None:
    buffer = bytearray(raw)
    head = read_head(buffer)
    whole = head and read_body(buffer, head)
    return to_request(head, whole[0], secure=False, opens_connection=True) if head and whole else None


def test_a_whole_request_is_read():
    request = parsed(b"POST /a?x=1&x=2&y=%E4%BD%A0+b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
    assert (request.method, request.path, request.body) == ("POST", "/a", b"abc")
    assert request.query == {"x": "1", "y": "你 b"}
    assert request.headers["host"] == "h"


def test_chunks_are_joined():
    raw = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    assert parsed(raw).body == b"abcde"


def test_an_absolute_target_loses_its_host():
    assert parsed(b"GET http://api.weixin.qq.com/a?b=c HTTP/1.1\r\n\r\n").path == "/a"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/2\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc", 400),
        (f"GET / HTTP/1.1\r\nContent-Length: {BODY_MAX_BYTES + 1}\r\n\r\n".encode(), 413),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", 413),
        (b"GET /" + b"a" * 40_000, 431),
    ],
)
def test_what_is_malformed_is_refused(raw, status):
    with pytest.raises(Malformed) as refused:
        parsed(raw)
    assert refused.value.status == status


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw):
    try:
        request = parsed(b"POST /x?" + raw + b" HTTP/1.1\r\n\r\n")
    except Malformed:
        return
    assert request is None or request.path


WHOLE = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: x\r\n\r\n"


@given(st.integers(0, len(WHOLE) - 1))
def test_a_part_is_never_a_whole(cut):
    assert parsed(WHOLE[:cut]) is None


def test_too_many_fields_are_refused():
    for query in ("&".join(["a=1"] * 300), "&".join(["a=%20"] * 300)):
        with pytest.raises(Malformed):
            read_query(query)
