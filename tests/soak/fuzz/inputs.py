"""Inputs that are nearly right: grown from a small grammar, or real ones that somebody spoilt. The seed decides all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

LENGTH_MAX: Final = 64 * 1024
DEPTH_MAX: Final = 14
REPEATS_MAX: Final = 3_000

Grammar = Mapping[str, Sequence[str]]
"""Words in `<angles>` are grown further; the first production of a word is its end."""

SCRIPT: Final[Grammar] = {
    "start": ("<s>", "<s>\n<start>", "Page({ data: <e>, onLoad(q) { <s> } })\n<start>", "export default <e>\n<start>"),
    "s": ("x", "const <n> = <e>;", "let { <n>, a: [<n>], ...b } = <e>;", "if (<e>) { <s> } else <s>",
          "for (const <n> of <e>) { <s> }", "for (let i in <e>) <s>", "while (<e>) { <s>; break }", "return <e>",
          "switch (<e>) { case <e>: <s>; default: <s> }", "try { <s> } catch (e) { <s> } finally { <s> }", "<e>;",
          "function <n>(<n>, { a = <e> } = {}, ...r) { <s>; return <e> }", "<e>.<n> = <e>",
          "class <n> extends <e> { static #p = <e>; constructor() { super(); this.a = <e> } get b() { return <e> } }",
          "import <n>, { a as <n> } from './a'", "export * from './b'", "module.exports = <e>", "label: <s>"),
    "e": ("1", "x", "'https://a.example/' + <e>", "`a${<e>}b${<e>}`", "<e>.<n>", "<e>?.[<e>]", "<e>(<e>, ...<e>)",
          "new <n>(<e>)", "async (<n>) => <e>", "function (<n>) { <s> }", "{ a: <e>, [<e>]: <e>, ...<e>, m() { <s> } }",
          "[<e>, , ...<e>]", "<e> ? <e> : <e>", "<e> && <e>", "!<e>", "typeof <e>", "await <e>", "<n> = <e>", "this",
          "wx.<api>({ url: <e>, data: <e>, success: (r) => { <s> } })", "/[a-z]+/v", "'\\ud800'", "0xFFn", "9e999",
          "99999999999999999999999", "require('./' + <e>)", "<e>.then((r) => <e>)", "arguments", "f.apply(null, <e>)"),
    "n": ("a", "b", "wx", "arguments", "constructor", "__proto__", "then", "\u540d", "exports", "undefined"),
    "api": ("request", "getLocation", "setStorageSync", "login", "chooseAddress", "cloud.callFunction"),
}  # fmt: skip
TYPED: Final[Grammar] = {
    **SCRIPT,
    "s": (*SCRIPT["s"], "interface <n> { a?: string }", "enum <n> { A = <e> }", "declare const <n>: any",
          "abstract class <n> { abstract f(): void; constructor(private readonly a: string) {} }",
          "function <n>(this: <n>, a?: number): a is string;", "import <n> = require('./a')", "export = <e>"),
    "e": (*SCRIPT["e"], "<e> as const", "<e>!", "<e> satisfies <n>", "(<n>: string = <e>): void => { <s> }"),
}  # fmt: skip
MARKED: Final[Grammar] = {
    **TYPED,
    "e": (*TYPED["e"], "<View onClick={<e>} value='a' {...<e>}>text {<e>} <Input onInput={<e>} /></View>", "<></>"),
}
TEMPLATE: Final[Grammar] = {
    "start": ("<t>", "<t>\n<start>"),
    "t": ("text", "<view <a>>{{ <q> }}<t></view>", "<input <a> />", "<form <a>><t></form>", "<!-- <t> -->",
          "<wxs module='m'>var a = 1 > 2</wxs>", "<button <a>", "</view>", "<web-view src='{{<q>}}' />",
          "<template is='a' />"),
    "a": ("a", "bindtap='<q>'", "wx:for=\"{{<q>}}\" <a>", "model:value='{{<q>}}' <a>",
          "catch:input=\"f\" name='phone' <a>",
          "placeholder='\u624b\u673a\u53f7' <a>", "@click='<q>($event)'", "open-type=getPhoneNumber <a>", "='"),
    "q": ("a", "a.b > <q>", "!<q>", "a ? <q> : 'b'", "f(<q>, $event)", "[<q>]", "'"),
}  # fmt: skip
STYLE: Final[Grammar] = {
    "start": ("a{}", ".a { background: url(<u>) } <start>", "@import '<u>'; <start>", "@media (x) { <start> }",
          "/* <start>"),
    "u": ("https://a.example/b", "data:image/png;base64,AAAA", "//a", "\"<u>", ")"),
}  # fmt: skip
DATA: Final[Grammar] = {
    "start": ("{}", "{ <p> }", "[<v>]"),
    "p": ("\"a\": <v>", "\"pages\": <v>, <p>", "\"permission\": <v>, <p>", "\"subPackages\": <v>, <p>", "// c\n<p>",
          "\"usingComponents\": <v>, <p>", "\"plugins\": <v>,", "\"hosts\": <v>", "\"a\": <v>, \"a\": <v>"),
    "v": ("1", "null", "true", "\"a\"", "[<v>, <v>,]", "{ <p> }", "1e400", "-0", "\"\\ud800\"",
          "123456789012345678901234567890"),
}  # fmt: skip
SETTINGS: Final[Grammar] = {
    "start": ("a = 1", "[domains]\nrequest = <v>\n", "[[filing]]\nkind = <v>\nuntil = 2026-02-30\n<start>",
              "[service]\nname = <v>\n<start>", "[[flow]]\nfields = <v>\n<start>", "[evidence]\ncode = <v>\n"),
    "v": ("\"a\"", "[<v>, <v>]", "{ a = <v> }", "2026-01-01", "inf", "'''\n<v>'''", "0x7fffffffffffffffffff", "true"),
}  # fmt: skip
MARKUP: Final[Grammar] = {
    "start": ("text", "<p><start></p>", "# \u9690\u79c1\u653f\u7b56\n<start>", "<script><start>", "&#x<start>;",
          "<!--<start>",
              "| a | b |\n<start>", "\u6211\u4eec\u6536\u96c6\u624b\u673a\u53f7\u3001\u5730\u5740\n<start>",
          "<a href='<start>'>"),
}  # fmt: skip
ROWS: Final[Grammar] = {
    "start": ("account,role", "<r>\n<start>"),
    "r": ("a", "a,<r>", "\"a\"\"b\",<r>", "\"<r>", "13800000000,<r>", ",,", "2026-13-01,<r>", "=cmd(),<r>",
          "\u59d3\u540d,<r>"),
}  # fmt: skip
SQL: Final[Grammar] = {
    "start": (";", "CREATE TABLE <n> (<c>);\n<start>", "INSERT INTO <n> VALUES (<v>), (<v>);\n<start>",
              "COPY <n> (a, b) FROM stdin;\n1\t\\N\n\\.\n<start>", "GRANT SELECT ON <n> TO PUBLIC;\n<start>",
          "-- <start>"),
    "n": ("a", "`b`.`c`", "\"d\"", "public.e", "\u8868"),
    "c": ("a int", "phone varchar(20), <c>", "`b` enum('x','y'), <c>", "primary key (a), <c>",
          "g geometry(Point,4326)"),
    "v": ("1", "'a''b', <v>", "'\\'', <v>", "x'ff', <v>", "NULL, <v>", "'<v>"),
}  # fmt: skip
GRAMMARS: Final[dict[str, Grammar]] = {
    "script": SCRIPT, "typed": TYPED, "marked": MARKED, "template": TEMPLATE, "style": STYLE, "data": DATA,
    "settings": SETTINGS, "markup": MARKUP, "rows": ROWS, "sql": SQL,
}  # fmt: skip
_PIECES: Final = (b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", b"{{", b"}}", b"/*", b"<!--", b"`${",
          b"'",
    b'"', b"\\u{110000}", b"#ifdef H5\n", b"#endif", b"</script>", b"((((((((", b"[[[[[[[[", b"<" * 9, b"&lt;",
    "\u624b\u673a".encode("gb18030"), "\U0001f600".encode(), b"-" * 40, b"1" * 25)  # fmt: skip


def grow(random: Random, grammar: Grammar, word: str = "start") -> str:
    """A text of the grammar, ended when it is deep or long."""
    out: list[str] = []
    waiting: list[tuple[str, int]] = [(f"<{word}>", 0)]
    size = 0
    while waiting:
        piece, depth = waiting.pop()
        before, mark, rest = piece.partition("<")
        name, closed, after = rest.partition(">")
        if not mark or not closed or name not in grammar:
            out.append(before + mark)
            size += len(out[-1])
            if rest:
                waiting.append((rest, depth))
            continue
        out.append(before)
        waiting.append((after, depth))
        choices = grammar[name]
        over = depth > DEPTH_MAX or size > LENGTH_MAX
        waiting.append((choices[0] if over else random.choice(choices), depth + 1))
    return "".join(out)


def spoil(random: Random, data: bytes, other: bytes) -> bytes:
    """One to six changes that an editor, a network or a malicious hand would make."""
    for _ in range(random.randint(1, 6)):
        at, end = sorted((random.randint(0, len(data)), random.randint(0, len(data))))
        match random.randrange(9):
            case 0:
                data = data[:at] + data[end:]
            case 1:
                data = data[:at] + random.choice(_PIECES) + data[at:]
            case 2:
                piece = data[at : min(end, at + 40)] or b"a"
                data = (
                    data[:at]
                    + piece * random.randint(2, max(2, min(REPEATS_MAX, LENGTH_MAX // len(piece))))
                    + data[at:]
                )
            case 3:
                start = random.randint(0, len(other))
                data = data[:at] + other[start : start + random.randint(0, 400)] + data[end:]
            case 4 if data:
                spot = min(at, len(data) - 1)
                data = data[:spot] + bytes([data[spot] ^ (1 << random.randrange(8))]) + data[spot + 1 :]
            case 5:
                data = data[:at]
            case 6:
                data = data[:at] + random.choice(_PIECES) * random.randint(1, 300) + data[end:]
            case 7:
                data = data.decode("utf-8", "replace").encode(random.choice(("gb18030", "utf-16", "utf-8-sig")))
            case _:
                data = data.replace(b"\n", random.choice((b"\r", b" ", b"\r\n", b"")))
        data = data[:LENGTH_MAX]
    return data


def made(random: Random, grammar: Grammar, corpus: Sequence[bytes]) -> bytes:
    """An input: grown, spoilt, or grown and spoilt."""
    grown = grow(random, grammar).encode("utf-8", "surrogatepass")[:LENGTH_MAX]
    if random.random() < 0.35:
        return grown
    start = random.choice(corpus) if corpus and random.random() < 0.6 else grown
    return spoil(random, start[:LENGTH_MAX], random.choice(corpus) if corpus else grown)
