"""Every number and list a lawyer could change, as dated data with its source."""

from yumen.law import crossborder
from yumen.law.articles import Article, article
from yumen.law.numbers import LawNumber, Tag, UnknownNumberError, number, numbers
from yumen.law.regions import Cloud, Place, is_mainland, place

__all__ = [
    "Article",
    "Cloud",
    "LawNumber",
    "Place",
    "Tag",
    "UnknownNumberError",
    "article",
    "crossborder",
    "is_mainland",
    "number",
    "numbers",
    "place",
]
