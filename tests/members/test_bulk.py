"""Acts on many members: mail, labels and letters, status, groups, types, invitations (M1, N2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kring.mail.models import Message
from kring.members import bulk, groups, households, printing, status, writing
from kring.members.models import Member, MemberBulk, MemberBulkItem, MembershipType
from kring.organisations.models import AuditEntry
from tests import make

pytestmark = pytest.mark.usefixtures("in_scope")
Act = MemberBulk.Act
WORDS = {"subject": "News for {name}", "text": "Dear {reader}, your number is {number}."}
CHILD = timezone.localdate() - timedelta(days=3000)
HOME = {"street": "Kerkweg", "house_number": "1", "postal_code": "3811 AB", "city": "Amersfoort", "country": "NL"}


def outcomes(done: MemberBulk) -> dict[str, str]:
    return {item.member.first_name: item.reason or item.outcome for item in done.items.select_related("member")}


def mailed() -> list[str]:
    return sorted(Message.objects.filter(template="to-members").values_list("recipient", flat=True))


def send(**facts: Any) -> MemberBulk:
    return bulk.begin(Act.MAIL, list(Member.objects.all()), by=None, **WORDS | facts)


def test_a_mail_goes_once_to_each_address_and_names_all_who_share_it():
    for name in ("Eva", "Liv"):
        make.member(first_name=name, email="home@mail.example")
    make.member(first_name="Jan", email="jan@mail.example")
    send()
    assert mailed() == ["home@mail.example", "jan@mail.example"]
    together = Message.objects.get(recipient="home@mail.example")
    assert "Eva Jansen" in together.facts["title"] and "Liv Jansen" in together.facts["title"]


def test_parents_read_what_is_written_to_children_without_an_address():
    child = make.member(first_name="Liv", birth_date=CHILD)
    mother = make.member(first_name="Eva", email="eva@mail.example", birth_date=date(1980, 1, 1))
    households.entrust(households.add_guardian(None, member=mother), child)
    done = bulk.begin(Act.MAIL, [child], by=None, **WORDS)
    assert (mailed(), outcomes(done)) == (["eva@mail.example"], {"Liv": "done"})


def test_who_is_left_out_is_told_with_the_reason():
    make.member(first_name="None")
    make.member(first_name="Silent", email="silent@mail.example", newsletter_consent=False)
    make.member(first_name="Willing", email="willing@mail.example", newsletter_consent=True)
    done = send(newsletter=True)
    reasons = {"None": "No consent to the newsletter.", "Silent": "No consent to the newsletter.", "Willing": "done"}
    assert (outcomes(done), mailed()) == (reasons, ["willing@mail.example"])


@pytest.mark.parametrize("also_others", [False, True])
def test_who_left_is_written_to_only_on_wish_and_who_died_never(also_others):
    for name, state in (("Left", "left"), ("Dead", "deceased"), ("Suspended", "suspended")):
        member = make.member(first_name=name, email=f"{name.lower()}@mail.example", **HOME)
        status.change_status(member, state)
    send(also_others=also_others)
    found = printing.addressed(Member.objects.all(), per_household=False, also_others=also_others)
    names = sorted(each.members[0].first_name for each in found.addressees)
    assert mailed() == (["left@mail.example", "suspended@mail.example"] if also_others else [])
    assert names == (["Left", "Suspended"] if also_others else [])


def test_who_dies_before_the_mail_goes_out_gets_none(monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    member = make.member(email="jan@mail.example")
    done = send(also_others=True)
    status.change_status(member, "deceased")
    assert not bulk.proceed(done)
    assert mailed() == []


def test_who_withdraws_the_consent_before_the_newsletter_goes_out_gets_none(monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    for name in ("Eva", "Mia"):
        make.member(first_name=name, email="home@mail.example", newsletter_consent=True)
    done = send(newsletter=True)
    Member.objects.filter(first_name="Mia").update(newsletter_consent=False)
    bulk.proceed(done)
    assert "Mia" not in Message.objects.get(recipient="home@mail.example").facts["title"]
    assert outcomes(done) == {"Eva": "done", "Mia": "No consent to the newsletter."}


def test_whose_guardianship_ends_before_the_mail_goes_out_gets_none(monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    liv, sem = (make.member(first_name=name, birth_date=CHILD) for name in ("Liv", "Sem"))
    eva, tom = (households.add_guardian(None, name=name, email=f"{name}@mail.example") for name in ("eva", "tom"))
    for guardian, child in ((eva, liv), (tom, liv), (eva, sem)):
        households.entrust(guardian, child, is_of_household=False)
    done = send()
    for right in eva.guardianships.all():
        households.end(right)
    assert not bulk.proceed(done)
    assert mailed() == ["tom@mail.example"]
    assert outcomes(done) == {"Liv": "done", "Sem": "There is no email address."}


def test_who_has_another_address_by_now_is_not_written_to_at_the_old_one(monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    make.member(first_name="Jan", email="old@mail.example")
    done = send()
    Member.objects.update(email="new@mail.example")
    bulk.proceed(done)
    assert (mailed(), outcomes(done)) == ([], {"Jan": "No longer reached at the address of that moment."})


def test_thousands_go_in_parts_and_each_mail_once(monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    for number in range(5):
        make.member(email=f"a{number}@mail.example")
    done = send()
    assert [bulk.proceed(done, most=2) for _ in range(4)] == [True, True, False, False]
    assert len(mailed()) == 5
    assert MemberBulk.objects.get().finished_at is not None


def test_a_part_of_a_mail_costs_the_same_however_many_it_has(monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    for number in range(24):
        make.member(email=f"a{number}@mail.example")
    done, costs = send(), []
    for most in (2, 20):
        with CaptureQueriesContext(connection) as run:
            bulk.proceed(done, most=most)
        costs.append(len(run))
    assert costs[0] == costs[1] <= 12


def test_a_button_pressed_twice_sends_once_and_another_text_is_another_mail():
    make.member(email="a@mail.example")
    assert send() == send()
    assert send(text="Something else.") != send()
    assert len(mailed()) == 2


def test_a_text_of_people_is_no_markup_in_a_mail():
    make.member(first_name="*Eva*", email="eva@mail.example")
    send()
    assert "<em>" not in str(Message.objects.get().facts)


def test_a_status_is_changed_with_a_reason_where_it_can_be():
    active, gone = make.member(first_name="A"), make.member(first_name="B")
    status.change_status(gone, "deceased")
    facts = {"state": "suspended", "on": str(timezone.localdate()), "reason": "Not paid"}
    people = list(Member.objects.order_by("pk"))
    assert {
        why: [each.first_name for each in some] for why, some in bulk.foresee(Act.STATUS, people, facts).items()
    } == {"The status is “deceased”.": ["B"]}
    done = bulk.begin(Act.STATUS, people, by=None, **facts)
    active.refresh_from_db()
    assert (active.state, active.status_periods.first().reason) == ("suspended", "Not paid")
    assert [item.outcome for item in done.items.all()] == ["done", "refused"]


def test_members_are_put_into_a_group_while_there_are_places_and_taken_out_again():
    team = groups.create("U8", capacity=2)
    people = [make.member(first_name=name) for name in "ABC"]
    groups.put_in(team, people[:1])
    done = bulk.begin(Act.JOIN, people, by=None, group=team.pk, season=None)
    assert [item.outcome for item in done.items.all()] == ["nothing", "done", "refused"]
    assert bulk.foresee(Act.JOIN, people, {"group": team.pk}) == {"In the group already.": people[:2]}
    done = bulk.begin(Act.LEAVE, people, by=None, group=team.pk)
    assert [item.outcome for item in done.items.all()] == ["done", "done", "nothing"]


def test_a_type_is_given_from_a_day_on():
    kind = MembershipType.objects.create(name="Adult")
    people = [make.member(first_name="A"), make.member(first_name="B", type=kind)]
    facts = {"type": kind.pk, "since": str(timezone.localdate())}
    assert bulk.foresee(Act.TYPE, people, facts) == {"Of this type already.": people[1:]}
    bulk.begin(Act.TYPE, people, by=None, **facts)
    assert people[0].memberships.get().type == kind


def test_a_group_or_type_that_is_deleted_before_its_turn_is_a_refusal_of_each(monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    team, kind, person = groups.create("U8"), MembershipType.objects.create(name="Adult"), make.member()
    joining = bulk.begin(Act.JOIN, [person], by=None, group=team.pk, season=None)
    typing = bulk.begin(Act.TYPE, [person], by=None, type=kind.pk, since=str(timezone.localdate()))
    team.delete()
    kind.delete()
    for done in (joining, typing):
        while bulk.proceed(done):
            pass
        done.refresh_from_db()
        assert ([item.outcome for item in done.items.all()], done.finished_at is not None) == (["refused"], True)


def test_each_address_gets_one_invitation():
    people = [make.member(first_name=name, email="home@mail.example") for name in "AB"] + [make.member(first_name="C")]
    assert list(bulk.foresee(Act.INVITE, people, {})) == ["There is no email address."]
    done = bulk.begin(Act.INVITE, people, by=None)
    assert Message.objects.filter(template="member-invitation").count() == 1
    assert [item.outcome for item in done.items.all()] == ["done", "nothing", "nothing"]


def test_what_was_done_is_in_the_log_with_its_number():
    make.member(email="a@mail.example")
    send()
    assert AuditEntry.objects.get(action="members.bulk").new == {
        "act": "mail",
        "number": 1,
        "subject": "News for {name}",
    }


def test_a_household_gets_one_label_and_who_has_an_address_of_their_own_another():
    people = [make.member(first_name=name, **HOME) for name in ("Eva", "Liv")]
    households.form(people)
    other = make.member(first_name="Jan", **HOME | {"street": "Elders"})
    households.move_in(other, Member.objects.get(pk=people[0].pk).household)
    make.member(first_name="Nowhere")
    rows = Member.objects.select_related("household").order_by("pk")
    found = printing.addressed(rows, per_household=True, also_others=False)
    assert [each.lines for each in found.addressees] == [
        ["Family Jansen", "Kerkweg 1", "3811 AB  Amersfoort"],
        ["Jan Jansen", "Elders 1", "3811 AB  Amersfoort"],
    ]
    assert [member.first_name for member in found.without] == ["Nowhere"]
    assert len(printing.addressed(rows, per_household=False, also_others=False).addressees) == 3


def test_labels_and_letters_are_documents_of_as_many_pages_as_it_takes():
    from io import BytesIO

    from pypdf import PdfReader

    members = [make.member(first_name=f"A{number}", **HOME) for number in range(4)]
    found = printing.addressed(members, per_household=False, also_others=False).addressees
    labels = PdfReader(BytesIO(printing.labels(found, printing.SHEETS["l7160"], first=20)))
    letters = PdfReader(BytesIO(printing.letters(found, subject="To {name}", text="Dear {first_name},\n\nBye.")))
    assert (len(labels.pages), len(letters.pages)) == (2, 4)
    assert "A0 Jansen" in labels.pages[0].extract_text() and "A3 Jansen" in labels.pages[1].extract_text()
    assert "Dear A2," in letters.pages[2].extract_text()
    assert AuditEntry.objects.filter(action="members.printed").count() == 2


def test_no_item_is_left_waiting():
    people = [make.member() for _ in range(3)]
    bulk.begin(Act.STATUS, people, by=None, state="honorary", on=str(timezone.localdate()), reason="")
    assert not MemberBulkItem.objects.filter(outcome="").exists()


def test_only_known_placeholders_are_taken():
    from kring.mail.placeholders import UnknownPlaceholder
    from tests.refusing import refuses

    with refuses(UnknownPlaceholder):
        writing.check("{iban}")
