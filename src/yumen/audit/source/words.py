"""Subjects a text speaks of, by words in Chinese and English: is there a trace of account deletion, of a privacy page?

Only the absence of every trace says something; a trace proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_CHINESE: Final[dict[str, str]] = {
    "account_deletion": "注销 删除账号 删除帐号 删除账户",
    "consent_withdrawal": "撤回同意 撤回授权 取消授权 撤销授权 关闭授权 撤回",
    "session": "退出登录 退出账号",
    "privacy_policy": "隐私政策 隐私保护 隐私协议 隐私条款 隐私指引",
    "personal_information_list": "信息清单 收集清单 共享清单 SDK目录 SDK清单",
    "personalised_off": "个性化推荐 个性化广告 个性化推送",
    "complaint": "投诉 举报 意见反馈 客服",
    "icp_number": "ICP备",
    "age_gate": "未成年 周岁 监护人",
    "guardian_consent": "监护人同意 监护人的同意 家长同意",
    "minors_mode": "未成年人模式 青少年模式 儿童模式 防沉迷 适龄提示",
    "children": "儿童 宝宝 婴幼儿 童装 母婴 幼儿园 小学生 亲子",
    "business_licence": "营业执照",
    "virtual_goods": "虚拟商品 虚拟币 金币充值 钻石充值 充值会员 开通会员 购买课程 VIP会员 电子书",
}
_LATIN: Final[dict[str, str]] = {
    "account_deletion": "deleteaccount delete_account delete-account cancelaccount cancel_account accountcancel logoff"
    " closeaccount destroyaccount unregister deleteuser",
    "consent_withdrawal": "withdraw revokeconsent revoke_consent revokeauth",
    "session": "logout log_out signout sign_out",
    "privacy_policy": "openprivacycontract privacypolicy privacy_policy privacy-policy privacyagreement /privacy",
    "personal_information_list": "collectlist collected-list sdklist sdk-list personalinformationlist",
    "personalised_off": "personalized personalised",
    "complaint": 'feedback complain open-type="contact"',
    "age_gate": "guardian agegate age_gate under14 under18",
    "guardian_consent": "guardianconsent guardian_consent parentalconsent",
    "minors_mode": "youthmode youth_mode teenmode teen_mode teenagermode teenager_mode minorsmode antiaddiction"
    " anti_addiction",
    "children": "kidswear toddler babycare childrenswear",
    "business_licence": "businesslicense businesslicence business_license",
}
SUBJECTS: Final = tuple(_CHINESE)
_HAN: Final = [(name, word.encode()) for name, words in _CHINESE.items() for word in words.split()]
_ASCII: Final = [(name, word.encode()) for name, words in _LATIN.items() for word in words.split()]
_STEMS: Final = (b"account", b"addiction", b"business", b"collect", b"gate", b"guardian", b"personal", b"privacy",
    b"revoke", b"teen", b"under1", b"youth", b"_out")  # fmt: skip
"""What several words share: a text without it has none of them."""
_BY_STEM: Final = {stem: [one for one in _ASCII if stem in one[1]] for stem in _STEMS}
_OTHERS: Final = [one for one in _ASCII if not any(stem in one[1] for stem in _STEMS)]


def subjects(source: bytes) -> dict[str, int]:
    """Each subject met, with a place where it is."""
    found: dict[str, int] = {}
    if not source.isascii():
        _look(source, _HAN, found)
    lower = source.lower()
    words = [one for one in _OTHERS if one[1] in lower]
    words += [one for stem in _STEMS if stem in lower for one in _BY_STEM[stem]]
    if words:
        _look(lower, sorted(words, key=_ASCII.index), found)
    return found


def _look(source: bytes, words: Iterable[tuple[str, bytes]], found: dict[str, int]) -> None:
    for name, word in words:
        if name not in found and (at := source.find(word)) >= 0:
            found[name] = at
