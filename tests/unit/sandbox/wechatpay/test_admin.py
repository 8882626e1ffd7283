from yumen.sandbox.kit import admin_client  # noqa: F401 - under test, by its client
from yumen.sandbox.wechatpay import admin as table  # noqa: F401 - under test, over HTTP
from yumen.sandbox.wechatpay import keeper  # noqa: F401 - under test, over HTTP


async def test_the_openapi_document_names_every_route_and_its_shapes(session, sandbox):
    async with session.get(sandbox.admin + "/openapi.json") as answer:
        document = await answer.json(content_type=None)
    assert "this is not WeChat Pay" in document["info"]["title"]
    paths = document["paths"]
    assert set(paths["/api/merchants/{mchid}"]) == {"get", "patch"}
    pay = paths["/api/merchants/{mchid}/orders/{number}/pay"]["post"]
    assert pay["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/PayAsk")
    assert document["components"]["schemas"]["NoticeTrouble"]["additionalProperties"] is False


async def test_the_overview_counts(backend, admin, shop):
    number = (await backend.place())["out_trade_no"]
    shop.status = 500
    await admin.pay(backend.merchant.mchid, number)
    shown = await admin.overview()
    assert shown.notice == "SANDBOX / 沙箱 — this is not WeChat Pay"
    assert (shown.orders, shown.refunds, shown.calls, shown.notices_waiting) == (1, 0, 1, 1)
    assert (await admin.metrics()).orders == {"SUCCESS": 1}
