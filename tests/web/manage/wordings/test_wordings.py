"""The organisation says in its mails what it likes: found, changed, tried out and set back in the browser (N1)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.mail import rewording
from kring.mail.kinds import kind, kinds
from kring.mail.models import Message, Wording
from kring.mail.outbox import queue
from kring.organisations.current import current_organisation
from tests import make
from tests.web.manage.conftest import Staff

pytestmark = pytest.mark.django_db

MAIL = ("waiting-invited", "nl")
WORDS = {"subject": "Er is plek voor {event}", "body": "Beste {name},\n\nneem je plek vóór **{deadline}**."}


def invitation(language: str = "nl") -> Message:
    return queue(
        "waiting-invited",
        to="jan@example.org",
        name="Jan",
        language=language,
        event="Masterclass",
        deadline="za 14 mrt 09:00",
        invitation_url="https://x.example/",
    )


def test_every_kind_of_mail_is_listed_in_every_language(admin: Staff) -> None:
    page = admin.page("wordings").content.decode()

    for each in kinds():
        for language in ("en", "nl", "pl"):
            assert f"/settings/mails/{each.template}/{language}/" in page
    assert "pencil marks" not in page


def test_the_page_begins_with_what_kring_says(admin: Staff) -> None:
    form = admin.page("wording", *MAIL).context["form"]

    assert (form.initial["subject"], form.initial["body"]) == rewording.offered(kind("waiting-invited"), "nl")
    assert "{deadline}" in form.initial["body"]


def test_what_is_saved_is_said_from_then_on(admin: Staff) -> None:
    assert admin.act("wording", *MAIL, **WORDS).status_code == 302

    with scope(admin.organisation):
        current_organisation().refresh_from_db()
        assert invitation("nl").subject == "Er is plek voor Masterclass"
        assert invitation("en").subject == "A place for you: Masterclass"
    assert "(your own text)" in admin.page("wordings").content.decode()


def test_mistakes_are_said_and_what_was_typed_stays(admin: Staff) -> None:
    for body, expected in (
        ("Beste {naam}, {deadline}", "{naam} is not a known placeholder."),
        ("Beste {name}", "This email needs {deadline}"),
        ("", "This field is required."),
        ("x" * 10_001 + "{deadline}", "at most 10000 characters"),
    ):
        response = admin.act("wording", *MAIL, subject="Mijn onderwerp", body=body)

        page = response.content.decode()
        assert response.status_code == 422
        assert expected in page and "Mijn onderwerp" in page
    with scope(admin.organisation):
        assert not Wording.objects.exists()


def test_a_preview_shows_unsaved_words_filled_in_and_saves_nothing(admin: Staff) -> None:
    response = admin.act("wording_preview", *MAIL, **WORDS)

    page = response.content.decode()
    assert "Er is plek voor" in page and "Anna Nowak" in page and "{" not in page.split("</style>")[1]
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    with scope(admin.organisation):
        assert not Wording.objects.exists()
        assert not Message.objects.exists()


def test_a_preview_of_a_mistake_says_the_mistake(admin: Staff) -> None:
    response = admin.act("wording_preview", *MAIL, subject="<b>x", body="{naam}")

    assert response.status_code == 422
    assert "{naam} is not a known placeholder." in response.content.decode()


@pytest.mark.parametrize("template", [each.template for each in kinds()])
def test_every_mail_can_be_previewed_as_kring_says_it(admin: Staff, template: str) -> None:
    for language in ("en", "nl", "pl"):
        page = admin.page("wording_preview", template, language).content.decode()
        assert "{" not in page.split("</style>")[1]


def test_krings_words_come_back_after_a_question(admin: Staff) -> None:
    admin.act("wording", *MAIL, **WORDS)
    assert "Your own text in this language is removed" in admin.page("wording_removal", *MAIL).content.decode()

    admin.act("wording_removal", *MAIL)

    with scope(admin.organisation):
        current_organisation().refresh_from_db()
        assert not Wording.objects.exists()
        assert invitation("nl").subject != "Er is plek voor Masterclass"


def test_another_organisation_keeps_krings_words(admin: Staff) -> None:
    admin.act("wording", *MAIL, **WORDS)

    with scope(make.organisation()):
        assert invitation("nl").subject != "Er is plek voor Masterclass"


def test_there_is_no_page_for_what_cannot_be_changed(admin: Staff) -> None:
    for address in (("reset-password", "en"), ("to-participants", "en"), ("ticket", "de"), ("x", "nl")):
        for name in ("wording", "wording_preview", "wording_removal"):
            assert admin.page(name, *address).status_code == 404


def test_the_texts_are_found_from_the_settings_and_from_the_mails(admin: Staff, organiser: Staff) -> None:
    assert "/settings/mails/" in admin.page("settings").content.decode()
    assert "/settings/mails/" in admin.page("mail").content.decode()
    assert "/settings/mails/" not in organiser.page("mail").content.decode()
