"""The report as a Word document for the lawyer: minimal OOXML, no library, the same bytes for the same result."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape

from yumen.audit.pages import page
from yumen.audit.report import words
from yumen.audit.requirements import clause
from yumen.audit.result import Case, Result
from yumen.kit.i18n import Language

NOT_XML: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SPACE: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
RELATIONS: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    "</Relationships>"
)
STYLES: Final = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles {SPACE}><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun"/><w:sz w:val="21"/>'
    '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="300" w:lineRule="auto"/></w:pPr>'
    "</w:pPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/>'
        f'<w:spacing w:before="{before}" w:after="120"/><w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr>'
        f'<w:rFonts w:eastAsia="SimHei"/><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
        for level, size, before in ((1, 36, 240), (2, 28, 360), (3, 23, 280))
    )
    + "</w:styles>"
)


def render(result: Result, languages: tuple[Language, ...]) -> bytes:
    """The document, one part a language."""
    body = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'.join(_one(result, language) for language in languages)
    sides = " ".join(f'w:{side}="1440"' for side in ("top", "bottom", "left", "right"))
    page = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {sides} w:header="720" w:footer="720" w:gutter="0"/>'
    document = f"{HEAD}<w:document {SPACE}><w:body>{body}{page}</w:sectPr></w:body></w:document>"
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(kind="officeDocument", target="word/document.xml"),
        "word/_rels/document.xml.rels": RELATIONS.format(kind="styles", target="styles.xml"),
        "word/document.xml": document,
        "word/styles.xml": STYLES,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, xml in parts.items():
            package.writestr(zipfile.ZipInfo(name, LONG_AGO), xml.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _one(result: Result, language: Language) -> str:
    first, second = words.headline(result, language)
    parts = [
        _p(f"{words.say('head.title', language)} · {result.subject} {result.version}".rstrip(), 1),
        _p(f"{first} {second}"),
    ]
    parts.append(_p(words.say("head.findings", language), 2))
    for _, group in groupby(result.cases, key=lambda case: case.rule.id):
        parts.append(_rule(list(group), language))
    if result.others:
        parts += [_p(words.say("head.others", language), 2), _p(words.say("head.others_note", language))]
    parts += [
        _p(f"{one.package}: {one.case.rule.id} ×{one.count} {words.title(one.case.rule, language)}")
        for one in result.others
    ]
    parts += [_p(words.say("head.plan", language), 2), _plan(result, language)]
    parts.append(_p(words.say("head.not_checked", language), 2))
    whole = Counter(one.need for one in result.missing if not one.partly)
    parts += [_p(f"{count} · {words.say(f'need.{need}', language)}") for need, count in sorted(whole.items())]
    parts += [
        _p(told)
        for told in sorted({f"{one.rule.id}: {words.missing(one, language)}" for one in result.missing if one.partly})
    ]
    parts += [_p(f"{one.name}: {words.unread(one, language)}") for one in result.unread]
    parts.append(_p(words.say("head.foot", language)))
    return "".join(parts)


def _rule(cases: list[Case], language: Language) -> str:
    rule = cases[0].rule
    text = page(rule, language)
    tags = f"{words.say(f'effect.{rule.effect}', language)} · {words.say(f'grade.{rule.grade}', language)}"
    laws = "; ".join(f"{clause(name).article(language)}: {clause(name).title(language)}" for name in rule.requirements)
    places = [_p(f"{words.place(case, language)}: {words.found(case, language)}") for case in cases]
    return "".join(
        (
            _p(f"{rule.id} {text.title}", 3),
            _p(f"{tags} · {laws}"),
            _p(text.why),
            *places,
            _p(f"{words.say('head.out', language)}: {text.way}"),
        )
    )


def _plan(result: Result, language: Language) -> str:
    heads = [words.say(f"head.{head}", language) for head in ("step", "closes", "owner", "effort", "due")]
    rows = [
        (
            f"{step.rule.id} {words.title(step.rule, language)}",
            str(step.cases),
            words.owner(result, step.owner, language),
            words.effort(step.hours, language),
            step.due.isoformat(),
        )
        for step in result.plan
    ]
    edges = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="999999"/>' for side in ("top", "bottom", "insideH"))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in (4000, 900, 1700, 1200, 1200))
    body = "".join(_row(cells) for cells in (heads, *rows))
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>{_p("")}'  # noqa: E501


def _row(cells: Iterable[str]) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{_p(cell)}</w:tc>' for cell in cells)}</w:tr>"


def _p(said: str, level: int = 0) -> str:
    style = f'<w:pPr><w:pStyle w:val="Heading{level}"/></w:pPr>' if level else ""
    return f'<w:p>{style}<w:r><w:t xml:space="preserve">{escape(NOT_XML.sub("�", said))}</w:t></w:r></w:p>'
