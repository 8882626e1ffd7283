"""One self-contained HTML file: nothing is loaded from outside, everything that was read is escaped."""

from __future__ import annotations

from html import escape
from importlib import resources
from typing import Final

from yumen.audit.report import first_screen, last_pages, work_pages
from yumen.audit.report.markup import TAGS, Voice, icon
from yumen.audit.report.words import headline, say
from yumen.audit.requirements import review_on
from yumen.audit.result import Result
from yumen.kit.errors import Fact
from yumen.kit.i18n import Language

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
SCRIPT: Final = """
const r=document.documentElement,q=new URLSearchParams(location.search);
const speak=l=>{r.lang=l==='zh'?'zh-CN':'en'};
if(LANGS.includes(q.get('lang')))speak(q.get('lang'));
r.dataset.theme=q.get('theme')||(matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light');
addEventListener('DOMContentLoaded',()=>{
document.querySelectorAll('[data-lang]').forEach(b=>b.onclick=()=>speak(b.dataset.lang));
document.querySelector('[data-theme-flip]').onclick=()=>{r.dataset.theme=r.dataset.theme==='dark'?'light':'dark'};
document.querySelector('[data-print]').onclick=()=>print();
document.querySelectorAll('[data-only]').forEach(b=>b.onclick=()=>{const on=b.getAttribute('aria-pressed')!=='true';
document.querySelectorAll('[data-only]').forEach(o=>o.setAttribute('aria-pressed',o===b&&on));
document.querySelectorAll('.finding').forEach(f=>f.hidden=on&&!f.classList.contains(b.dataset.only))});
const shown=()=>{const t=location.hash.length>1&&document.getElementById(location.hash.slice(1));if(t&&t.hidden){
document.querySelector('[aria-pressed=true]').click();t.scrollIntoView()}};addEventListener('hashchange',shown);
addEventListener('beforeprint',()=>document.querySelectorAll('details').forEach(d=>d.open=true))});
"""


def render(result: Result, languages: tuple[Language, ...]) -> str:
    """The whole file. With two languages the reader toggles between them."""
    voice = Voice(languages)
    title = " · ".join([*(say("head.title", language) for language in languages), result.subject])
    script = SCRIPT.replace("LANGS", str(list(languages)))
    return "".join(
        (
            f'<!doctype html>\n<html lang="{TAGS[languages[0]]}" data-theme="light">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="description" content="{escape(" ".join(headline(result, languages[0])))}">',
            f"<title>{escape(title)}</title>\n<style>{_asset('tokens.css')}{_asset('report.css')}</style>",
            f"<script>{script}</script>\n</head>\n<body>\n{_asset('icons.svg')}\n",
            _top(voice),
            "<main>\n",
            first_screen.verdict(result, voice),
            first_screen.fold(result, voice),
            work_pages.voices(result, voice),
            work_pages.plan(result, voice),
            work_pages.findings(result, voice),
            last_pages.others(result, voice),
            last_pages.scores(result, voice),
            last_pages.unchecked(result, voice),
            last_pages.papers(result, voice),
            "</main>\n",
            _foot(result, voice),
            "</body></html>\n",
        )
    )


def _top(voice: Voice) -> str:
    names = {"en": "English", "zh": "中文"}
    buttons = "".join(
        f'<button class="is-{one}" data-lang="{one}" lang="{TAGS[one]}">{names[one]}</button>'
        for one in voice.languages
    )
    language = " ".join(say("head.language", one) for one in voice.languages)
    toggle = (
        f'<span class="seg" role="group" aria-label="{language}">{buttons}</span>' if len(voice.languages) > 1 else ""
    )
    theme, printing = (" ".join(say(code, one) for one in voice.languages) for code in ("head.theme", "head.print"))
    return (
        f'<header class="top"><span class="brand">{icon("mark", "mark")}<b>Yumen</b>'
        '<span lang="zh-CN">玉门</span></span>'
        f'<span class="what">{voice.word("head.title")}</span><nav class="tools">{toggle}'
        f'<button class="ghost" data-theme-flip aria-label="{theme}">{icon("half")}</button>'
        f'<button class="ghost" data-print aria-label="{printing}">{icon("print")}</button></nav></header>\n'
    )


def _foot(result: Result, voice: Voice) -> str:
    facts: dict[str, Fact] = {"digest": result.digest[:12], "day": review_on().isoformat(), "rules": len(result.rules)}
    return (
        f'<footer class="foot"><p>{voice.word("head.foot")}</p>'
        f'<p class="mono">{voice.word("head.stamp", **facts)}</p></footer>\n'
    )


def _asset(name: str) -> str:
    return (resources.files("yumen.audit.report") / name).read_text(encoding="utf-8")
