"""What a host name says."""

import pytest

from yumen.audit.source.apis import names
from yumen.audit.source.hosts import address, is_abroad, is_sample, under, whose


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("https://API.brand.example/a?b", ("https", "api.brand.example", "")),
        ("wss://brand.example:8443", ("wss", "brand.example", "8443")),
        ("//cdn.brand.example/x.png", ("https", "cdn.brand.example", "")),
        ("http://user:pass@brand.example/", ("http", "brand.example", "")),
    ],
)
def test_an_address_has_its_parts(text, parts):
    assert address(text) == parts


@pytest.mark.parametrize("text", ["/goods", "https://{{host}}/a", "https://", "mailto:a@b", "https://a b/"])
def test_what_is_no_address_has_none(text):
    assert address(text) is None


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("127.0.0.1", "local"),
        ("192.168.1.5", "lan"),
        ("39.105.1.2", "ip"),
        ("999.1.1.1", "ip"),
        ("brand.natapp1.cc", "tunnel"),
        ("www.googleapis.com", "google"),
        ("graph.facebook.com", "meta"),
        ("eu.my.salesforce.com", "overseas"),
        ("s3.cn-north-1.amazonaws.com.cn", "mainland"),
        ("notgoogle.com", ""),
    ],
)
def test_a_name_says_whose_it_is(host, kind):
    assert whose(host) == kind


def test_only_foreign_services_are_abroad():
    assert is_abroad("x.hubapi.com")
    assert not is_abroad("brand.example")


def test_names_of_documents_are_samples():
    assert is_sample("www.w3.org")
    assert not is_sample("w3.org.cn")


def test_a_suffix_counts_by_labels():
    assert under("a.b.c", ("b.c",))
    assert not under("ab.c", ("b.c",))


def test_every_location_name_is_a_privacy_interface():
    assert set(names().location) <= set(names().privacy)
