"""A picture is taken as the body itself or as the file of a form; what is neither is refused."""

import pytest
from litestar import Litestar, Request, post
from litestar.testing import TestClient

from yumen.customer.profile import uploads
from yumen.kit.errors import Problem

BYTES = bytes(range(256)) * 8


@post("/", status_code=200)
async def length(request: Request) -> dict[str, int | str]:
    try:
        taken = await uploads.picture_of(request)
    except Problem as problem:
        return {"code": problem.code.name, "at": problem.at}
    # what was read once may be read again: the Idempotency-Key is compared with the whole body
    return {"length": len(taken), "whole": len(await request.body()), "same": int(taken == BYTES)}


@pytest.fixture(scope="module")
def client():
    with TestClient(Litestar([length], openapi_config=None)) as opened:
        yield opened


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "application/octet-stream"])
def test_the_body_itself_is_the_picture(client, kind):
    said = client.post("/", content=BYTES, headers={"Content-Type": kind}).json()
    assert said == {"length": len(BYTES), "whole": len(BYTES), "same": 1}


def test_the_file_of_a_form_is_the_picture(client):
    said = client.post("/", files={"picture": ("tmp_1.jpg", BYTES, "image/jpeg")}).json()
    assert (said["length"], said["same"]) == (len(BYTES), 1)
    assert said["whole"] > len(BYTES)


@pytest.mark.parametrize(
    "form", [{"files": {"other": ("a.jpg", BYTES, "image/jpeg")}}, {"files": {"picture": (None, "text")}}]
)
def test_a_form_without_that_file_is_refused_with_its_place(client, form):
    assert client.post("/", **form).json() == {"code": "picture.form_unfit", "at": "/picture"}


def test_a_form_without_a_boundary_is_a_bad_request(client):
    assert client.post("/", content=BYTES, headers={"Content-Type": "multipart/form-data"}).status_code == 400
