"""What we say to Tencent and what Tencent says to us: mini-program server API and message push.

`Mini` and the functions of `mini` carry Tencent's names. The secret store is handed in by whoever wires the house.
"""

from yumen.wechat import mini, open_data
from yumen.wechat.account import Account, Accounts, PushMode, PushSettings
from yumen.wechat.answers import PhoneInfo, Session
from yumen.wechat.errors import WechatError, explain
from yumen.wechat.mini import Mini
from yumen.wechat.secret_store import SecretStore
from yumen.wechat.token import Tokens
from yumen.wechat.token_store import TokenRows
from yumen.wechat.transport import ORIGINS, Transport

__all__ = [
    "ORIGINS",
    "Account",
    "Accounts",
    "Mini",
    "PhoneInfo",
    "PushMode",
    "PushSettings",
    "SecretStore",
    "Session",
    "TokenRows",
    "Tokens",
    "Transport",
    "WechatError",
    "explain",
    "mini",
    "open_data",
]
