"""The examples of the Amazon S3 API Reference, "Signature Calculations for the Authorization Header"."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from yumen.kit.http.sigv4 import Signer

AT = datetime(2013, 5, 24, tzinfo=UTC)
SIGNER = Signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
BUCKET = "https://examplebucket.s3.amazonaws.com"
STORED = {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "names", "signature"),
    [
        (
            "GET", "/test.txt", {"Range": "bytes=0-9"}, b"", "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT", "/test%24file.text", STORED, b"Welcome to Amazon S3.",
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
    ],
)  # fmt: skip
def test_requests_are_signed_as_in_the_reference(
    method: str, path: str, headers: dict[str, str], body: bytes, names: str, signature: str
) -> None:
    sent = SIGNER.sign(method, BUCKET + path, headers, body, AT)
    assert sent["x-amz-date"] == "20130524T000000Z"
    assert sent["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={names},Signature={signature}"
    )


def test_the_secret_is_not_shown() -> None:
    assert "wJalr" not in repr(SIGNER)
