"""Made-up people: plausible Chinese names, numbers, birthdays and regions, the same for the same seed.

Nobody here exists. Mainland numbers begin with 169, a segment not known to be handed out to any carrier
(assumption; it passes the usual shape test `1[3-9]` and nine digits). Foreign ones use the ranges their regulators
keep for fiction: the UK's 07700 900xxx (Ofcom) and North America's 555-01xx.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final, Literal, NamedTuple


class _Province(NamedTuple):
    code: str
    name: str
    english: str
    districts: tuple[str, ...]
    """Six digits of GB/T 2260 and the name."""


def _words(text: str) -> list[str]:
    return text.split()


_SURNAMES: Final = _words(
    "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 邓 冯 曹 彭 曾 肖 田 董 潘 袁 "
    "蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖 石 金 韦 贾 夏 付 方 邹 熊 白 孟 秦 邱 侯 "
    "江 尹 薛 闫 段 雷 欧阳 司徒 上官 诸葛"
)
_SURNAME_WEIGHTS: Final = [max(1, 80 - rank) for rank in range(len(_SURNAMES))]
_GIVEN_FEMALE: Final = _words(
    "思雨 雨桐 梓涵 欣怡 诗涵 梦琪 佳怡 晓燕 静 敏 丽 婷 雪 芳 玉兰 秀英 若曦 语嫣 可欣 雅琴 慧 晨曦 安琪 书瑶 海燕 "
    "春梅 琳 倩 颖 月 紫萱 美玲"
)
_GIVEN_MALE: Final = _words(
    "浩然 子轩 宇航 俊杰 志强 建国 伟 磊 强 军 洋 勇 杰 涛 明 鹏 博文 天宇 嘉豪 一鸣 泽宇 文博 少华 国栋 家明 立新 "
    "海涛 晓东 云飞 晨 睿 承泽"
)
_NICK_HEADS: Final = _words("小 阿 爱吃 爱喝 追风的 安静的 会飞的 早睡的 想去看海的 雨天的")
_NICK_TAILS: Final = _words("橘子 团子 豆包 栗子 鲸鱼 猫 鹿 云朵 柚子 芝麻 汤圆 山茶 松鼠 橙汁")
_PROVINCES: Final = (
    _Province("310000", "上海市", "Shanghai", ("310115浦东新区", "310104徐汇区", "310106静安区")),
    _Province("110000", "北京市", "Beijing", ("110105朝阳区", "110108海淀区", "110101东城区")),
    _Province("440000", "广东省", "Guangdong", ("440103广州市荔湾区", "440305深圳市南山区", "440604佛山市禅城区")),
    _Province("330000", "浙江省", "Zhejiang", ("330106杭州市西湖区", "330203宁波市海曙区", "330302温州市鹿城区")),
    _Province("320000", "江苏省", "Jiangsu", ("320102南京市玄武区", "320508苏州市姑苏区", "320213无锡市梁溪区")),
    _Province("510000", "四川省", "Sichuan", ("510104成都市锦江区", "510703绵阳市涪城区", "511102乐山市市中区")),
    _Province("420000", "湖北省", "Hubei", ("420106武汉市武昌区", "420503宜昌市伍家岗区", "420606襄阳市樊城区")),
    _Province("610000", "陕西省", "Shaanxi", ("610113西安市雁塔区", "610403咸阳市杨陵区", "610302宝鸡市渭滨区")),
    _Province("210000", "辽宁省", "Liaoning", ("210102沈阳市和平区", "210202大连市中山区", "210302鞍山市铁东区")),
    _Province("530000", "云南省", "Yunnan", ("530102昆明市五华区", "532901大理州大理市", "530702丽江市古城区")),
)
_BIRTHDAYS_FROM: Final = date(1955, 1, 1)
_BIRTHDAYS_DAYS: Final = 365 * 52
_FOREIGN_ONE_IN: Final = 25
_NUMBERS: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Shopper:
    """One made-up person. `pure_phone` is the number without the country's code."""

    number: int
    surname: str
    given: str
    gender: Literal["female", "male"]
    nickname: str
    country_code: str
    pure_phone: str
    birthday: date
    province: str
    province_en: str
    district: str
    region_code: str

    @property
    def name(self) -> str:
        """Surname first."""
        return self.surname + self.given

    @property
    def phone(self) -> str:
        """As WeChat writes it: bare in the mainland, with `+` and country code otherwise."""
        return self.pure_phone if self.country_code == "86" else f"+{self.country_code}{self.pure_phone}"


def shopper(seed: int, number: int) -> Shopper:
    """The person of that number (from 0) in the population of that seed."""
    dice = Random(f"yumen-shopper-{seed}-{number}")  # noqa: S311 - made-up people, no secret
    female = dice.random() < 0.55
    province = dice.choice(_PROVINCES)
    district = dice.choice(province.districts)
    country_code, pure = _phone(seed, number, dice)
    return Shopper(
        number=number,
        surname=dice.choices(_SURNAMES, _SURNAME_WEIGHTS)[0],
        given=dice.choice(_GIVEN_FEMALE if female else _GIVEN_MALE),
        gender="female" if female else "male",
        nickname=dice.choice(_NICK_HEADS) + dice.choice(_NICK_TAILS) + str(dice.randrange(10, 100)),
        country_code=country_code,
        pure_phone=pure,
        birthday=_BIRTHDAYS_FROM + timedelta(days=dice.randrange(_BIRTHDAYS_DAYS)),
        province=province.name,
        province_en=province.english,
        district=district[6:],
        region_code=district[:6],
    )


def shoppers(seed: int, count: int, first: int = 0) -> Iterator[Shopper]:
    """`count` people, beginning with number `first`. Mainland numbers do not repeat below 100 million people."""
    return (shopper(seed, number) for number in range(first, first + count))


def _phone(seed: int, number: int, dice: Random) -> tuple[str, str]:
    if dice.randrange(_FOREIGN_ONE_IN) == 0:
        if dice.random() < 0.5:
            return "44", f"7700900{dice.randrange(1000):03d}"
        return "1", f"{dice.choice(('212', '415', '604'))}55501{dice.randrange(100):02d}"
    scattered = (number * 61_803_397 + seed * 7_919) % _NUMBERS  # 61,803,397 is odd and no multiple of 5: a permutation
    return "86", f"169{scattered:08d}"
