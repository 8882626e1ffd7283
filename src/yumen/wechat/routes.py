"""Where WeChat delivers: `/hooks/wechat/{appid}`, the URL check and the pushes."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import MediaType, Request, get, post
from litestar.params import PathParameter, QueryParameter

from yumen.kit.clock import real_now
from yumen.kit.web import Edge, allow
from yumen.wechat.push.receive import Inbox, keep
from yumen.wechat.push.verify import Delivery

SUCCESS: Final = "success"

Text = Annotated[str, QueryParameter(max_length=256)]
Appid = Annotated[str, PathParameter(pattern=r"^wx[0-9a-z]{16}$", description="AppID of the mini-program")]


@get(
    "/hooks/wechat/{appid:str}",
    opt=allow("wechat_push", "receive"),
    media_type=MediaType.TEXT,
    summary="URL check of message push",
    description="WeChat calls it when the push address is saved in its console; answers `echostr` as it came.",
)
async def check_push_url(appid: Appid, edge: Edge, signature: Text, timestamp: Text, nonce: Text, echostr: Text) -> str:
    return edge.use(Inbox).echo(appid, Delivery(timestamp, nonce, signature), echostr)


@post(
    "/hooks/wechat/{appid:str}",
    opt=allow("wechat_push", "receive", "application/json", "text/xml"),
    status_code=200,
    media_type=MediaType.TEXT,
    summary="Message push",
    description="Plain, compatible or secure mode, JSON or XML. Answers `success` at once and works after.",
)
async def receive_push(
    appid: Appid,
    edge: Edge,
    request: Request[Any, Any, Any],
    timestamp: Text,
    nonce: Text,
    signature: Text = "",
    msg_signature: Text = "",
) -> str:
    inbox = edge.use(Inbox)
    delivery = Delivery(timestamp, nonce, signature, msg_signature, await request.body())
    prepared = await inbox.prepare(appid, delivery, real_now())
    if prepared is not None:
        async with edge.unit(inbox.actor(appid)) as uow:
            await keep(uow, prepared)
    return SUCCESS


ROUTES: Final = [check_push_url, receive_push]
