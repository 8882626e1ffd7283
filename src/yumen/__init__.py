"""Yumen (玉门): the China side of a WeChat mini-program whose headquarters is abroad."""

__version__ = "0.1.0"
