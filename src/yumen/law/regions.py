"""Is a region of a cloud in mainland China? By explicit list, never by prefix; an unknown region is not.

`ap-hongkong` (Tencent) and `cn-hongkong` (Alibaba) look like their mainland neighbours and are abroad in the sense
of PIPL art. 38: Hong Kong, Macao and Taiwan count as outside.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources

import msgspec


class Cloud(StrEnum):
    """Whose region ids these are: the same id means different places at different clouds."""

    TENCENT = "tencent"
    ALIBABA = "alibaba"
    HUAWEI = "huawei"
    AWS_CHINA = "aws_china"
    AZURE_CHINA = "azure_china"
    OWN_SITE = "own_site"


class Place(StrEnum):
    """Where a region lies, as far as the list knows."""

    MAINLAND = "mainland"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Regions:
    mainland: frozenset[str]
    elsewhere: frozenset[str]


def place(cloud: Cloud, region: str) -> Place:
    """Where that region lies. Ids are compared letter for letter; a zone (`ap-shanghai-2`) is not a region."""
    known = _lists()[cloud]
    if region in known.mainland:
        return Place.MAINLAND
    return Place.ELSEWHERE if region in known.elsewhere else Place.UNKNOWN


def is_mainland(cloud: Cloud, region: str) -> bool:
    """May personal data of people in mainland China be stored there? Unknown means no."""
    return place(cloud, region) is Place.MAINLAND


def mainland(cloud: Cloud) -> tuple[str, ...]:
    """The allow-list of that cloud, sorted, to be told beside a refusal."""
    return tuple(sorted(_lists()[cloud].mainland))


def review_on() -> date:
    """The day by which somebody compares the lists with the clouds again."""
    return msgspec.convert(_file()["review_on"], date)


@cache
def _lists() -> Mapping[Cloud, _Regions]:
    read = _file()
    return {cloud: msgspec.convert(read[cloud.value], _Regions) for cloud in Cloud}


@cache
def _file() -> Mapping[str, object]:
    return tomllib.loads((resources.files("yumen.law") / "regions.toml").read_text(encoding="utf-8"))
