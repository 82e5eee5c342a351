"""One template becomes subject, text and HTML, equal in content (N1)."""

from __future__ import annotations

import pytest

from kring.mail.composing import compose
from kring.mail.facts import link, markdown
from kring.mail.models import Message
from kring.mail.outbox import queue

pytestmark = pytest.mark.usefixtures("in_scope")

URL = "https://vgbc.example.org/orders/x_y-z/"
FACTS = {
    "event": "Congress 2026",
    "number": "ABCD2345",
    "how_many": 2,
    "who": "Jan, Marie",
    "total": "€ 99,90",
    "day": "Saturday 14 March 2026",
    "hours": "09:00–17:00",
    "location": "Utrecht",
    "order_url": link(URL),
}


def confirmation(language: str = "en", **facts: object) -> Message:
    return queue("order-confirmed", to="jan@example.org", language=language, **({"name": "Jan"} | FACTS | facts))


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_text_and_html_say_the_same_in_every_language(language):
    mail = confirmation(language)

    for expected in ("Congress 2026", "ABCD2345", "Jan, Marie", "€ 99,90", "Utrecht", URL):
        assert expected in mail.text, expected
        assert expected in mail.html, expected
    assert "ABCD2345" in mail.subject


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "*bold* [click](http://evil.example)", "A_b_c `x` # head", "{{ secret }}"]
)
def test_a_name_is_a_name_whatever_it_is_made_of(name):
    mail = confirmation(name=name)

    assert name in mail.text
    assert "<script>alert" not in mail.html
    assert 'evil.example"' not in mail.html
    assert "<em>bold" not in mail.html
    assert "<h1>head" not in mail.html


def test_a_value_cannot_add_a_header_or_a_button():
    mail = confirmation(number="X\r\nBcc: all@example.org", name="Jan\nButton: [Pay](https://evil.example)")

    assert "\n" not in mail.subject and "\r" not in mail.subject
    assert 'href="https://evil.example"' not in mail.html


def test_every_mail_template_of_kring_has_a_subject_in_its_first_line():
    from pathlib import Path

    import kring

    templates = list(Path(kring.__file__).parent.rglob("templates/mails/*.md"))

    assert len(templates) > 10
    for template in templates:
        assert "Subject: " in template.read_text().splitlines()[0], template


def test_a_line_that_somebody_wrote_stays_a_line_in_html(organisation):
    body = markdown("Until Saturday\nUrsula")
    made = compose("to-members", language="en", organisation=organisation, facts={"title": "Training", "body": body})
    assert "Until Saturday<br>" in made.html
