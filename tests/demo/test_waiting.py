"""The history of the demo's waiting list over the last weeks is consistent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core import dates
from kring.core.tenancy import scope
from kring.demo import acting, masterclass
from kring.demo.people import DUTCH, Crowd
from kring.events import organisers
from kring.mail.models import Message
from kring.waiting import mails
from kring.waiting.models import Invitation, WaitingEntry

pytestmark = pytest.mark.django_db
TIME_TO_PAY = timedelta(days=14)


@pytest.fixture
def evening() -> Any:
    """The organisation whose evening is sold out."""
    about = {"type": "vereniging", "city": "Utrecht", "country": "NL", "language": "nl", "currency": "EUR"}
    here = acting.organisation(
        "vgbc",
        name="Congres",
        contact_email="congres@vgbc.example",
        time_zone="Europe/Amsterdam",
        bank_account="NL91ABNA0417164300",
        events_need_approval=False,
        **about,
    )
    crowd = Crowd(DUTCH, "post.example", seed=1)
    with acting.inside(here):
        staff = acting.staff_of("vgbc", crowd, "nl")
        address = {"street": "Laan 1", "postal_code": "3511 AB", "city": "Utrecht", "country": "NL"}
        organiser = organisers.create(name="Stichting", phone="", **address)
    event = masterclass.make(here, staff, organiser)
    with acting.inside(here):
        masterclass.fill(acting.Visitors(here, event, crowd, staff))
    return here


def test_sixty_wait_and_each_mail_names_a_deadline_that_agrees_with_its_date(evening):
    with scope(evening):
        assert WaitingEntry.objects.waiting().count() == masterclass.WAITING
        for invitation in Invitation.objects.select_related("message"):
            with dates.written_for("nl", evening.zone):
                assert mails.deadline_words(invitation.expires_at) in invitation.message.text
                assert mails.deadline_words(invitation.expires_at) in invitation.message.html
            assert timedelta() < invitation.expires_at - invitation.message.created_at < timedelta(hours=50)
        week_old = Message.objects.filter(created_at__lt=timezone.now() - timedelta(days=4))
        result = week_old.filter(template="payment-instructions-transfer")
        assert result.count() >= 5
        for letter in result:
            with dates.written_for("nl", evening.zone):
                assert dates.deadline(letter.created_at + TIME_TO_PAY).rpartition(",")[0] in letter.text
        assert not week_old.filter(state=Message.State.QUEUED).exists()
