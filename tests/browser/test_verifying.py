"""Whoever holds a file compares it without sending it anywhere; without scripts it is sent and not kept."""

from __future__ import annotations

from hashlib import sha256

from playwright.sync_api import expect

from tests.browser.conftest import Enter

FILE = {"name": "文件.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 invented"}


def test_a_file_is_compared_without_being_sent(enter: Enter) -> None:
    stranger = enter()
    posted: list[str] = []
    stranger.page.on("request", lambda request: request.method == "POST" and posted.append(request.url))
    stranger.see("/verify")
    assert "指纹在您的电脑上计算，文件不上传" in stranger.words()
    stranger.page.set_input_files("#file", FILE)
    stranger.page.click("button:has-text('核对文件')")
    expect(stranger.page.locator("#error-summary")).to_contain_text("没有相符的公文")
    assert stranger.page.url.endswith(f"/verify?sha256={sha256(FILE['buffer']).hexdigest()}")
    assert posted == []
    stranger.page.set_input_files("#file", FILE)
    stranger.page.click("button:has-text('上传并核对')")
    expect(stranger.page.locator("#error-summary")).to_contain_text("不是可以读取的 PDF")
    assert len(posted) == 1


def test_without_scripts_the_file_is_sent(enter: Enter) -> None:
    stranger = enter(scripts=False)
    stranger.see("/verify")
    assert "文件上传后只用来比对，不保存" in stranger.words()
    stranger.page.set_input_files("#file", FILE)
    stranger.page.click("button:has-text('核对文件')")
    expect(stranger.page.locator("#error-summary")).to_contain_text("不是可以读取的 PDF")
