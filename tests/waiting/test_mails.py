"""Mails to those who wait, and their recipients (N1)."""

from __future__ import annotations

import pytest

from kring.events.models import Event, WaitingList
from kring.mail.models import Message
from kring.waiting import ending, joining
from kring.waiting.models import WaitingEntry
from tests import make
from tests.waiting.queueing import begin, free_one, let_lapse, pay, sold_out, wait

pytestmark = pytest.mark.usefixtures("in_scope")


def mails_of(entry: WaitingEntry) -> dict[str, Message]:
    return {mail.template: mail for mail in Message.objects.filter(subject_type="entry", subject_id=entry.pk)}


def test_the_mail_of_joining_names_places_and_position():
    attraction = sold_out(places=1, largest_party=3)
    wait(attraction)

    mail = mails_of(wait(attraction, name="eve", party=2))["waiting-joined"]

    assert "(2 places), at position 2" in mail.text


def test_a_parent_is_greeted_and_told_which_child_it_is_about():
    attraction = sold_out()
    mother = wait(attraction, name="Vera", who="Sem")
    father = wait(attraction, name="Piet", who="Saar")

    free_one(attraction)
    let_lapse(mother)
    ending.expire_due()

    message = mails_of(mother)
    assert message.keys() == {"waiting-joined", "waiting-invited", "waiting-expired"}
    for mail in (*message.values(), *mails_of(father).values()):
        parent, child, other = ("Vera", "Sem", "Saar") if mail.subject_id == mother.pk else ("Piet", "Saar", "Sem")
        assert f"Hello {parent}," in mail.text and mail.recipient_name == parent
        assert f"This is about {child}." in mail.text and f"This is about {child}." in mail.html
        assert other not in mail.text


def test_nothing_is_said_of_a_child_to_whoever_waits_herself():
    attraction = sold_out()
    entries = [wait(attraction, name="Vera", who="Sem"), wait(attraction, name="eve")]

    ending.end(attraction.event_id)

    assert "This is about Sem." in mails_of(entries[0])["waiting-ended"].text
    mine = mails_of(entries[1])
    assert "Hello eve," in mine["waiting-ended"].text
    assert not any("This is about" in mail.text for mail in mine.values())


def test_whoever_goes_on_waiting_for_a_child_is_still_known():
    event = make.event(kind=Event.Kind.ENROLMENT)
    first, second = (sold_out(event=event, others=WaitingList.Others.KEEP) for _ in range(2))
    entry = wait(first, second, name="Vera", who="Sem")
    free_one(second)

    pay(begin(entry))

    again = WaitingEntry.objects.live().get()
    assert (again.name, again.reader) == ("Sem", "Vera")


def test_she_who_leaves_is_told_so_in_her_own_name():
    entry = wait(sold_out(), name="Vera", who="Sem")

    joining.leave(entry)

    assert "Hello Vera," in mails_of(entry)["waiting-left"].text
