"""Sample data: there by one click, gone by one; what people made beside it stays, and no email goes to anybody (T1)."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from kring.billing.models import Invoice, InvoiceSeries
from kring.checkin.models import Guest
from kring.core.tenancy import scope
from kring.dues.models import FeeTable
from kring.events import lifecycle
from kring.events.models import Attraction, Event, TicketType
from kring.forms.models import Form
from kring.hosting.models import SampleRow
from kring.hosting.samples import making, removing
from kring.hosting.samples.making import SamplesAreThere
from kring.mail import outbox, resending
from kring.mail.models import Message
from kring.mail.sample_addresses import IsSample
from kring.members import groups, keeping, memberships
from kring.members.models import Group, Household, Member, MembershipType
from kring.organisations.models import AuditEntry, Organisation
from kring.registrations.booking import book
from kring.waiting.models import WaitingEntry
from tests import make, one_of_each
from tests.architecture.catalogue import everything_in
from tests.jobs import queued
from tests.payments.test_at_the_same_moment import at_once, in_scope_of
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
TABLES = [model._meta.db_table for model in one_of_each.tenant_models()]
# What stays: the log, and the organisation itself as the organiser of events.
STAY = {"organisations_auditentry", "events_organiser"}


@pytest.fixture
def ada(in_scope):
    return make.staff("org_admin")


@pytest.fixture
def samples(ada):
    making.add(by=ada)


def rows(organisation):
    return {table: len(everything_in(table, organisation)) for table in TABLES if table not in STAY}


def kept():
    return [(each.name, str(each.reason)) for each in removing.remove().kept]


def test_it_is_small_marked_and_in_the_organisations_language(in_scope, ada):
    in_scope.language = "nl"
    making.add(by=ada)

    event = Event.objects.get()
    assert (event.name, event.state) == ("Voorbeeldevenement: ledenavond", Event.State.NEW)
    assert {member.last_name for member in Member.objects.all()} == {"Voorbeeld"}
    assert Member.objects.filter(email__endswith="@sample.example.org").count() == 10
    assert list(Group.objects.values_list("name", flat=True)) == [
        "Voorbeeldgroep: jeugd", "Voorbeeldgroep: volwassenen",
    ]  # fmt: skip
    assert FeeTable.objects.count() == MembershipType.objects.count() == 2
    assert TicketType.objects.count() == 2
    assert Guest.objects.count() == 5
    assert SampleRow.objects.count() == 21


def test_it_can_be_published_as_it_is(samples):
    event = Event.objects.get()
    lifecycle.submit(event)

    assert Event.objects.get().state != Event.State.NEW


def test_nothing_is_sent_and_no_number_drawn(samples, in_scope):
    assert not Message.objects.exists()
    assert not queued("mail.deliver")
    assert not InvoiceSeries.objects.exists()
    assert not Invoice.objects.exists()
    assert keeping.add(keeping.NewMember({"first_name": "A", "last_name": "B"}), by=None).number == "1"


def test_nothing_is_ever_sent_to_them(samples):
    letter = Message(template="order-confirmed", recipient=Member.objects.first().email, language="en")
    other = Message(template="order-confirmed", recipient="ada@example.org", language="en", composed_subject="s")
    outbox.post([letter, other])

    assert [letter.state, other.state] == ["held", "queued"]
    assert len(queued("mail.deliver")) == 1
    assert "sample data" in letter.trouble
    with refuses(IsSample):
        resending.send_again(letter)


def test_removed_nothing_is_left_of_it(in_scope, ada):
    before = rows(in_scope)
    making.add(by=ada)
    assert rows(in_scope) != before

    assert kept() == []
    assert rows(in_scope) == before


def test_also_what_was_changed_goes(in_scope, ada):
    before = rows(in_scope)
    making.add(by=ada)
    event, [adult, *_rest] = Event.objects.get(), Member.objects.order_by("pk")
    event.photo.save("p.png", ContentFile(b"p"))
    lifecycle.submit(event)
    Event.objects.update(name="Our own")
    make.attraction(event=event, name="Another")
    keeping.change(adult, {"first_name": "Zoë", "email": "zoe@example.org"}, by=ada)
    home = Household.objects.create()
    Member.objects.filter(pk=adult.pk).update(household=home)
    inner, outer = Group.objects.all()
    groups.change(inner, parent=outer)
    Group.objects.update(capacity=99)

    assert kept() == []
    assert rows(in_scope) == before


def test_there_twice_it_is_refused_and_gone_twice_it_is_nothing(samples, ada):
    with refuses(SamplesAreThere), transaction.atomic():
        making.add(by=ada)
    removing.remove()
    assert removing.remove() == removing.Removal({kind: [] for kind in making.MODELS}, [])
    assert AuditEntry.objects.filter(action="samples.removed").count() == 1
    making.add(by=ada)


def test_a_registration_keeps_its_event_and_what_that_needs(samples, ada):
    event = Event.objects.get()
    lifecycle.submit(event)
    Event.objects.update(state=Event.State.ACCEPTED, registration_opens_at=timezone.now())
    event.refresh_from_db()
    book(event, {TicketType.objects.earliest("pk").pk: 1}, language="en")

    assert [(each.name, str(each.reason)) for each in removing.foreseen().kept] == [
        ("Sample event: members’ evening", "people have registered"), ("Sample form", "it is asked elsewhere"),
    ]  # fmt: skip
    assert len(kept()) == 2
    assert Event.objects.exists()
    assert Form.objects.exists()
    assert not Guest.objects.exists()
    assert not Member.objects.exists()
    assert not SampleRow.objects.exists(), "It is theirs now."
    making.add(by=ada)
    assert [event.slug for event in Event.objects.order_by("pk")] == [
        "sample-event-members-evening", "sample-event-members-evening-2",
    ]  # fmt: skip


def test_who_waits_or_is_a_guest_keeps_it_too(samples):
    event = Event.objects.get()
    WaitingEntry.objects.create(event=event, name="Vera", email="vera@example.org")
    assert kept()[0] == ("Sample event: members’ evening", "people are waiting for a place")


def test_a_guest_that_was_added_keeps_it(samples):
    Guest.objects.create(event=Event.objects.get(), name="The mayor")

    assert kept()[0] == ("Sample event: members’ evening", "there are other guests on its list")
    assert [guest.name for guest in Guest.objects.all()] == ["The mayor"]


def test_what_others_use_stays(samples, ada):
    kind, group, form = MembershipType.objects.earliest("pk"), Group.objects.earliest("pk"), Form.objects.get()
    real = keeping.add(keeping.NewMember({"first_name": "Ada", "last_name": "Real"}, type=kind), by=ada)
    groups.put_in(group, [real])
    Attraction.objects.filter(pk=make.attraction(event=make.event()).pk).update(form=form)
    Member.objects.filter(first_name="Ben").update(user=ada)

    assert kept() == [
        ("Sample form", "it is asked elsewhere"),
        ("Ben Sample", "a login belongs to them"),
        ("Sample group: adults", "other members are, or were, in it"),
        ("Sample: adults", "members have it"),
    ]
    assert memberships.present_type(real) == kind
    assert FeeTable.objects.get().type == kind
    assert sorted(Member.objects.values_list("first_name", flat=True)) == ["Ada", "Ben"]
    making.add(by=ada)
    assert {"Sample: adults", "Sample: adults 2"} <= set(MembershipType.objects.values_list("name", flat=True))


def test_a_member_with_bills_stays(in_scope):
    world = {type(row): row for row in one_of_each.of(in_scope, make.user()).values()}
    SampleRow.objects.create(kind="member", key=world[Member].pk)

    assert kept()[0][1] in ("they have been billed", "a login belongs to them")


def test_added_by_two_at_once_it_is_there_once(transactional_db):
    club = make.organisation()
    with scope(club):
        ada = make.staff("org_admin")

    outcomes = at_once(*[in_scope_of(club, lambda: making.add(by=ada))] * 2)

    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "SamplesAreThere"]
    with scope(club):
        assert Event.objects.count() == 1
    at_once(*[in_scope_of(club, removing.remove)] * 2)
    with scope(club):
        assert not Event.objects.exists()
        assert AuditEntry.objects.filter(action="samples.removed").count() == 1


def test_stopped_half_way_nothing_of_it_is_there(in_scope, ada, monkeypatch):
    """As a worker that was killed: it is one transaction."""
    before = rows(in_scope)
    monkeypatch.setattr(making, "_guests", lambda event: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        making.add(by=ada)

    assert rows(in_scope) == before
    assert Organisation.objects.exists()
