import pytest

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.wechat.calls import Call
from yumen.sandbox.wechat.credentials import check_address
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.world import new_app, open_world


@pytest.mark.parametrize(
    ("allow_list", "address", "admitted"),
    [
        ([], "203.0.113.9", True),
        (["203.0.113.9"], "203.0.113.9", True),
        (["203.0.113.0/28"], "203.0.113.9", True),
        (["203.0.113.0/28"], "203.0.113.16", False),
        (["2001:db8::/32"], "2001:db8::1", True),
        (["203.0.113.9"], "nonsense", False),
    ],
)
def test_an_address_is_admitted_when_listed_or_when_there_is_no_list(tmp_path, allow_list, address, admitted):
    app = new_app("one")
    app.allow_list = allow_list
    request = Request("GET", "/cgi-bin/token", {}, {}, b"", False, False, "/cgi-bin/token")
    call = Call(open_world(tmp_path / "s.sqlite"), request, 0.0, address)
    if admitted:
        assert check_address(call, app) is None
    else:
        with pytest.raises(Refusal) as refused:
            check_address(call, app)
        assert refused.value.errcode == 40164
