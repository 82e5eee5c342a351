"""Text of one person never acts as another, wherever it is shown (A1).

Every column that holds what people write, every field of every form and every text the API takes are filled with what
would act. Then each page is opened in Chromium, each mail composed, each document and export read: nothing came of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse

from kring.accounts.models import ApiToken
from kring.accounts.scopes import scopes
from kring.api.interface import api
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.forms.models import FormChoice, Question
from kring.hosting.models import OrganisationNote
from kring.mail import facts
from kring.mail.composing import compose
from tests import make
from tests.architecture.examples import address
from tests.architecture.routes import routes
from tests.architecture.visitors import Visitor, _undone
from tests.hostile import looking, payload, writing
from tests.hostile.forms import forms
from tests.thorough import THOROUGH

# They come last in a process, as all that need the browser (tests/browser/fixtures.py).
pytestmark = pytest.mark.browser
# Kinds of fields in which somebody types.
TYPED = {"text", "search", "email", "url", "tel", "password", "textarea"}


@pytest.fixture(scope="module")
def estate(browser, estate):
    """After the browser: beside Playwright's event loop, Django has other connections than before it."""


@pytest.fixture
def written(orders, organisation, owner) -> Any:
    """The organisation with it in all that anybody wrote."""
    writing.everywhere(organisation, owner)
    return organisation


def test_what_is_written_is_written_everywhere(written):
    """The negative control: what is forgotten here is shown to no page."""
    with scope(written):
        event = Event.objects.order_by("pk").first()
        result = [event.name, event.description, event.address, event.organiser.name, event.organisation.name]
        result += [each.help for each in Question.objects.all()] + [each.label for each in FormChoice.objects.all()]
    assert all("data-hostile" in each for each in result)


@pytest.fixture
def answers(written, pages) -> list[tuple[Visitor, str, HttpResponse]]:
    """Every page, document and export there is, with who may see it."""
    portal = Visitor(f"portal.{settings.HOST}", make.user(is_platform_admin=True, name=payload.text(200)))
    OrganisationNote.objects.create(organisation=written, text=payload.text(2000))
    one = f"/platform/organisations/{written.pk}/"
    more = [(portal, "/platform/"), (portal, one), (portal, f"{one}blocking/")]
    more += [(portal, f"/platform/{path}") for path in ("settings/", "settings/own/new/", "log/")]
    more += [(Visitor(settings.HOST), "/")]
    return [(who, path, who.visit(path)) for who, path in [*pages, *more]]


def test_nothing_comes_of_it_on_any_page(answers, browser):
    """In the browser, whatever is a page, and what each form on it answers; documents as their programs would read
    them. A column that holds words of ours, and made a page fail here, is named in OURS."""
    html = {}
    wrong: dict[str, list[str]] = {}
    for who, path, answer in answers:
        kind = answer.headers.get("Content-Type", "").split(";")[0]
        if answer.status_code == 200 and kind == "text/html":
            html[f"http://{who.client.defaults['HTTP_HOST']}{path}"] = answer
        elif answer.status_code == 200 and (found := looking.found_in(kind, answer)):
            wrong[path] = found
        if answer.status_code >= 500:
            wrong[path] = [f"answered {answer.status_code}"]

    shown = sum("data-hostile" in answer.content.decode() for answer in html.values())
    assert (len(html) > 100, shown > 60) == (True, True), (len(html), shown)
    acting = {path for path, answer in html.items() if re.search(rb'<[a-z]+ [^<>]*hx-(get|post)="', answer.content)}
    assert [path for path in acting if b"htmx-2" not in html[path].content] == [], "Say {% htmx %} there."
    # At a desk those that show something of it: of nothing comes nothing, as the thorough run tries.
    opened = {url: answer for url, answer in html.items() if THOROUGH or payload.MARK.encode() in answer.content}
    assert wrong | looking.in_the_browser(opened, browser) == {}
    _try_the_forms(answers)


def _try_the_forms(answers: list[tuple[Visitor, str, HttpResponse]]) -> None:
    """Each field of each form, as it was found on the pages: what is refused is shown again, what is taken is shown."""
    cache.clear()
    sent, wrong = set(), {}
    for who, path, answer in answers:
        if answer.status_code != 200 or not (page := _html_of(answer)):
            continue
        for form in forms(page, path):
            typed = {name for name in form.writable if form.kinds[name] in TYPED}
            known = (who.client.defaults["HTTP_HOST"], form.action, frozenset(form.fields))
            if typed and known not in sent:
                sent.add(known)
                if found := [each for line in _answers_to(who, form, typed) for each in payload.found_in_html(line)]:
                    wrong[form.action] = found

    assert len(sent) > 40
    assert wrong == {}


def _answers_to(who: Visitor, form: Any, typed: set[str]) -> Iterator[str]:
    kinds = {name: payload.ADDRESS if form.kinds[name] == "email" else payload.text(lines=False) for name in typed}
    body = urlencode(form.fields | kinds).encode()
    with _undone():
        answer = who.client.generic("POST", form.action, body, content_type="application/x-www-form-urlencoded")
        yield _html_of(answer)
        if answer.status_code == 302 and answer.url.startswith("/"):
            yield _html_of(who.client.get(answer.url))


def _html_of(answer: HttpResponse) -> str:
    is_page = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return answer.content.decode() if is_page else ""


TEMPLATES = sorted(Path(settings.BASE_DIR).glob("**/templates/mails/*.md"))


@pytest.mark.parametrize("language", ["en", "pl"])
def test_nothing_comes_of_it_in_any_mail(written, language):
    wrong = {}
    with scope(written):
        for path in TEMPLATES:
            result = _facts_of(path.read_text()) | {"name": payload.text(200)}
            made = compose(path.stem, language=language, organisation=written, facts=result)
            found = payload.found_in_html(made.html) + [payload.SUM] * (payload.SUM in made.text)
            if found or "\n" in made.subject:
                wrong[path.stem] = found

    assert len(TEMPLATES) > 40
    assert wrong == {}


# What keeps its lines, and what is Markdown; all else stands in one line.
LINES, MARKDOWN = {"reason", "changes", "sums", "refused", "note", "text"}, {"body", "code"}


def _facts_of(source: str) -> dict[str, facts.Fact]:
    """Whatever word the template asks for; addresses are ours."""
    names = set(re.findall(r"\b[a-z]+(?:_[a-z]+)*\b", " ".join(re.findall(r"{[{%](.*?)[%}]}", source))))
    link = f"https://ours.{settings.HOST}/orders/x/"
    result: dict[str, facts.Fact] = {name: payload.text(2000) for name in names}
    result |= {name: facts.link(link) for name in names if name.endswith("url")}
    result |= {name: facts.lines(payload.text(2000)) for name in names & LINES}
    return result | {name: facts.markdown(payload.text(2000)) for name in names & MARKDOWN}


def test_nothing_comes_of_it_through_the_api(rows, organisation, visitor):
    """Each operation that takes a body, from its own description; what it changed is looked at where it is shown."""
    program = Visitor(f"ours.{settings.HOST}")
    with scope(organisation):
        rights = scopes.keys()
        _token, key = ApiToken.issue(name="Website", scopes=rights, created_by=make.staff("org_admin"))
    program.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    by_name = {route.name: route for route in routes("organisation")}
    looked = ["/", address(by_name["public:event"], rows)]
    taken, wrong = set(), {}
    for name, method, body in writing.bodies(api):
        with _undone():
            path = address(by_name[f"api:{name}"], rows)
            answer = program.client.generic(method, path, body, content_type="application/json")
            kind = answer.headers.get("Content-Type", "")
            if answer.status_code >= 500 or (answer.content and "json" not in kind):
                wrong[name] = [str(answer.status_code), kind]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            if answer.status_code < 300:
                taken.add(name)
                shown = [_html_of(visitor.client.get(each)) for each in looked]
                if found := [each for page in shown for each in payload.found_in_html(page)]:
                    wrong[name] = found

    assert wrong == {}
    assert len(taken) >= 3, taken
