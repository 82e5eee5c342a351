"""What people type in names, reasons and texts of mails: both parts say it, and it stays what it is (N1)."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from kring.mail import composing, own_words, rewording
from kring.mail.composing import Composed
from kring.mail.envelopes import envelope
from kring.mail.facts import Fact, lines, link
from kring.mail.kinds import MailKind, kind
from kring.mail.models import Message
from kring.mail.outbox import queue
from kring.organisations.current import current_organisation
from tests import mail_contract

pytestmark = pytest.mark.usefixtures("in_scope")

INVITED: dict[str, Fact] = {
    "event": "Masterclass",
    "attraction": "Saturday",
    "places": "2 places",
    "deadline": "Sat 14 Mar, 09:00 CET",
    "invitation_url": link("https://vgbc.example.org/invitations/x/"),
    "position_url": link("https://vgbc.example.org/waiting/y/"),
    "event_url": link("https://vgbc.example.org/events/z/"),
}


def of(template: str) -> MailKind:
    found = kind(template)
    assert found
    return found


def say(template: str, body: str, subject: str = "Subject") -> None:
    rewording.reword(of(template), "en", subject=subject, body=body)


def mail(template: str, **facts: Any) -> Message:
    return queue(template, to="jan@example.org", language="en", **({"name": "Jan"} | facts))


def instructions(**facts: Any) -> Message:
    details = {"number": "7KQ4MX2P", "amount": "€ 45", "account": "NL91", "holder": "H", "reference": "7KQ4-MX2P-19"}
    return mail("payment-instructions-transfer", **details | {"order_url": link("https://x.example/o/")} | facts)


def body_of(made: Message | Composed) -> str:
    return made.html.split("</style>")[1]


@pytest.mark.parametrize("body", ["Say `{reference}`", "Say\n\n    {reference}", "Say\n\n```\n{reference}\n```"])
def test_a_reference_is_said_as_it_is_however_it_is_set_apart(body):
    say("payment-instructions-transfer", body + "\n\n{amount} {account}")

    assert "7KQ4-MX2P-19" in body_of(instructions())
    assert "7KQ4-MX2P-19" in instructions().text


def test_no_line_of_a_text_is_swallowed():
    say("waiting-invited", "[Bring]: shoes\n\n[When]: {deadline}")

    made = mail("waiting-invited", **INVITED)

    for expected in ("shoes", "Sat 14 Mar, 09:00 CET"):
        assert expected in made.text and expected in made.html


@pytest.mark.parametrize(
    "reason", ["We are sorry\n=====", "We are sorry\n-----", "    - too wet\n    - no hall", "\t# wet"]
)
def test_a_reason_is_text_however_it_is_laid_out(reason):
    made = mail("waiting-ended", event="Masterclass", reason=lines(reason))

    for word in reason.split():
        assert word in made.text and word in body_of(made)
    assert not re.search(r"<(h\d|pre|code|li)>", body_of(made))
    assert "\\" not in body_of(made)


def test_an_address_on_its_own_can_be_clicked_whatever_its_secret_looks_like():
    address = "https://vgbc.example.org/invitations/_ab-_cd_-ef_/"
    say("waiting-invited", "{deadline}: {invitation_url}\n\n(or [here]({invitation_url}), or <{invitation_url}>)")

    made = mail("waiting-invited", **INVITED | {"invitation_url": link(address)})

    assert body_of(made).count(f'<a href="{address}">') == 3
    assert made.text.split("--")[0].count(address) == 4
    assert "<" not in made.text


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\r\n"])
def test_no_sign_in_a_name_keeps_a_mail_from_leaving(sign):
    say("waiting-invited", "{deadline}", subject="{name}, come\u2028now")
    name = f"Jan{sign}Bcc: all@example.org"

    made = mail("waiting-invited", **INVITED | {"name": name})

    assert made.subject == "Jan Bcc: all@example.org, come now"
    headers = envelope(made, made.compose(), current_organisation(), []).message()
    assert "all@example.org" not in str(headers["Bcc"])


def test_a_line_is_not_left_out_with_what_the_mail_is_of_no_use_without():
    say("waiting-invited", "{places} for {child} until {deadline}.\n\nFor {child}.")

    made = mail("waiting-invited", **INVITED)

    assert "Sat 14 Mar, 09:00 CET" in made.text
    assert "For ." not in made.text


def test_a_mail_always_says_something():
    say("waiting-ended", "{reason}", subject="{child}")

    made = mail("waiting-ended", event="Masterclass", reason="")

    assert made.subject == "The waiting list for Masterclass is over"
    assert "no place came free" in made.text


def test_a_picture_is_no_subject():
    with pytest.raises(own_words.NotInSubject, match="code"):
        say("ticket", "{code}", subject="Show {code}")


def test_a_name_is_never_where_a_link_leads():
    say("waiting-invited", "[x]({name}) {deadline}")

    made = mail("waiting-invited", **INVITED | {"name": "javascript:alert(1)"})

    assert 'href="javascript:' not in made.html


@pytest.mark.parametrize(
    "text", ["[" * 10_000, "![" * 5_000, "[" * 5_000 + "]" * 5_000, "[a](" * 2_500, "**" * 5_000, "\\" * 10_000]
)
def test_no_text_takes_long(text):
    began = time.thread_time()
    composing._plain(text)
    composing._markdown.render(text)
    assert time.thread_time() - began < 0.5


def test_a_mail_that_is_not_given_all_that_it_may_say_is_noticed(monkeypatch):
    monkeypatch.setattr(mail_contract, "_is_written_by_kring", lambda: True)

    with pytest.raises(AssertionError, match="location"):
        mail("order-expired", event="Gala", day="Monday", hours="9–17", event_url=link("https://x.example/"))
