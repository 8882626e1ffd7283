"""Take the picture out of a request: the body itself, or the one file of a form, as `wx.uploadFile` sends it.

`wx.request` tells no progress of what it sends; `wx.uploadFile` does, and knows nothing but `multipart/form-data`
(developers.weixin.qq.com, wx.uploadFile).
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType

from yumen.kit.errors import Code

FORM_UNFIT: Final = Code("picture.form_unfit", 422)

PART: Final = "picture"
"""The name of the file in the form."""
TYPES: Final = ("image/png", "image/jpeg", "image/webp")
"""What a route that takes a picture consumes as it is, for `allow`."""


async def picture_of(request: Request[Any, Any, Any]) -> bytes:
    """The bytes as they were sent; nothing has looked at them yet. Raises `picture.form_unfit`."""
    body = await request.body()  # kept by the request, so that the Idempotency-Key is compared with it too
    if request.content_type[0] != RequestEncodingType.MULTI_PART:
        return body
    file = (await request.form()).get(PART)
    if not isinstance(file, UploadFile):
        raise FORM_UNFIT(at=f"/{PART}")
    try:
        return await file.read()
    finally:
        await file.close()
