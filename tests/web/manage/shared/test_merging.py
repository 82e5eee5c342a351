"""Two people change one thing at once (B26): nothing of either is lost, and nobody overwrites what they did not see."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kring.core.tenancy import scope
from kring.events.models import Event
from kring.forms import form_editing
from kring.forms.sheet import QuestionWish
from tests import make
from tests.web.manage import routes
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import errors

pytestmark = pytest.mark.django_db


class Page:
    """A page of change as a browser has it open: what its fields say, to be sent back."""

    def __init__(self, client: Staff, address: str) -> None:
        self.client, self.address = client, address
        self.fields = fields_of(client.get(address).content.decode())

    def save(self, **changes: Any) -> Any:
        answer = self.client.post(self.address, self.fields | changes)
        if answer.status_code == 422:
            self.fields = fields_of(answer.content.decode())
        return answer


def forms_of(html: str) -> list[str]:
    main = html.split("<main", 1)[-1]
    main = re.sub(r"<(template|script)\b.*?</\1>", "", main, flags=re.S)
    return re.findall(r"<form[^>]*method=\"post\".*?</form>", main, flags=re.S)


def fields_of(html: str) -> dict[str, Any]:
    """Of the form that changes what there is."""
    form = next((each for each in forms_of(html) if 'name="began"' in each), "")
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = attribute(tag, "name"), attribute(tag, "value")
        kind = attribute(tag, "type") or "text"
        if not name or " disabled" in tag or kind in ("file", "submit"):
            continue
        if kind in ("checkbox", "radio"):
            if " checked" in tag:
                found.setdefault(name, []).append(value or "on")
        else:
            found[name] = value or ""
    for tag, inside in re.findall(r"(<textarea[^>]*>)(.*?)</textarea>", form, flags=re.S):
        if " disabled" not in tag:
            found[attribute(tag, "name")] = unescape(inside).removeprefix("\n").replace("\n", "\r\n")
    for tag, inside in re.findall(r"(<select[^>]*>)(.*?)</select>", form, flags=re.S):
        chosen = [attribute(each, "value") for each in re.findall(r"<option[^>]* selected[^>]*>", inside)]
        if " disabled" not in tag and chosen:
            found[attribute(tag, "name")] = chosen
    return found


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


@pytest.fixture
def event(organisation: Any) -> Event:
    with scope(organisation):
        return make.event(state="new", name="Gala", summary="Dance", description="Come.\nAll of you.", capacity=40)


def now(event: Event) -> Event:
    with scope(event.organisation):
        return Event.objects.select_related("pool").get(pk=event.pk)


def two(organiser: Staff, name: str, *args: Any) -> tuple[Page, Page]:
    return Page(organiser, url(name, *args)), Page(organiser, url(name, *args))


def test_changes_of_different_fields_both_stand(organiser: Staff, event: Event) -> None:
    first, second = two(organiser, "event_change", event.pk)

    assert first.save(description="Come early.").status_code == 302
    assert second.save(summary="Dance till dawn", places="50").status_code == 302

    saved = now(event)
    assert (saved.description, saved.summary, saved.pool.capacity) == ("Come early.", "Dance till dawn", 50)


def test_who_saves_what_was_opened_and_not_touched_puts_nothing_back(organiser: Staff, event: Event) -> None:
    first, second = two(organiser, "event_change", event.pk)
    first.save(name="Ball", places="", starts_at="2027-06-07T20:00", ends_at="2027-06-08T02:00")
    before = now(event)

    assert second.save().status_code == 302

    after = now(event)
    assert (after.name, after.starts_at, after.pool.capacity) == ("Ball", before.starts_at, None)


def test_one_field_changed_by_both_is_shown_twice_and_saving_again_decides(organiser: Staff, event: Event) -> None:
    first, second = two(organiser, "event_change", event.pk)
    first.save(summary="Dance and dinner", location="Town hall")

    answer = second.save(summary="Dance till dawn", description="Come late.")

    assert answer.status_code == 422
    assert errors(answer).keys() == {"summary"} and "Dance and dinner" in errors(answer)["summary"][0]
    assert (second.fields["summary"], second.fields["description"]) == ("Dance till dawn", "Come late.")
    assert second.fields["location"] == "Town hall"
    assert now(event).summary == "Dance and dinner"
    assert second.save().status_code == 302
    saved = now(event)
    assert (saved.summary, saved.description, saved.location) == ("Dance till dawn", "Come late.", "Town hall")


def test_the_same_change_made_twice_is_no_matter(organiser: Staff, event: Event) -> None:
    first, second = two(organiser, "event_change", event.pk)
    first.save(summary="Dinner")

    assert second.save(summary="Dinner").status_code == 302


def test_rows_of_ticket_types_are_merged_by_what_they_are(organiser: Staff, event: Event) -> None:
    with scope(organiser.organisation):
        attraction = make.attraction(event=event, price=10, name="Hall")
        make.ticket_type(attraction, name="Child", price=5)
    first, second = two(organiser, "attraction", event.pk, attraction.pk)
    first.save(**{"types-0-price": "12.50", "types-2-name": "Friend", "types-2-price": "1.00", "days_to_pay": "7"})

    assert second.save(**{"types-1-price": "6,00", "types-0-description": "With dinner"}).status_code == 302

    with scope(organiser.organisation):
        found = {each.name: (str(each.price), each.description) for each in attraction.ticket_types.all()}
    assert found.pop("Friend") == ("1.00", "")
    assert sorted(found.values()) == [("12.50", "With dinner"), ("6.00", "")]


def test_a_ticket_type_removed_meanwhile_stays_away_unless_it_was_changed_here(organiser: Staff, event: Event) -> None:
    with scope(organiser.organisation):
        attraction = make.attraction(event=event, price=10, name="Hall")
        make.ticket_type(attraction, name="Child", price=5)
    first, untouched = two(organiser, "attraction", event.pk, attraction.pk)
    touched = Page(organiser, url("attraction", event.pk, attraction.pk))
    first.save(**{"types-1-DELETE": "on", "days_to_pay": "7"})

    assert untouched.save(description="A hall").status_code == 302
    assert touched.save(**{"types-1-price": "4.00"}).status_code == 422
    with scope(organiser.organisation):
        assert attraction.ticket_types.count() == 1
    assert touched.save().status_code == 302
    with scope(organiser.organisation):
        assert sorted(str(each.price) for each in attraction.ticket_types.all()) == ["10.00", "4.00"]


def test_two_change_one_question_and_its_choices(organiser: Staff, event: Event) -> None:
    from kring.events import form_requirements
    from kring.forms.sheet import ChoiceWish

    with scope(organiser.organisation):
        attraction = make.attraction(event=event)
        menu = QuestionWish(name="menu", type="choice", label="Menu", choices=(ChoiceWish("Fish"), ChoiceWish("Meat")))
        form = form_editing.create_form("Dinner", questions=[menu])
        form_requirements.ask_in(attraction, form)
    first, second = two(organiser, "attraction_form_question", event.pk, attraction.pk, "menu")
    first.save(**{"label": "Your menu", "choices-2-label": "Vegan"})
    assert second.save(**{"help": "One each", "choices-1-label": "Beef"}).status_code == 302

    with scope(organiser.organisation):
        question = form.current.questions.get()
        choices = [choice.label for choice in question.choices.all()]
    assert (question.label, question.help, choices) == ("Your menu", "One each", ["Fish", "Beef", "Vegan"])


def test_a_made_up_beginning_breaks_nothing(organiser: Staff, event: Event) -> None:
    page = Page(organiser, url("event_change", event.pk))

    for began in ("[]", "{", "[" * 5000, '{".summary": 7}', '{".summary": "x", "types.1.price": null}'):
        assert page.save(began=began, summary="Dance").status_code == 302


def test_a_number_sent_from_a_list_is_not_overwritten_unseen(organiser: Staff, event: Event) -> None:
    with scope(organiser.organisation):
        attraction = make.attraction(event=event)
        make.session(attraction)
    page = organiser.get(url("sessions", event.pk)).content.decode()
    fields = fields_of(page)
    organiser.post(url("fewest_sessions", event.pk, attraction.pk), fields | {"fewest": "1"})

    organiser.post(url("fewest_sessions", event.pk, attraction.pk), fields | {"fewest": "3"})

    with scope(organiser.organisation):
        attraction.refresh_from_db()
    assert attraction.fewest_sessions == 1


# Pages with fields that are filled in already and change nothing that there is.
CHANGE_NOTHING = {
    "event_copy", "event_new", "domain", "attraction_new", "session_new", "rule_add", "waiting_entry_new", "user_new",
    "users_new", "user_second_factor", "login_service_new",
    "waiting_list_new", "attraction_form_question_new", "organiser_new", "eligibility_check", "tokens",
    "registration_cancellation",
    "payment_refund", "payment_confirmation", "member_new", "member_leaving", "member_status", "member_type",
    "membership_type_new", "application_acceptance", "application_waiting", "application_decline",
    "member_document_new", "meeting_new", "group_enrolled", "member_lookup", "export_layout_new", "export_layouts",
    "profession_new", "profession_proof", "price_rule_add", "price_check", "guest_new", "partner_new",
    "partner_quota_new", "campaign_new", "campaign_code_new", "campaign_codes_new", "provider", "taxes",
    "order_invoice", "invoice_correction", "invoice_credit", "order_extension", "refunds_by_file",
    "credit_paying_out",
    "collection_new", "collection_booking", "debit_return", "return_rules",
    "reminder_promise", "reminder_step_new",
    "creditor_new", "mandate_new", "mandate_new_member", "mandate_new_payer", "mandates_adopting",
    "mandate_uploads", "mandate_upload",
    "contribution_correction", "contribution_money", "contribution_run_new",
    "fee_table_new", "reduction_new", "surcharge_new", "fee_check", "dues_books",
}  # fmt: skip


def test_every_form_that_changes_something_knows_what_it_began_with(
    admin: Staff, organisation: Any, world: SimpleNamespace
) -> None:
    with scope(organisation):
        world.message.attachments = [{"kind": "ticket", "id": world.ticket.pk}]
        world.message.save()
        world.staff = make.staff("door")
        form_editing.create_form("Events", purpose="event", questions=[QuestionWish(name="subsidy", label="Subsidy")])
        world.upload.file.save("a.pdf", ContentFile(b"%PDF-"))

    without = {}
    for name in set(routes.names()) - CHANGE_NOTHING:
        answer = admin.get(routes.address(name, world))
        if "text/html" in answer.get("Content-Type", ""):
            for form in forms_of(answer.content.decode()):
                if filled := filled_in(form):
                    without[f"{name}: {re.sub(r'[0-9]+', '', attribute(form, 'action'))}"] = filled

    assert without == {}


def filled_in(form: str) -> list[str]:
    """What of it a person sees filled in; empty when it says what it began with."""
    if 'name="began"' in form or " multiple" in form:
        return []
    seen = [attribute(tag, "name") for tag in re.findall(r"<input[^>]*>", form) if is_filled(tag)]
    seen += [attribute(tag, "name") for tag, typed in re.findall(r"(<textarea[^>]*>)(.*?)</textarea>", form) if typed]
    return [name for name in seen if name]


def is_filled(tag: str) -> bool:
    kind = attribute(tag, "type") or "text"
    if kind in ("hidden", "submit", "file", "radio", "checkbox"):
        return False
    return bool(attribute(tag, "value"))
