"""The runner takes what frameworks make of their projects: a mini-program in miniature does as they do."""

import asyncio
import json

import pytest

from yumen.app import storefront

FILES = {
    "app.json": json.dumps({"pages": ["pages/home/home"]}),
    "app.js": "const plain = Page; Page = (own) => plain({ ...own, onLoad() { this.meet(); } }); App({})",
    "pages/home/home.json": "{}",
    "pages/home/home.wxml": '<view><button bindtap="{{handler}}">Reach</button><text>{{said}}</text></view>',
    "pages/home/home.js": """Page({
      data: { said: '', handler: '' },
      meet() {
        this.e0 = () => this.setData({ said: 'reached' })
        this.setData({ handler: 'e0' })
      },
    })""",
}
"""Taro puts its own around `Page`; uni-app puts handlers on the page itself and names them in its data."""


@pytest.fixture
async def miniature(new_stray_phone, tmp_path):
    """A phone before it; the runner alone, since nobody is asked."""
    if not storefront.is_there():
        pytest.skip("Node.js or the runner's packages are missing (make test sees to them)")
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    program = await asyncio.create_subprocess_exec(
        "node", storefront.RUNNER / "serve.mjs", f"--root={tmp_path}", stdout=asyncio.subprocess.PIPE
    )
    yield await new_stray_phone((await program.stdout.readline()).decode().strip())
    program.terminate()
    await program.wait()


async def test_a_tap_reaches_a_handler_that_a_framework_put_on_the_page(miniature):
    await miniature.open(language="en")
    await miniature.front.locator("wx-button").click()
    await miniature.front.get_by_text("reached", exact=True).wait_for()
