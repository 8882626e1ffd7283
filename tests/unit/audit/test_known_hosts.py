"""The one list of hosts: whose a name is, and where it stands."""

from datetime import UTC, datetime

import pytest

from yumen.audit.known_hosts import OPERATORS, abroad, is_abroad, listed, operator, review_on, suffix


def test_a_suffix_is_compared_by_whole_labels():
    assert suffix("www.google.com", ["google.com"]) == "google.com"
    assert suffix("notgoogle.com", ["google.com"]) is None
    assert suffix("google.com.", ["google.com"]) == "google.com"


@pytest.mark.parametrize(
    ("host", "whose"),
    [
        ("fonts.googleapis.com", "google"),
        ("graph.facebook.com", "meta"),
        ("bucket.s3.amazonaws.com", "overseas"),
        ("bucket.s3.cn-north-1.amazonaws.com.cn", "mainland"),
        ("api.brand.example", ""),
    ],
)
def test_a_name_tells_whose_it_is(host, whose):
    assert operator(host) == whose
    assert is_abroad(host) == (whose not in {"", "mainland"})


def test_the_name_that_tells_is_told():
    assert abroad("px.ads.facebook.com") == "facebook.com"
    assert abroad("res.wx.qq.com") is None


def test_the_list_is_read_again_in_time():
    assert datetime.now(UTC).date() <= review_on()


def test_no_host_has_two_operators():
    hosts = [host for kind in OPERATORS for host in listed(kind)]
    assert {host for host in hosts if hosts.count(host) > 1} == set()


def test_every_list_holds_bare_names():
    for name in (*OPERATORS, "cdn_abroad", "cdn_mainland", "storage_default"):
        assert listed(name)
        assert all("." in host and "/" not in host and host == host.lower() for host in listed(name))
