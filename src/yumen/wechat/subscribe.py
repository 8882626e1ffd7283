"""订阅消息 under Tencent's name: send one message of a template that the person accepted.

One accept is one message; the right is used up on success. Source: developers.weixin.qq.com, 发送订阅消息.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from yumen.wechat.answers import Empty
from yumen.wechat.mini import Mini

PATH: Final = "/cgi-bin/message/subscribe/send"

OPENID_WRONG: Final = 40003
TEMPLATE_WRONG: Final = 40037
PAGE_WRONG: Final = 41030
REFUSED: Final = 43101
"""The person has not subscribed, cancelled, or the one-time right is used up."""
BANNED: Final = 43107
AT_ONCE: Final = 43108
"""Two messages to the same person at the same time: one of them later."""
WORD_UNFIT: Final = 45168
DATA_UNFIT: Final = 47003
FOR_GOOD: Final = frozenset({OPENID_WRONG, TEMPLATE_WRONG, PAGE_WRONG, BANNED, WORD_UNFIT, DATA_UNFIT})
"""Trying again changes nothing."""

Language = Literal["zh_CN", "en_US"]


async def send_message(
    mini: Mini, appid: str, openid: str, template_id: str, data: Mapping[str, str], page: str, lang: Language = "zh_CN"
) -> None:
    """sendMessage. `data` are values by the template's keys (`thing1`); an empty `page` leads nowhere.

    Raises WechatError with the errcodes above, NotSent, Unsettled (then it may have been sent).
    """
    body: dict[str, object] = {
        "touser": openid,
        "template_id": template_id,
        "data": {key: {"value": value} for key, value in data.items()},
        "miniprogram_state": "formal",
        "lang": lang,
    }
    if page:
        body["page"] = page
    await mini.authorized(Empty, appid, PATH, {}, body)
