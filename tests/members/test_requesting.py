"""Changing one's own data in the portal, at once or after approval (M3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.utils import timezone

from kring.core.refusals import WrongState
from kring.mail.models import Message
from kring.members import change_mails, households, requesting, terms
from kring.members.merging.running import merge
from kring.members.models import BankAccount, ChangeRequest, Consent, Guardianship, Member, RegisterSettings
from kring.members.refusals import ChangedMeanwhile
from kring.members.requesting import AskerLostTheRight, Decision, DiffersByNow, NotYours, TooManyChangeRequests
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
ADDRESS = {"street": "Dam", "house_number": "1", "house_addition": "", "postal_code": "1012 JS", "city": "Amsterdam"}
ADDRESS |= {"country": "NL"}
IBAN = "NL91ABNA0417164300"


def years_ago(number: int):
    return timezone.localdate() - timedelta(days=number * 366)


def with_login(**fields: Any) -> tuple[Any, Member]:
    user = make.user()
    member = make.member(**fields)
    Member.objects.filter(pk=member.pk).update(user=user)
    member.refresh_from_db()
    return user, member


def mother_and_child() -> tuple[Any, Member, Member]:
    user, eva = with_login(first_name="Eva", birth_date=years_ago(40))
    liv = make.member(first_name="Liv", birth_date=years_ago(9))
    home = households.form([eva, liv])
    households.entrust(households.add_guardian(home, member=eva), liv)
    return user, Member.objects.get(pk=eva.pk), Member.objects.get(pk=liv.pk)


def asked(user: Any, member: Member, **values: Any) -> ChangeRequest:
    requesting.ask(user, member, values)
    found: ChangeRequest = ChangeRequest.objects.open().get(member=member)
    return found


def accepted(request: ChangeRequest, **how: Any) -> Decision:
    return Decision(request, True, seen=requesting.now(request, request.member), **how)


def test_what_the_organisation_leaves_to_members_changes_at_once():
    user, anna = with_login(phone="+31 6 12345678")
    outcome = requesting.ask(user, anna, {"phone": "+31 6 87654321", "first_name": anna.first_name})
    anna.refresh_from_db()
    assert (outcome.changed, anna.phone) == (["phone"], "+31 6 87654321")
    assert not ChangeRequest.objects.exists()
    entry = AuditEntry.objects.filter(action="member.changed").latest("pk")
    assert (entry.old, entry.new) == ({"phone": "+31 6 12345678"}, {"phone": "+31 6 87654321"})


def test_who_was_merged_into_another_meanwhile_is_refused_and_not_lost():
    user, anna = with_login(phone="+31 6 12345678")
    merge(make.member(), anna, {"login": "gone"})
    with refuses(ChangedMeanwhile):
        requesting.ask(user, anna, {"phone": "+31 6 87654321"})


def test_what_needs_approval_waits_and_both_sides_are_told(in_scope):
    user, anna = with_login(last_name="Vries")
    request = asked(user, anna, last_name="Jansen")
    anna.refresh_from_db()
    assert anna.last_name == "Vries"
    assert Message.objects.get().recipient == in_scope.contact_email
    requesting.decide(anna, [accepted(request)], by=make.staff("members"))
    anna.refresh_from_db()
    assert anna.last_name == "Jansen"
    answer = Message.objects.latest("pk")
    assert answer.recipient == user.email
    assert "last name" in answer.text


def test_a_refusal_has_a_reason_that_is_mailed():
    user, anna = with_login(last_name="Vries")
    request = asked(user, anna, last_name="Jansen")
    requesting.decide(anna, [Decision(request, False, reason="Send us a copy of the deed.")], by=make.user())
    anna.refresh_from_db()
    assert anna.last_name == "Vries"
    assert "Send us a copy of the deed." in Message.objects.latest("pk").text


def test_what_is_not_left_to_members_does_not_change_whatever_is_sent():
    RegisterSettings.objects.update_or_create(defaults={"changed_at_once": ["phone"], "changed_with_approval": []})
    user, anna = with_login(last_name="Vries")
    outcome = requesting.ask(user, anna, {"last_name": "Jansen", "number": "1", "notes": "x", "joined_on": None})
    anna.refresh_from_db()
    assert (outcome.changed, outcome.requested, anna.last_name) == ([], [], "Vries")


@pytest.mark.parametrize("part", ["birth_date", "bank_account"])
def test_some_data_never_change_without_approval(part):
    RegisterSettings.objects.update_or_create(defaults={"changed_at_once": [part], "changed_with_approval": []})
    assert terms.terms()[part] == terms.Term.WITH_APPROVAL


def test_asked_again_the_later_request_stands():
    user, anna = with_login(last_name="Vries")
    first = asked(user, anna, last_name="Jansen")
    second = asked(user, anna, last_name="de Boer")
    first.refresh_from_db()
    assert (first.state, second.state) == (ChangeRequest.State.REPLACED, ChangeRequest.State.OPEN)
    with refuses(WrongState):
        requesting.decide(anna, [accepted(first)], by=make.user())


def test_a_request_can_be_withdrawn_and_then_decided_no_more():
    user, anna = with_login(last_name="Vries")
    request = asked(user, anna, last_name="Jansen")
    requesting.withdraw(user, request)
    with refuses(WrongState):
        requesting.decide(anna, [accepted(request)], by=make.user())
    anna.refresh_from_db()
    assert anna.last_name == "Vries"


def test_what_was_changed_meanwhile_is_seen_before_it_is_overwritten():
    user, anna = with_login(last_name="Vries")
    request = asked(user, anna, last_name="Jansen")
    decision = accepted(request)
    Member.objects.filter(pk=anna.pk).update(last_name="Smit")
    with refuses(DiffersByNow):
        requesting.decide(anna, [decision], by=make.user())
    anna.refresh_from_db()
    assert requesting.differs_by_now(request, anna)
    requesting.decide(anna, [Decision(request, True, seen=requesting.now(request, anna))], by=make.user())
    anna.refresh_from_db()
    assert anna.last_name == "Jansen"


def test_a_guardian_who_lost_the_right_meanwhile_gets_nothing_accepted():
    user, _eva, liv = mother_and_child()
    request = asked(user, liv, last_name="Smit")
    households.end(Guardianship.objects.get())
    with refuses(AskerLostTheRight):
        requesting.decide(liv, [accepted(request)], by=make.user())
    with refuses(NotYours):
        requesting.withdraw(user, request)
    assert requesting.decide(liv, [Decision(request, False, reason="No longer your child.")], by=make.user()) == 1


def test_a_child_who_came_of_age_meanwhile_decides_itself():
    user, _eva, liv = mother_and_child()
    request = asked(user, liv, last_name="Smit")
    Member.objects.filter(pk=liv.pk).update(birth_date=years_ago(19))
    with refuses(AskerLostTheRight):
        requesting.decide(liv, [accepted(request)], by=make.user())


def test_a_guardian_who_may_only_see_a_child_changes_nothing_of_it():
    user, _eva, liv = mother_and_child()
    other, jan = with_login(first_name="Jan", birth_date=years_ago(41))
    households.entrust(households.add_guardian(None, member=jan), liv, may_decide=False, is_of_household=False)
    request = asked(user, liv, last_name="Smit")
    outcome = requesting.ask(other, liv, {"phone": "+31 6 87654321", "last_name": "Boer"})
    assert (outcome.changed, outcome.requested) == ([], [])
    with refuses(NotYours):
        requesting.withdraw(other, request)
    with refuses(NotYours):
        requesting.consent(other, liv, {"photo_consent": True})


def test_nobody_else_may_ask():
    user, _eva, liv = mother_and_child()
    stranger, other = with_login()
    for who, member in ((stranger, liv), (user, other)):
        with refuses(NotYours):
            requesting.ask(who, member, {"phone": "+31 6 87654321"})


def test_an_account_number_is_approved_and_never_in_the_log():
    user, anna = with_login(iban="NL20INGB0001234567")
    request = asked(user, anna, iban=IBAN, holder="A. Jansen")
    assert not BankAccount.objects.filter(iban=IBAN).exists()
    requesting.decide(anna, [accepted(request)], by=make.user())
    assert BankAccount.objects.get(member=anna).iban == IBAN
    request.refresh_from_db()
    kept = f"{request.old} {request.new} {list(AuditEntry.objects.values_list('old', 'new'))}"
    assert IBAN not in kept
    assert "NL20INGB0001234567" not in kept


def test_an_address_somebody_typed_is_used_once_its_mail_was_read(in_scope):
    user, anna = with_login(email="old@mail.example")
    assert requesting.ask(user, anna, {"email": "new@mail.example"}).unproved == ["email"]
    anna.refresh_from_db()
    assert anna.email == "old@mail.example"
    mail = Message.objects.get()
    assert mail.recipient == "new@mail.example"
    assert anna.first_name not in mail.text
    token = mail.facts["url"]["link"][0].rstrip("/").rpartition("/")[2]
    found = requesting.behind(token)
    assert found is not None
    requesting.prove(found)
    anna.refresh_from_db()
    assert anna.email == "new@mail.example"
    assert Message.objects.latest("pk").recipient == "old@mail.example"
    assert requesting.behind(token) is None


def test_an_address_the_login_has_proved_needs_no_link():
    user, anna = with_login(email="old@mail.example")
    EmailAddress.objects.create(user=user, email="mine@mail.example", verified=True)
    assert requesting.ask(user, anna, {"email": "mine@mail.example"}).changed == ["email"]


def test_a_link_that_is_made_up_or_of_a_withdrawn_request_proves_nothing():
    user, anna = with_login(email="old@mail.example")
    requesting.ask(user, anna, {"email": "new@mail.example"})
    token = Message.objects.get().facts["url"]["link"][0].rstrip("/").rpartition("/")[2]
    assert requesting.behind(token[:-1]) is None
    requesting.withdraw(user, ChangeRequest.objects.get())
    assert requesting.behind(token) is None


def test_one_who_lost_the_right_confirms_no_address():
    user, _eva, liv = mother_and_child()
    requesting.ask(user, liv, {"email": "new@mail.example"})
    token = Message.objects.get().facts["url"]["link"][0].rstrip("/").rpartition("/")[2]
    households.end(Guardianship.objects.get())
    assert requesting.behind(token) is None


def test_the_household_moves_where_that_is_wanted():
    RegisterSettings.objects.update_or_create(defaults={"changed_at_once": ["address"]})
    user, eva, liv = mother_and_child()
    requesting.ask(user, eva, ADDRESS, moves_household=True)
    liv.refresh_from_db()
    assert liv.city == "Amsterdam"
    requesting.ask(user, eva, ADDRESS | {"city": "Zeist"})
    eva.refresh_from_db()
    liv.refresh_from_db()
    assert (eva.city, eva.has_own_address, liv.city) == ("Zeist", True, "Amsterdam")


def test_nobody_moves_others_without_approval():
    RegisterSettings.objects.update_or_create(defaults={"changed_at_once": ["address"]})
    user, eva, _liv = mother_and_child()
    households.move_in(make.member(first_name="Opa", birth_date=years_ago(70)), eva.household)
    outcome = requesting.ask(user, eva, ADDRESS, moves_household=True)
    assert outcome.requested == ["address"]
    request = ChangeRequest.objects.get()
    requesting.decide(eva, [accepted(request, moves_household=True)], by=make.user())
    assert set(Member.objects.values_list("city", flat=True)) == {"Amsterdam"}


def test_a_minor_does_not_decide_about_account_and_age_where_a_guardian_does():
    _user, _eva, liv = mother_and_child()
    login = make.user()
    Member.objects.filter(pk=liv.pk).update(user=login)
    outcome = requesting.ask(
        login, liv, {"birth_date": years_ago(30), "iban": IBAN, "holder": "", "phone": "+31612345678"}
    )
    assert (outcome.requested, outcome.changed) == ([], ["phone"])


def test_of_those_who_left_the_data_stay():
    user, anna = with_login(state="left", left_on=timezone.localdate())
    assert requesting.ask(user, anna, {"phone": "+31 6 87654321"}).changed == []


def test_consents_are_given_and_withdrawn_with_their_history():
    user, _eva, liv = mother_and_child()
    requesting.consent(user, liv, {"photo_consent": True, "newsletter_consent": None})
    requesting.consent(user, liv, {"photo_consent": False})
    found = Consent.objects.filter(member=liv).order_by("pk").values_list("purpose", "is_given", "source")
    assert list(found) == [("photo", True, "portal"), ("photo", False, "portal")]
    households.end(Guardianship.objects.get())
    with refuses(NotYours):
        requesting.consent(user, liv, {"photo_consent": True})


def test_who_asks_again_and_again_has_staff_told_once():
    cache.clear()
    user, anna = with_login(last_name="Vries")
    for name in ("Jansen", "Smit", "Boer"):
        requesting.ask(user, anna, {"last_name": name})
    assert Message.objects.filter(template=change_mails.REQUESTED).count() == 1


def test_one_login_asks_for_so_many_changes_a_day(monkeypatch):
    """Each address that is typed gets an email."""
    monkeypatch.setattr(requesting, "MOST_A_DAY", 2)
    user, anna = with_login(last_name="Vries")
    for number in range(2):
        requesting.ask(user, anna, {"email": f"new{number}@mail.example"})
    with refuses(TooManyChangeRequests):
        requesting.ask(user, anna, {"email": "new2@mail.example"})
    assert ChangeRequest.objects.get(state=ChangeRequest.State.UNPROVED).new == {"email": "new1@mail.example"}

    ChangeRequest.objects.update(requested_at=timezone.now() - timedelta(days=1, seconds=1))
    assert requesting.ask(user, anna, {"email": "new2@mail.example"}).unproved == ["email"]


def test_whose_right_has_ended_is_not_told_what_became_of_it():
    mother, _eva, liv = mother_and_child()
    request = asked(mother, liv, first_name="Olivia")
    Guardianship.objects.all().delete()
    Message.objects.all().delete()
    requesting.decide(liv, [Decision(request, False)], by=make.user())
    assert not Message.objects.exists()
