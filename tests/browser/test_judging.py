"""The judge of pages is judged first: a page with every fault we look for must not pass."""

from __future__ import annotations

from tests.browser import pages

FAULTY = """<!doctype html>
<html lang="en"><head><title>Faulty</title></head><body>
<main><h1 style="color: #ccc; background: #fff">Pale</h1><p id="a">one</p><p id="a">two</p>
<img src="/static/kring/kring.svg"><div style="width: 3000px">wide</div>
<script>console.error("a script complains")</script></main></body></html>"""
SOUND = """<!doctype html>
<html lang="en"><head><title>Sound</title><meta name="viewport" content="width=device-width"></head>
<body><main><h1>All is well</h1></main></body></html>"""


def judged(browser, nu_checker, source):
    page = pages.watch(browser.new_page())
    page.route("**/*", lambda route: route.fulfill(body=source, content_type="text/html; charset=utf-8"))
    page.goto("http://kring.localhost/")
    problems = pages.judge(page, nu_checker)
    page.context.close()
    return problems


def test_a_faulty_page_does_not_pass(browser, nu_checker):
    problems = "\n".join(judged(browser, nu_checker, FAULTY))

    assert "HTML: line 3: Duplicate ID “a”." in problems
    assert "HTML: line 4: An “img” element must have an “alt” attribute" in problems
    assert pages.judged_widths()
    for width in pages.judged_widths():
        assert f"{width}, light: axe color-contrast" in problems
        assert f"{width}, dark: axe color-contrast" in problems
    assert "axe image-alt" in problems
    assert "phone: the page is wider than the window" in problems
    assert "console: a script complains" in problems


def test_a_sound_page_passes(browser, nu_checker):
    assert judged(browser, nu_checker, SOUND) == []
