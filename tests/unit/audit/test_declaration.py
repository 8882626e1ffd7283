"""What the brand says: tables apart, an empty one told from none."""

import msgspec
import pytest

from yumen.audit.declaration import Declaration, Domains, FilingKind


def test_no_table_and_an_empty_one_differ():
    assert Declaration().flows is None
    assert msgspec.convert({"flow": []}, Declaration).flows.listed == ()
    assert Declaration().filings is None


def test_hosts_of_all_lists_come_without_scheme_and_in_small_letters():
    domains = Domains(
        request=("https://API.example.com:8443/x",), socket=("wss://ws.example.com",), webview=("h5.example.com",)
    )
    assert domains.listed == {"api.example.com:8443", "ws.example.com", "h5.example.com"}


def test_filings_are_found_by_kind():
    declaration = msgspec.convert({"filing": [{"kind": "icp"}, {"kind": "mlps", "level": 2}]}, Declaration)
    assert [one.level for one in declaration.filings.of(FilingKind.MLPS)] == [2]


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(msgspec.ValidationError, match="<= 5"):
        msgspec.convert({"filing": [{"kind": "mlps", "level": 6}]}, Declaration)
