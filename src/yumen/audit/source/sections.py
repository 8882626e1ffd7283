"""Take a Vue file apart without moving anything: what is not wanted becomes blanks, so offsets stay true."""

from __future__ import annotations

import re
from typing import Final

_SCRIPT: Final = re.compile(rb"<script\b([^<>]*)>(.*?)(?:</script\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TEMPLATE: Final = re.compile(rb"<template\b[^>]*>", re.IGNORECASE)
_LANGUAGE: Final = re.compile(rb"""\blang\s*=\s*["']?(tsx|ts|jsx|js)""")
_SETUP: Final = re.compile(rb"\bsetup\b")
_DIRECTIVE: Final = re.compile(
    rb"(?://|/\*|<!--)[ \t]*+#(ifdef|ifndef|endif|else)\b([^\n*]{0,200}?)(?:\*/|-->|(?=\r?\n)|\Z)"
)
_BLANKS: Final = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))
WECHAT: Final = frozenset({b"MP-WEIXIN", b"MP", b"VUE3", b"VUE2", b"UNI-APP"})


def script(source: bytes) -> tuple[bytes, str, bool]:
    """The script parts of a Vue file in place, all else blank; the language (js, ts, tsx); is there `setup`?"""
    parts = list(_SCRIPT.finditer(source))
    if not parts:
        return b"", "js", False
    out, at, language, setup = bytearray(), 0, "js", False
    for found in parts:
        out += blank(source[at : found.start(2)])
        out += found[2]
        at = found.end(2)
        if named := _LANGUAGE.search(found[1]):
            language = named[1].decode()
        setup = setup or _SETUP.search(found[1]) is not None
    return bytes(out), language, setup


def template(source: bytes) -> bytes:
    """The template part of a Vue file in place, all else blank."""
    whole = _SCRIPT.sub(lambda part: blank(part[0]), source)
    found = _TEMPLATE.search(whole)
    end = whole.lower().rfind(b"</template")
    return blank(source[: found.end()]) + whole[found.end() : end] if found and end >= found.end() else b""


def for_wechat(source: bytes) -> bytes:
    """Blank the branches that uni-app compiles for other platforms than WeChat (`#ifdef H5` …)."""
    if b"#ifdef" not in source and b"#ifndef" not in source:
        return source
    out, at = bytearray(), 0
    kept: list[bool] = []
    for found in _DIRECTIVE.finditer(source):
        piece = source[at : found.start()]
        out += piece if all(kept) else blank(piece)
        out += blank(found[0])
        at = found.end()
        _step(kept, found[1], found[2])
    rest = source[at:]
    out += rest if all(kept) else blank(rest)
    return bytes(out)


def blank(piece: bytes) -> bytes:
    """As many blanks, line ends kept."""
    return piece.translate(_BLANKS)


def _step(kept: list[bool], word: bytes, wanted: bytes) -> None:
    if word == b"endif":
        if kept:
            kept.pop()
    elif word == b"else":
        if kept:
            kept[-1] = not kept[-1]
    else:
        names = {name.strip() for name in re.split(rb"\|\||&&", wanted)}
        ours = bool(names & WECHAT)
        kept.append(ours if word == b"ifdef" else not ours)
