"""Somebody else's code, and code made by machines."""

import pytest

from yumen.audit.source.vendor import is_minified, is_vendored, package_of


@pytest.mark.parametrize("path", ["miniprogram_npm/a/index.js", "lib/wx.js", "utils/md5.js", "js/echarts.min.js"])
def test_libraries_are_known_by_folder_or_name(path):
    assert is_vendored(path)


@pytest.mark.parametrize("path", ["utils/request.js", "library/a.js", "pages/md5sum/md5sum.js"])
def test_own_code_is_not_taken_for_a_library(path):
    assert not is_vendored(path)


def test_long_lines_are_made_by_machines():
    assert is_minified(b"a" * 3000)
    assert not is_minified(b"const a = 1\n" * 300)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("miniprogram_npm/a/index.js", "a"),
        ("pages/miniprogram_npm/@vant/weapp/button/index.js", "@vant/weapp"),
        ("components/vant-weapp/button/index.js", "vant-weapp"),
        ("libs/md5.js", "md5.js"),
        ("js/echarts.min.js", "echarts.min.js"),
        ("miniprogram_npm/loose.js", "loose.js"),
    ],
)
def test_somebody_elses_code_has_a_name(path, name):
    assert package_of(path) == name
