"""The judge of pages is judged first: a page with every fault we look for must not pass."""

from __future__ import annotations

from tests.browser import pages
from tests.browser.contexts import Contexts

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


def test_what_a_test_leaves_in_the_browser_no_other_finds(browser):
    contexts = Contexts(browser)
    first = contexts.lend(phone=False)
    page = opened(first)
    page.evaluate("localStorage.setItem('kept', 'yes'); sessionStorage.setItem('kept', 'yes'); document.cookie = 'a=b'")
    first.grant_permissions(["notifications"], origin="http://kring.localhost")
    first.set_offline(True)
    assert page.evaluate(LEFT) == ["yes", "yes", "a=b", True, False]

    contexts.take_back()
    again = contexts.lend(phone=False)

    assert again is first
    assert opened(again).evaluate(LEFT) == [None, None, "", False, True]
    assert len(again.pages) == 2
    again.close()
    contexts.take_back()
    assert contexts.lend(phone=False) is not first


LEFT = """async () => [localStorage.getItem("kept"), sessionStorage.getItem("kept"), document.cookie,
    (await navigator.permissions.query({name: "notifications"})).state == "granted", navigator.onLine]"""


def opened(context):
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=SOUND, content_type="text/html; charset=utf-8"))
    page.goto("http://kring.localhost/")
    return page
