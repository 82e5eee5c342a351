"""The facts of an email are stored when it is queued; its text is made when it is sent (N1)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.translation import gettext_noop

from kring.core.tenancy import scope
from kring.mail import composing, delivery, facts, resending, rewording
from kring.mail.kinds import kind
from kring.mail.models import Message, Wording
from kring.mail.outbox import message, post, queue
from kring.organisations.models import Organisation
from tests.jobs import work
from tests.mail.test_delivery import mailbox, now  # noqa: F401

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 14, 8, tzinfo=UTC)
INVITED: dict[str, Any] = {
    "event": "Masterclass",
    "attraction": "Saturday",
    "places": {"places": [2]},
    "deadline": facts.deadline(AT, ZoneInfo("Europe/Warsaw")),
    "invitation_url": facts.link("https://a.example/invitations/x/"),
    "position_url": facts.link("https://a.example/waiting/y/"),
    "event_url": facts.link("https://a.example/events/z/"),
}


def invite(organisation: Any, language: str = "en", **given: Any) -> Message:
    with scope(organisation):
        return queue("waiting-invited", to="ada@example.org", name="Ada", language=language, **INVITED | given)


def reword(organisation: Any, subject: str, body: str = "Until {deadline}.", language: str = "en") -> None:
    of = kind("waiting-invited")
    assert of
    with scope(organisation):
        rewording.reword(of, language, subject=subject, body=body)


def test_a_fact_is_written_in_the_language_of_the_mail_by_its_kind():
    details: dict[str, facts.Fact] = {
        "money": facts.money(Decimal("45.50"), "PLN"),
        "deadline": facts.deadline(AT, ZoneInfo("Europe/Warsaw"), also=ZoneInfo("Europe/London")),
        "days": {"days": [AT.isoformat(), AT.isoformat(), "Europe/Warsaw"]},
        "names": facts.names(["Ada", "Bob"]),
        "words": facts.words(gettext_noop("Registration is open from now on.")),
        "places": {"places": [5]},
        "number": 7,
    }
    kept = json.loads(json.dumps(facts.kept(details)))

    with translation.override("pl"):
        result = {key: facts.write(fact).text for key, fact in kept.items()}

    assert result["money"] == "45,50\xa0zł" and result["names"] == "Ada, Bob" and result["number"] == "7"
    assert "09:00 CET" in result["deadline"] and "08:00 GMT" in result["deadline"]
    assert result["days"] == "sobota, 14 marca 2026" and result["places"] == "5 miejsc"
    assert result["words"] != "Registration is open from now on."


def test_what_is_no_fact_is_refused_in_the_transaction_that_tells_it(in_scope):
    with pytest.raises(TypeError, match="Decimal"):
        queue("waiting-ended", to="ada@example.org", language="en", event="Camp", reason=Decimal(1))  # type: ignore[arg-type]


def test_a_mail_changed_before_it_is_sent_leaves_in_the_new_words(organisation, mailbox):  # noqa: F811
    message = invite(organisation)
    reword(organisation, "Come, {name}")
    with scope(organisation):
        Organisation.objects.filter(pk=organisation.pk).update(mail_from="The club")
        assert Message.objects.get().subject == "Come, Ada"

    work()

    [mail] = mailbox.mails
    assert mail["Subject"] == "Come, Ada" and "The club" in mail["From"]
    assert "Until Sat, 14 Mar 2026, 09:00 CET." in mail.get_payload()[0].get_payload()
    reword(organisation, "Too late")
    sent = now(message, organisation)
    assert (sent.state, sent.subject, sent.facts) == ("sent", "Come, Ada", None)
    assert "Until" in sent.text and "Until" in sent.html


def test_a_sent_mail_is_sent_again_as_it_was_and_one_that_never_left_in_the_words_of_now(organisation, mailbox):  # noqa: F811
    message = invite(organisation)
    work()
    mailbox.refusal = "550 no"
    other = invite(organisation)
    with scope(organisation):
        Message.objects.filter(pk=other.pk).update(tries=len(delivery.PAUSES))
    work()
    mailbox.refusal = ""
    assert now(other, organisation).state == "failed"
    reword(organisation, "Come")

    with scope(organisation):
        for each in (message, other):
            resending.send_again(Message.objects.get(pk=each.pk))
    work()

    assert [mail["Subject"] for mail in mailbox.mails[1:]] == ["A place for you: Masterclass", "Come"]


def test_a_mail_that_waited_before_facts_were_kept_leaves_as_it_was_composed(organisation, mailbox):  # noqa: F811
    with scope(organisation):
        old = {"composed_subject": "As before", "composed_text": "Hello", "composed_html": "<p>Hello</p>"}
        post([Message(template="ticket", recipient="ada@example.org", language="en", **old)])
    reword(organisation, "New")

    work()

    [mail] = mailbox.mails
    assert mail["Subject"] == "As before"


def test_without_a_mail_server_it_is_composed_and_read_in_the_words_of_now(organisation, settings):
    settings.MAILERS = {}
    message = invite(organisation)
    work()
    reword(organisation, "Come")

    with scope(organisation):
        kept = Message.objects.get(pk=message.pk)
        assert (kept.state, kept.composed_subject) == ("kept", "A place for you: Masterclass")
        assert kept.subject == "Come"


def test_a_mail_that_cannot_be_composed_fails_alone_and_says_why(organisation, mailbox, monkeypatch):  # noqa: F811
    real = composing.parts_of

    def broken(template: str, values: dict[str, str]) -> Any:
        if template == "waiting-ended":
            raise RuntimeError("a broken template")
        return real(template, values)

    monkeypatch.setattr(composing, "parts_of", broken)
    with scope(organisation):
        bad = queue("waiting-ended", to="bob@example.org", language="en", event="Camp", reason="")
    good = invite(organisation)

    work()

    assert now(good, organisation).state == "sent"
    failed = now(bad, organisation)
    assert (failed.state, failed.error) == ("queued", "NotComposed: RuntimeError: a broken template")
    assert failed.trouble.startswith("This email could not be composed.")
    assert failed.subject == str(kind("waiting-ended").title) and failed.text == ""
    monkeypatch.undo()
    with scope(organisation):
        assert "no place came free" in Message.objects.get(pk=bad.pk).text


def test_own_words_that_do_not_fit_give_way_to_krings_and_the_mail_says_so(organisation, mailbox):  # noqa: F811
    with scope(organisation):
        # Like one that is older than the mail's placeholders.
        Wording.objects.create(template="waiting-invited", language="en", subject="Come", body="{shoe_size}")
    message = invite(organisation)

    work()

    [mail] = mailbox.mails
    sent = now(message, organisation)
    assert mail["Subject"] == "A place for you: Masterclass"
    assert sent.state == "sent" and sent.error.startswith("OwnWords: UnknownPlaceholder")
    assert sent.trouble.startswith("Your own text of this email could not be used")


def test_any_number_of_mails_costs_two_statements_and_none_of_them_is_composed(
    in_scope, django_assert_num_queries, monkeypatch
):
    reword(in_scope, "Come")
    monkeypatch.setattr(composing, "parts_of", lambda *given: pytest.fail("composed"))

    with django_assert_num_queries(2):
        details: dict[str, Any] = {"template": "waiting-invited", "to": "ada@example.org", "language": "en"}
        post([message(**details, name=f"Ada {number}", **INVITED) for number in range(300)])

    assert Message.objects.filter(composed_text="").count() == 300


NAMES = [
    "Ada Lovelace",
    "*bold* [link](https://evil.example)",
    "<script>alert(1)</script>",
    "Two\nlines",
    "{{ x }} %(y)s",
]


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_each_of_many_is_called_by_their_own_name_whatever_it_is_made_of(in_scope, language):
    post([message("waiting-invited", to="a@example.org", name=name, language=language, **INVITED) for name in NAMES])

    for name, mail in zip(NAMES, Message.objects.order_by("pk"), strict=True):
        assert name.replace("\n", " ") in mail.text
        assert "<script>" not in mail.html and 'href="https://evil.example"' not in mail.html


def test_who_it_is_for_is_no_fact(in_scope: Any) -> None:
    """A name among the facts would be overwritten by the empty one, and the mail greet nobody."""
    with pytest.raises(ValueError, match="name"):
        message("ticket", to="ada@example.org", language="en", more_facts={"name": "Ada"})


def test_every_kind_of_fact_is_known_to_a_process_that_has_only_started() -> None:
    """The worker composes mails of apps of which it has imported nothing else."""
    kinds = {
        name for path in Path("kring").rglob("*.py") for name in re.findall(r'written_as\("(\w+)"', path.read_text())
    }
    code = "import django; django.setup(); from kring.mail import facts; print(*facts.writers.keys())"
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert kinds <= set(started.stdout.split())
