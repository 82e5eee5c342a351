"""C12: terms and privacy notice are published in versions, and who orders accepts the one in force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.db.utils import ProgrammingError

from kring.core.tenancy import scope
from kring.organisations import legal_texts
from kring.organisations.models import AuditEntry, LegalText, Organisation
from tests import make

pytestmark = pytest.mark.django_db


def test_each_change_is_a_version_of_its_own_and_the_same_words_are_none(in_scope: Any) -> None:
    first = legal_texts.publish("terms", {"en": "Be kind.\r\n", "nl": " "})
    again = legal_texts.publish("terms", {"en": "Be kind."})
    second = legal_texts.publish("terms", {"en": "Be kind.", "nl": "Wees aardig."})

    assert (first.version, first.texts, again, second.version) == (1, {"en": "Be kind."}, None, 2)
    in_scope.refresh_from_db()
    assert (in_scope.terms_version, in_scope.privacy_version) == (2, 0)
    assert legal_texts.in_force("terms") == second
    assert legal_texts.of_version("terms", 1) == first
    assert [entry.new["version"] for entry in AuditEntry.objects.order_by("pk")] == [1, 2]


def test_without_any_text_nothing_is_in_force_and_what_was_stays(in_scope: Any) -> None:
    legal_texts.publish("terms", {"en": "Be kind."})

    legal_texts.publish("terms", {})

    in_scope.refresh_from_db()
    assert (in_scope.terms_version, legal_texts.in_force("terms")) == (0, None)
    assert legal_texts.of_version("terms", 1).texts == {"en": "Be kind."}
    assert legal_texts.publish("terms", {"en": "Be kind."}).version == 3


@pytest.mark.parametrize(
    ("language", "text"), [("nl", ("Hallo", "nl")), ("pl", ("Hello", "en")), ("en", ("Hello", "en"))]
)
def test_who_reads_another_language_gets_the_organisations(in_scope: Any, language: str, text: Any) -> None:
    made = legal_texts.publish("terms", {"en": "Hello", "nl": "Hallo"})

    assert made.text_in(language, otherwise="en") == text


@pytest.mark.parametrize(
    "statement", ["UPDATE organisations_legaltext SET texts = '{}'", "DELETE FROM organisations_legaltext"]
)
def test_what_people_accepted_cannot_be_altered(in_scope: Any, statement: str) -> None:
    legal_texts.publish("terms", {"en": "Be kind."})

    with pytest.raises(ProgrammingError, match="permission denied"), atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_version_is_there_once(in_scope: Any) -> None:
    legal_texts.publish("terms", {"en": "Be kind."})

    with pytest.raises(IntegrityError), atomic():
        LegalText.objects.create(kind="terms", version=1)


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_two_versions() -> None:
    organisation = make.organisation()
    ready = Barrier(2)

    def publish(text: str) -> int:
        try:
            with scope(Organisation.objects.get(pk=organisation.pk)):
                ready.wait(timeout=60)
                return legal_texts.publish("terms", {"en": text}).version
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(publish, ["One", "Other"])) == [1, 2]
    organisation.refresh_from_db()
    assert organisation.terms_version == 2
