"""Addresses nobody would type: whatever stands in them, the answer is a page (bad input, issue 2)."""

from __future__ import annotations

import re
from html import unescape
from itertools import product
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.architecture.examples import address
from tests.architecture.routes import routes
from tests.thorough import PART, THOROUGH, examples, pairs

OURS = [route for route in routes("organisation") if not route.is_allauths]
# As they stand in the address, already quoted.
PIECES = [
    *("%00", "%ff%fe", "%ED%A0%80", "%F0%9F%8E%AB", "..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%0d%0aSet-Cookie:%20x=y"),
    *("';DROP%20TABLE%20x;--", "%25s%25n", "0", "-1", "9223372036854775808", "9" * 400, "NaN", "x" * 10_000, "a/b"),
    *("٣", "_", "-", "%20"),
]
VALUES = [
    *(
        "-1",
        "99999999999999999999",
        "x" * 10_000,
        "\xff żółw 🎫%_'\"<script>",
        "9999-12-31T23:59:59+14:00",
        "0000-00-00",
    ),
    *("-nothing",),
]
# What our pages ask for by name, beside what is found in them.
NAMES = {
    "page",
    "q",
    "search",
    "sort",
    "state",
    "per_page",
    "event",
    "next",
    "from",
    "until",
    "code",
    "device",
    "location",
}
SORTED = re.compile(r'href="(\?sort=[\w-]+)"')
CHOICE = re.compile(r'<select name="(\w+)"(.*?)</select>', re.DOTALL)
OPTION = re.compile(r'<option value="([^"]*)"')
ODD_QUERIES = [
    "?%00=%00",
    "?=",
    "?&&&",
    "?a[]=1&a[0][b]=2",
    "?lang=xx",
    "?appearance=x",
    "?%ff=%ff",
    "?" + "a=1&" * 1200,
]


@pytest.fixture(scope="module")
def visitor_with_access(visitor, person, admin):
    """For each route somebody it opens for: further in there is more to break."""

    def of(route):
        return visitor if "public" in route.marked else person if "person" in route.marked else admin

    return of


def spoilt(route, piece):
    """The route's address with `piece` in the place of each of its parameters."""
    return "/" + re.sub(r"<(\w+:)?\w+>", lambda _: piece, route.pattern)


def test_what_is_wrong_in_a_path_is_not_found(visitor_with_access, crashes):
    broken = {
        (piece[:30], str(route)): crashes[-1:]
        for piece, route in pairs(PIECES, [route for route in OURS if route.parameters])
        if visitor_with_access(route).visit(spoilt(route, piece)).status_code >= 500
    }

    assert broken == {}


def test_what_is_wrong_in_a_query_is_an_answer(visitor_with_access, rows, crashes):
    broken = {}
    addresses = {route: address(route, rows) for route in OURS}
    names = {
        route: NAMES | _names(visitor_with_access(route), path) if has_its_own_tried(number, route) else NAMES
        for number, (route, path) in enumerate(addresses.items())
    }
    for value, route in pairs(VALUES, OURS):
        query = urlencode(dict.fromkeys(sorted(names[route]), value))
        if visitor_with_access(route).visit(f"{addresses[route]}?{query}").status_code >= 500:
            broken[value[:30], str(route)] = crashes[-1:]

    assert broken == {}


def test_each_search_filter_and_order_of_a_list_is_an_answer_by_itself(visitor_with_access, rows, crashes):
    """All at once, one that is wrong hides what the others would do."""
    lists = [route for route in OURS if hasattr(route.view, "has_list_tools")]
    assert len(lists) > 20
    broken = {}
    for route in lists:
        who, path = visitor_with_access(route), address(route, rows)
        page = who.visit(path).content.decode()
        for query in sorted({"?q=ada", *SORTED.findall(page), *(f"?{name}={value}" for name, value in _choices(page))}):
            if who.visit(f"{path}{query}").status_code != 200:
                broken[str(route), query] = crashes[-1:]

    assert broken == {}


def _choices(page):
    """Of each choice in the filter bar the first that chooses something."""
    for name, options in CHOICE.findall(page):
        if value := next(filter(None, OPTION.findall(options)), ""):
            yield name, unescape(value)


def _names(who, path):
    answer = who.visit(path)
    page = "" if answer.streaming else answer.content.decode(errors="replace")
    return {*re.findall(r'name="([\w-]+)"', page)}


def has_its_own_tried(number, route):
    """Whether what its page has by name is sent too: of every list, and at a desk of every fourth of the others."""
    return THOROUGH or hasattr(route.view, "has_list_tools") or number % PART == 0


def test_a_query_that_is_none_is_an_answer(visitor, admin, crashes):
    for query in ODD_QUERIES:
        assert visitor.visit(f"/{query}").status_code < 500, (query[:30], crashes)
        assert admin.visit(f"/organisation/registrations/{query}").status_code < 500, (query[:30], crashes)


TEXT = st.one_of(st.text(max_size=30), st.text("0123456789-+.eE", max_size=40), st.sampled_from(["\0", "\ud7ff", "%"]))


@settings(max_examples=examples(60), database=None, derandomize=True)
@given(st.data())
def test_no_address_at_all_breaks_it(visitor_with_access, crashes, data):
    route = data.draw(st.sampled_from(OURS))
    path = spoilt(route, quote(data.draw(TEXT), safe=""))
    query = urlencode(data.draw(st.lists(st.tuples(TEXT, TEXT), max_size=4)))

    assert visitor_with_access(route).visit(f"{path}?{query}").status_code < 500, (path, query, crashes)


COOKIES = ["sessionid", "csrftoken", "django_language", "kring_appearance", "messages", "door"]
IN_COOKIES = ['"aaaaaaaaaaaa\\000"', '"\\377\\376"', "x" * 4000, "%00", "a.b.c", "é", '"\\"', "9" * 99]


@pytest.mark.parametrize("cookie", COOKIES)
def test_no_cookie_breaks_it(visitor, crashes, cookie):
    broken = {
        (value[:30], path): crashes[-1:]
        for value, path in product(IN_COOKIES, ("/", "/portal/", "/scan"))
        if visitor.visit(path, cookie=f"{cookie}={value}").status_code >= 500
    }

    assert broken == {}


HEADERS = {
    "accept-language": ["\xff", "x" * 5000, "en;q=nan", ",,,;;;", "nl;q=9" * 300],
    "hx-request": ["true"],
    "hx-current-url": ["http://[", "\xff"],
    "hx-target": ["x" * 5000],
    "referer": ["http://[::", "x" * 9000, "javascript:alert(1)"],
    "origin": ["null", "http://["],
    "range": ["bytes=9-1,-"],
    "if-modified-since": ["never"],
    "if-none-match": ["\xff"],
    "user-agent": ["\xff\x00", "x" * 9000, ""],
    "x-http-method-override": ["DELETE"],
    "content-type": ["\xff", "multipart/form-data", "text/html; charset=nothing", "application/json"],
}


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_breaks_it(visitor, admin, crashes, name):
    pages = ((visitor, "/"), (visitor, "/accounts/login/"), (admin, "/organisation/registrations/"))
    broken = {
        (value[:30], path): crashes[-1:]
        for value, (who, path) in product(HEADERS[name], pages)
        if who.visit(path, **{name.replace("-", "_"): value}).status_code >= 500
    }

    assert broken == {}


def test_no_method_breaks_it(visitor_with_access, rows, crashes):
    methods = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "BREW", "get"]
    broken = {
        (method, str(route))
        for method, route in pairs(methods, OURS)
        if visitor_with_access(route).visit(address(route, rows), method).status_code >= 500
    }

    assert broken == set(), crashes


def test_a_method_cannot_be_smuggled_in(visitor, rows):
    """A GET stays a GET, whatever a header or a field contains."""
    begin = address(next(route for route in OURS if route.name == "public:begin"), rows)

    assert visitor.visit(begin).status_code == 405
    assert visitor.visit(f"{begin}?_method=POST").status_code == 405
    for header in ("x_http_method_override", "x_http_method", "x_method_override"):
        assert visitor.visit(begin, **{header: "POST"}).status_code == 405
