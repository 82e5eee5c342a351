"""How large an organisation is, counted in its own scope."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from kring.core.tenancy import scope
from kring.events.models import Event
from kring.hosting import files, jobs, sizes
from kring.hosting.files import file_columns
from kring.hosting.models import OrganisationSize
from kring.mail.models import Message
from kring.organisations import storage
from kring.organisations.models import Organisation, StoredFile
from kring.plans.limits import Limited, counts
from tests import make, one_of_each
from tests.jobs import queued

pytestmark = pytest.mark.django_db


def mail(state, days):
    at = timezone.now() - timedelta(days=days)
    return Message(template="x", recipient="a@example.org", language="en", state=state, sent_at=at)


def test_only_emails_that_were_sent_in_thirty_days_count(organisation):
    sent = Message.State.SENT
    with scope(organisation):
        Message.objects.bulk_create([mail(sent, 1), mail(sent, 29), mail(sent, 31), mail(Message.State.FAILED, 1)])

        assert sizes.count().mails == 2


def test_files_are_counted_once_for_sizes_limits_and_plans(organisation):
    with scope(organisation):
        event = make.event()
        event.photo.save("p.png", ContentFile(b"123"))
        organisation.logo.save("l.png", ContentFile(b"12345"))

        assert sizes.count().storage_bytes == storage.used_bytes(organisation.pk) == 8
        assert storage.OF_ORGANISATION.used() == counts[Limited.STORAGE]() == 1


def test_files_of_before_the_counting_are_counted_by_the_job_once(organisation):
    organisation.logo.save("l.png", ContentFile(b"12345"))
    other = make.organisation()
    for each in (organisation, other):
        with scope(each):
            event = make.event()
            event.photo.save("p.png", ContentFile(b"123"))
            gone = make.event()
            Event.objects.filter(pk=gone.pk).update(photo="events/gone.png")
    StoredFile.objects.all().delete()
    with scope(organisation):
        assert storage.used_bytes(organisation.pk) == 0
        assert [files.count_uncounted() for _time in range(2)] == [2, 0]

        assert sizes.count().storage_bytes == storage.used_bytes(organisation.pk) == 8
        Event.objects.exclude(photo="").first().photo.delete()
        assert sizes.count().storage_bytes == 5
    assert not StoredFile.objects.filter(organisation=other).exists()


def test_every_column_that_names_a_file_is_known():
    assert {model._meta.label for model in file_columns()} == {
        "events.Event", "forms.Upload", "members.Member", "partners.Partner",
    }  # fmt: skip


def test_counted_again_it_is_one_row_and_nothing_of_another_organisation(organisation):
    other = make.organisation()
    one_of_each.of(other, make.user())
    with scope(organisation):
        sizes.count()
        sizes.count()

    size = OrganisationSize.objects.get()
    assert size.organisation == organisation
    assert (size.members, size.events, size.registrations, size.staff, size.mails) == (0, 0, 0, 0, 0)


def test_each_organisation_has_a_job_of_its_own(organisation):
    make.organisation()

    jobs.count_all()

    assert sorted(each["organisation_id"] for each in queued("hosting.count")) == sorted(
        Organisation.objects.values_list("pk", flat=True)
    )
