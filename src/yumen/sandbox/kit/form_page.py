"""The admin port of a sandbox: JSON API, OpenAPI document, and a control page of forms that works without script."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Final, cast
from urllib.parse import urlencode

import jinja2
import msgspec
from markupsafe import Markup

from yumen.kit.errors import Problem
from yumen.kit.i18n import Language, negotiate, text
from yumen.sandbox.kit.exchange import HTML, Answer, Request
from yumen.sandbox.kit.forms import Form, FormAct, fitted, read_form
from yumen.sandbox.kit.json_api import NO_SUCH_ROUTE, Api, Ask, check_origin, told

PAGE_HEADERS: Final = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the last form did, shown once."""

    well: bool
    words: str
    values: list[str] = field(default_factory=list)


class FormPage:
    """The handler of an admin port. A sandbox says what its page shows and what a form's path parts are."""

    prefix: ClassVar[str]
    """Of the page's texts, with the dot at its end."""
    template: ClassVar[str]
    """Its file below `yumen/sandbox`."""
    kept: ClassVar[tuple[str, ...]]
    """What stays in the address from page to page."""

    def __init__(self, api: Api, acts: Mapping[str, FormAct]) -> None:
        self.api = api
        self.acts = acts
        self._told: Told | None = None

    def shown(self, request: Request, language: Language) -> dict[str, Any]:
        """What the template needs beyond the frame; `kept_more` in it is added to the address of forms."""
        raise NotImplementedError

    def parts(self, request: Request, form_act: FormAct, form: Form) -> dict[str, str]:
        """The parts of the call's path, taken out of the form where its body does not want them."""
        raise NotImplementedError

    def values(self, result: object) -> list[str]:
        """What the person must see or copy of the act's answer."""
        raise NotImplementedError

    def __call__(self, request: Request) -> Answer | Awaitable[Answer]:
        """Answer one call."""
        if request.path == "/" and request.method in ("GET", "HEAD"):
            return self._guarded_page(request)
        if request.path.startswith("/do/") and request.method == "POST":
            return self._do(request)
        if request.path == "/openapi.json":
            return Answer(msgspec.json.encode(self.api.openapi()))
        return self.api.answer(request)

    def page(self, request: Request) -> str:
        """The page as HTML."""
        language = _language(request)
        last, self._told = self._told, None
        shown = self.shown(request, language)
        kept = self._kept(request) | shown.pop("kept_more", {})
        return _template(self.template).render(
            lang=language,
            theme=request.query.get("theme", "") if request.query.get("theme") in ("light", "dark") else "",
            css=Markup(_read("kit/page.css")),  # noqa: S704 - our own file
            t=self._texts(language),
            here=urlencode(kept),
            in_english=urlencode(kept | {"lang": "en"}),
            in_chinese=urlencode(kept | {"lang": "zh"}),
            link=lambda **more: urlencode(kept | more),
            told=last,
            **shown,
        )

    def _texts(self, language: Language) -> Callable[..., str]:
        return lambda code, **facts: text(self.prefix + str(code), language, **facts)

    def _guarded_page(self, request: Request) -> Answer | Awaitable[Answer]:
        try:
            check_origin(request)
        except Problem:
            return self.api.answer(request)  # tells it as a problem
        return Answer(self.page(request).encode(), kind=HTML, headers=PAGE_HEADERS)

    async def _do(self, request: Request) -> Answer:
        """Run a form's act, remember what to tell, and send the browser back to the page."""
        language = _language(request)
        try:
            check_origin(request)
            form_act = self.acts.get(request.path[4:])
            if form_act is None:
                raise NO_SUCH_ROUTE()
            result = await self._run(form_act, request)
            self._told = Told(well=True, words=text(f"{self.prefix}done", language), values=self.values(result))
        except Problem as problem:
            self._told = Told(well=False, words=str(told(problem, language)["detail"]))
        return Answer(b"", status=303, headers=(("Location", "/?" + urlencode(self._kept(request))), *PAGE_HEADERS))

    async def _run(self, form_act: FormAct, request: Request) -> Any:
        form = read_form(request.body)
        parts = self.parts(request, form_act, form)
        result = form_act.act(Ask(request, parts, fitted(form_act, form)))
        return await result if inspect.isawaitable(result) else result

    def _kept(self, request: Request) -> dict[str, str]:
        return {name: request.query[name] for name in self.kept if name in request.query}


@cache
def _template(place: str) -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.from_string(_read(place))


@cache
def _read(place: str) -> str:
    return resources.files("yumen.sandbox").joinpath(place).read_text(encoding="utf-8")


def _language(request: Request) -> Language:
    asked = request.query.get("lang")
    if asked in ("en", "zh"):
        return cast("Language", asked)
    return negotiate(request.headers.get("accept-language"))
