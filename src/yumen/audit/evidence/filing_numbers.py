"""The formats of filing numbers, as far as known (regulations read on 2026-11-23; provinces partly from memory).

Websites, apps and mini-programs of one entity share one running index under the entity's number; the letter tells
them apart: none a website, `A` an app, `X` a mini-program, `K` a quick app.
"""

from __future__ import annotations

import re
from typing import Final

_ICP_PLACES: Final = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝蜀川黔贵滇云藏陕秦陇甘青宁新"
ICP: Final = re.compile(rf"([{_ICP_PLACES}])ICP备(\d{{8}}|\d{{10}})号(?:-([1-9]\d{{0,3}})([AXK])?)?")
LICENSEE: Final = re.compile(rf"(?:[{_ICP_PLACES}]|合字)?B[12](?:\.B[12])*-(\d{{8}})(?:-\d{{1,4}}([AXK])?)?")
CERTIFICATE: Final = re.compile(rf"[{_ICP_PLACES}]ICP证\d{{6,8}}号?(?:-\d{{1,4}}[AXK]?)?")
POLICE: Final = re.compile(
    r"([京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕甘陇青宁新])公网安备\s?(\d{11,14})号"
)
POLICE_CODES: Final = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23",
    "沪": "31", "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41",
    "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "蜀": "51",
    "贵": "52", "黔": "52", "云": "53", "滇": "53", "藏": "54", "陕": "61", "甘": "62", "陇": "62",
    "青": "63", "宁": "64", "新": "65",
}  # fmt: skip


def is_icp(number: str) -> bool:
    """Is it a filing or a licence number of the ICP family?"""
    return any(pattern.fullmatch(number.strip()) for pattern in (ICP, LICENSEE, CERTIFICATE))


def service_letter(number: str) -> str | None:
    """`X` of `…号-3X`; empty when there is none; None when the number is none of ours."""
    for pattern in (ICP, LICENSEE):
        if (found := pattern.fullmatch(number.strip())) is not None:
            return found[found.lastindex or 0] if (found.group().rstrip()[-1]) in "AXK" else ""
    return None


def entity_number(number: str) -> str | None:
    """The part all filings of one entity share (`沪ICP备12345678号`)."""
    found = ICP.fullmatch(number.strip())
    return None if found is None else f"{found[1]}ICP备{found[2]}号"


def police_place(number: str) -> tuple[str, str] | None:
    """The province and the first two digits of the code behind it."""
    found = POLICE.fullmatch(number.strip())
    return None if found is None else (found[1], found[2][:2])
