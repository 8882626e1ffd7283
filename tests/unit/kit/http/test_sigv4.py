"""The examples of the Amazon S3 API Reference, "Signature Calculations for the Authorization Header"."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from yumen.kit.http.sigv4 import Signer

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "s3-sigv4.json").read_text())
AT = datetime(2013, 5, 24, tzinfo=UTC)
SIGNER = Signer(VECTORS["key_id"], VECTORS["secret"], VECTORS["region"])


@pytest.mark.parametrize("asked", VECTORS["requests"], ids=lambda asked: asked["method"])
def test_requests_are_signed_as_in_the_reference(asked: dict[str, Any]) -> None:
    url = VECTORS["bucket"] + asked["path"]
    sent = SIGNER.sign(asked["method"], url, asked["headers"], asked["body"].encode(), AT)
    assert sent["x-amz-date"] == "20130524T000000Z"
    assert sent["Authorization"] == (
        f"AWS4-HMAC-SHA256 Credential={VECTORS['key_id']}/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={asked['names']},Signature={asked['signature']}"
    )


def test_the_secret_is_not_shown() -> None:
    assert VECTORS["secret"] not in repr(SIGNER)
