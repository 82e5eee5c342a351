"""The organisation's questions about organisers, events and attractions (F6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kring.core.tenancy import scope
from kring.events.models import Event
from kring.forms import form_editing
from kring.forms.models import Upload
from kring.forms.sheet import QuestionWish
from kring.organisations.models import AuditEntry
from tests import make
from tests.web.manage.conftest import Staff
from tests.web.manage.events.test_events import typed
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db

SUBSIDY = QuestionWish(label="Which subsidy pays for it?", name="subsidy", requirement="required")


@pytest.fixture
def asked(organisation: Any) -> None:
    with scope(organisation):
        for purpose in ("organiser", "event", "attraction"):
            form_editing.create_form(purpose, purpose=purpose, questions=[SUBSIDY])


def row(organisation: Any, made: Any) -> Any:
    with scope(organisation):
        made.refresh_from_db()
        return made.submission.answers if made.submission else None


@pytest.mark.usefixtures("asked")
class TestAsked:
    def test_about_an_organiser(self, organiser: Staff) -> None:
        with scope(organiser.organisation):
            found = make.organiser()

        refused = organiser.act("organiser", found.pk, **{"organiser-name": found.name})
        assert refused.status_code == 422 and "Which subsidy pays for it?" in text(refused)
        organiser.act("organiser", found.pk, **{"organiser-name": found.name, "further-subsidy": "City"})

        assert row(organiser.organisation, found) == {"subsidy": "City"}
        assert 'value="City"' in organiser.page("organiser", found.pk).content.decode()

    def test_about_an_attraction(self, organiser: Staff) -> None:
        with scope(organiser.organisation):
            event = make.event(state=Event.State.NEW)
        types = {"types-TOTAL_FORMS": "1", "types-INITIAL_FORMS": "0", "types-0-name": "Free", "types-0-price": "0"}
        sent = {"name": "LAS", "types-0-vat_rate": "0", "types-0-is_on_sale": "on", **types}

        assert organiser.act("attraction_new", event.pk, **sent).status_code == 422
        organiser.act("attraction_new", event.pk, **sent, **{"further-subsidy": "Province"})

        with scope(organiser.organisation):
            assert event.attractions.get().submission.answers == {"subsidy": "Province"}
            assert AuditEntry.objects.filter(action="attraction.described").count() == 1

    def test_about_an_event_and_shown_among_its_facts(self, organiser: Staff) -> None:
        assert organiser.act("event_new", **typed()).status_code == 422
        organiser.act("event_new", **typed(**{"further-subsidy": "Europe"}))

        with scope(organiser.organisation):
            event = Event.objects.select_related("submission").get()
            assert event.submission.answers == {"subsidy": "Europe"}
        assert "Which subsidy pays for it? Europe" in text(organiser.page("event", event.pk))

    def test_what_may_no_longer_change_is_not_asked(self, organiser: Staff) -> None:
        with scope(organiser.organisation):
            organiser.organisation.events_locked_once_accepted = True
            organiser.organisation.save()
            event = make.event()

        assert "Which subsidy" not in text(organiser.page("event_change", event.pk))


def test_nothing_more_is_asked_where_the_organisation_asks_nothing(organiser: Staff) -> None:
    with scope(organiser.organisation):
        found = make.organiser()

    assert organiser.act("organiser", found.pk, **{"organiser-name": "Other"}).status_code == 302
    assert "More details" not in text(organiser.page("organiser", found.pk))


def test_a_file_can_be_asked_for(organiser: Staff) -> None:
    with scope(organiser.organisation):
        form_editing.create_form("o", purpose="organiser", questions=[QuestionWish(type="file", label="Statutes")])
        found = make.organiser()
    assert 'enctype="multipart/form-data"' in organiser.page("organiser", found.pk).content.decode()

    statutes = SimpleUploadedFile("statutes.pdf", b"%PDF-1.7")
    organiser.act("organiser", found.pk, **{"organiser-name": found.name, "further-statutes": statutes})

    with scope(organiser.organisation):
        found.refresh_from_db()
        assert Upload.objects.get().submission == found.submission
