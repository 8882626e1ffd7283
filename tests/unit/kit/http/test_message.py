"""What may be repeated."""

import pytest

from yumen.kit.http.message import Request


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_idempotent_methods_may_be_repeated_unless_said_otherwise(method):
    assert Request(method, "http://x").may_repeat
    assert not Request(method, "http://x", idempotent=False).may_repeat


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_other_methods_may_not_unless_said_otherwise(method):
    assert not Request(method, "http://x").may_repeat
    assert Request(method, "http://x", idempotent=True).may_repeat
