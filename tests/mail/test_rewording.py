"""Every mail may be put in the organisation's own words, with placeholders and a preview (N1)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

import kring
from kring.mail import own_words, rewording
from kring.mail.composing import Composed, compose
from kring.mail.facts import Fact, link
from kring.mail.kinds import MailKind, kind, kinds, main_page
from kring.mail.models import Message, Wording
from kring.mail.outbox import queue, queue_for_platform
from kring.mail.placeholders import UnknownPlaceholder
from kring.organisations.current import current_organisation
from kring.organisations.models import AuditEntry, Organisation

pytestmark = pytest.mark.usefixtures("in_scope")

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# The platform's; about logins, which are no organisation's; and the organiser's own words anyway.
NOT_CHANGEABLE = {
    *("organisation-activated", "organisation-blocked", "organisation-deleted", "organisation-deletion-asked"),
    "organisation-deletion-taken-back",
    *("announcement", "domain-off", "support-access"),
    *("account-exists", "login-changed", "no-account", "reset-password", "verify-address"),
    *("organisation-confirm", "organisation-made", "organisation-registered"),
    "to-members",
    "to-participants",
}
URL = "https://vgbc.example.org/invitations/x_y-z/"
INVITED: dict[str, Fact] = {
    "event": "Masterclass",
    "attraction": "Saturday",
    "places": "2 places",
    "deadline": "Sat 14 Mar, 09:00 CET",
    "invitation_url": link(URL),
}


def templates() -> set[str]:
    return {found.stem for found in Path(kring.__file__).parent.rglob("templates/mails/*.md")}


def optional_in(template: str) -> set[str]:
    """What an email can do without: its template asks whether it is there."""
    source = next(Path(kring.__file__).parent.rglob(f"templates/mails/{template}.md")).read_text()
    return set(re.findall(r"{% if (\w+) %}", source)) - {"welcome_url"}


def invitation() -> MailKind:
    found = kind("waiting-invited")
    assert found
    return found


def invite(language: str = "en", **facts: Any) -> Message:
    return queue("waiting-invited", to="jan@example.org", language=language, **({"name": "Jan"} | INVITED | facts))


def samples(of: MailKind) -> dict[str, Fact]:
    return {name: each.shown() for name, each in of.by_name().items()} | {name: main_page() for name in of.ours}


def composed(of: MailKind, language: str, facts: dict[str, Fact]) -> Composed:
    return compose(of.template, language=language, organisation=current_organisation(), facts=facts)


def test_every_mail_of_an_organisation_can_be_changed_but_those_about_logins():
    assert {each.template for each in kinds()} == templates() - NOT_CHANGEABLE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(templates() - NOT_CHANGEABLE))
def test_the_words_offered_to_begin_with_say_what_kring_says_also_where_something_is_empty(template, language):
    of = kind(template)
    assert of
    everything = samples(of)
    optional = optional_in(template)
    subject, body = rewording.offered(of, language)
    wording = Wording(template=template, language=language, subject=subject, body=body)

    for empty in ({}, dict.fromkeys(optional, "")):
        details: Any = {"language": language, "organisation": current_organisation(), "facts": {**everything, **empty}}
        shipped, own = compose(template, **details), compose(template, wording=wording, **details)
        assert own == shipped
        assert "{" not in own.text and "{" not in own.subject


def test_a_changed_mail_says_the_organisations_words_in_that_language_only():
    rewording.reword(
        invitation(), "nl", subject="Er is plek: {event}", body="Beste {name},\n\n**{places}** tot {deadline}."
    )

    dutch, english = invite("nl"), invite("en")

    assert dutch.subject == "Er is plek: Masterclass"
    assert "Beste Jan," in dutch.text
    assert "2 places tot Sat 14 Mar, 09:00 CET." in dutch.text
    assert "<strong>2 places</strong>" in dutch.html
    assert english.subject == "A place for you: Masterclass"


def test_button_and_reason_stay_in_a_changed_mail():
    rewording.reword(invitation(), "en", subject="Come", body="Until {deadline}.")

    mail = invite()

    assert URL in mail.text
    assert f'href="{URL}"' in mail.html
    assert "You get this because" in mail.text


def test_a_line_with_a_placeholder_that_has_nothing_to_say_is_left_out():
    of = kind("waiting-ended")
    assert of
    rewording.reword(of, "en", subject="Over", body="It is over.\n\nWhy: {reason}\n\nGoodbye.")

    facts = {"to": "jan@example.org", "name": "Jan", "language": "en", "event": "Masterclass"}

    assert "Why" not in queue("waiting-ended", **facts, reason="").text
    assert "Why: Storm" in queue("waiting-ended", **facts, reason="Storm").text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "*bold* [click](http://evil.example)", "{deadline}", "Reason: none"]
)
def test_a_name_is_a_name_in_a_changed_mail_too(name):
    rewording.reword(invitation(), "en", subject="For {name}", body="Dear {name},\n\nuntil {deadline}")

    mail = invite(name=name)

    assert mail.subject == f"For {name}"
    assert f"Dear {name}," in mail.text
    assert "<script>" not in mail.html and 'evil.example"' not in mail.html


def test_what_staff_write_cannot_be_a_script_or_a_header():
    rewording.reword(
        invitation(),
        "en",
        subject="Come\r\nBcc: all@example.org",
        body="<script>alert(1)</script> [x](javascript:alert(1)) {deadline}\n\nButton: [Pay](https://evil.example)",
    )

    mail = invite()

    assert "\n" not in mail.subject and "\r" not in mail.subject
    assert "<script>" not in mail.html
    assert 'href="javascript:' not in mail.html
    assert 'href="https://evil.example" style' not in mail.html


def test_an_unknown_placeholder_is_refused_and_nothing_changes():
    with pytest.raises(UnknownPlaceholder, match="shoe_size"):
        rewording.reword(invitation(), "en", subject="Come", body="{deadline} {shoe_size}")
    with pytest.raises(UnknownPlaceholder):
        rewording.reword(invitation(), "en", subject="{position}", body="{deadline}")

    assert not Wording.objects.exists()
    assert invite().subject == "A place for you: Masterclass"


@pytest.mark.parametrize(("template", "name"), [("waiting-invited", "deadline"), ("ticket", "code")])
def test_what_the_mail_is_of_no_use_without_cannot_be_left_out(template, name):
    of = kind(template)
    assert of
    with pytest.raises(own_words.PlaceholderNeeded, match=name):
        rewording.reword(of, "en", subject=f"{{{name}}}", body="Come!")


def test_krings_words_come_back_by_one_act_or_by_saying_them():
    of = invitation()
    for way_back in (
        lambda: rewording.restore(of, "en"),
        lambda: rewording.reword(of, "en", **dict(zip(("subject", "body"), rewording.offered(of, "en"), strict=True))),
    ):
        rewording.reword(of, "en", subject="Come", body="{deadline}")
        assert invite().subject == "Come"
        way_back()
        assert invite().subject == "A place for you: Masterclass"
        assert not Wording.objects.exists()


def test_what_was_said_before_and_after_is_in_the_log():
    rewording.reword(invitation(), "en", subject="One", body="{deadline}")
    rewording.reword(invitation(), "en", subject="Two", body="{deadline}")
    rewording.restore(invitation(), "en")

    entries = list(AuditEntry.objects.filter(subject_type="wording").order_by("pk"))
    assert [each.action for each in entries] == ["wording.changed", "wording.changed", "wording.removed"]
    assert entries[1].old == {"subject": "One"} and entries[1].new == {"subject": "Two"}


def test_the_organisation_knows_what_it_says_otherwise_whoever_wrote_it():
    Wording.objects.create(template="ticket", language="pl", subject="S", body="{code}")
    Wording.objects.create(template="ticket", language="nl", subject="S", body="{code}")
    assert Organisation.objects.get(pk=current_organisation().pk).reworded_mails == ["ticket/nl", "ticket/pl"]

    Wording.objects.filter(language="nl").delete()
    assert Organisation.objects.get(pk=current_organisation().pk).reworded_mails == ["ticket/pl"]


def test_a_mail_nobody_changed_costs_no_look_and_a_changed_one_a_single_look_for_any_number():
    organisation = current_organisation()
    with CaptureQueriesContext(
        connection,
    ) as looked:
        composed(invitation(), "en", samples(invitation()))
    assert len(looked) == 0

    rewording.reword(invitation(), "en", subject="Come", body="{deadline}")
    organisation = current_organisation()
    with CaptureQueriesContext(connection) as looked:
        for _each in range(3):
            compose("waiting-invited", language="en", organisation=organisation, facts=INVITED)
    assert len(looked) == 1


def test_the_platforms_own_mails_are_never_changed():
    rewording.reword(kind("role-given"), "en", subject="Come", body="{roles}")  # type: ignore[arg-type]

    mail = queue_for_platform(
        "role-given", to="a@example.org", language="en", inviter="B", roles="all", administration_url=link("https://x/")
    )
    assert mail.subject != "Come"
