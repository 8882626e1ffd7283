"""Every number and list a lawyer could change, as dated data with its source."""

from yumen.law.numbers import LawNumber, Tag, UnknownNumberError, number, numbers
from yumen.law.regions import Cloud, Place, is_mainland, place

__all__ = ["Cloud", "LawNumber", "Place", "Tag", "UnknownNumberError", "is_mainland", "number", "numbers", "place"]
