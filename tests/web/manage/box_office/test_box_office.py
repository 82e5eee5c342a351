"""The pages of the box office (D4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.accounts.models import Role
from kring.billing.models import Order
from kring.box_office import shifts
from kring.box_office.models import SaleKind, Shift, Taking
from kring.core.tenancy import scope
from kring.events.pricing import Effect, Rule, keeping
from kring.organisations.models import AuditEntry
from kring.places.models import Pool
from kring.registrations.models import Registration
from tests import make, pdf
from tests.registrations import price_rules
from tests.web.manage.conftest import Staff, url
from tests.web.reading import words

pytestmark = pytest.mark.django_db

KEY = "k" * 32


@pytest.fixture
def seller(staff: Any) -> Staff:
    return staff(Role.Name.BOX_OFFICE)


@pytest.fixture
def desk(seller: Staff) -> Any:
    """What is sold: the one ticket type of an event of today."""
    with scope(seller.organisation):
        shifts.open_shift(seller.user, opening_cash=Decimal(50))
        return make.attraction(event=make.event_today(), price="12.50", capacity=20).ticket_types.get()


def sell(client: Staff, ticket_type: Any, **given: Any) -> Any:
    with scope(client.organisation):
        event, kind = ticket_type.attraction.event, SaleKind.objects.all()[0]
    number = given.pop("number", "1")
    data = {f"number-{ticket_type.pk}": number, "kind": kind.pk, "language": "en", "key": KEY}
    return client.act("box_office_event", event.pk, **data | given)


def test_a_shift_is_opened_before_anything_is_sold(seller: Staff) -> None:
    assert "Open shift" in words(seller.page("box_office"))

    answer = seller.act("box_office", opening_cash="150,50", paper="roll")

    assert answer.status_code == 302
    with scope(seller.organisation):
        shift = Shift.objects.get()
        assert (shift.seller, shift.opening_cash, shift.paper) == (seller.user, Decimal("150.50"), "roll")
    assert "open since" in words(seller.page("box_office"))


@pytest.mark.parametrize("cash", ["", "-1", "much", "1.234", "99999999"])
def test_a_drawer_with_no_sum_in_it_is_refused(seller: Staff, cash: str) -> None:
    answer = seller.act("box_office", opening_cash=cash, paper="a4")

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["opening_cash"])


def test_without_a_shift_the_page_of_an_event_leads_to_opening_one(seller: Staff) -> None:
    with scope(seller.organisation):
        attraction = make.attraction()

    answer = seller.page("box_office_event", attraction.event_id)

    assert answer.headers["Location"] == url("box_office")


def test_ten_tickets_are_sold_and_printed(seller: Staff, desk: Any) -> None:
    answer = sell(seller, desk, number="10")

    with scope(seller.organisation):
        taking = Taking.objects.get()
        assert Registration.objects.filter(state="completed").count() == 10
    assert answer.headers["Location"] == url("box_office_sale", taking.pk)
    page = words(seller.page("box_office_sale", taking.pk))
    assert "€125.00" in page and "without a name" in page
    made = seller.page("box_office_paper", taking.pk, "roll")
    assert (made["Content-Type"], pdf.number_of_pages(made.content)) == ("application/pdf", 11)
    assert pdf.number_of_pages(seller.page("box_office_paper", taking.pk, "a4", only="receipt").content) == 1
    assert seller.get(url("box_office_paper", taking.pk, "a5")).status_code == 404


def test_the_same_form_sent_twice_sells_once_and_leads_to_the_same_sale(seller: Staff, desk: Any) -> None:
    first, second = sell(seller, desk, number="2"), sell(seller, desk, number="2")

    assert first.headers["Location"] == second.headers["Location"]
    with scope(seller.organisation):
        assert Order.objects.count() == 1


def test_a_price_that_changed_while_the_page_was_open_is_shown_before_anything_is_sold(
    seller: Staff, desk: Any
) -> None:
    seen = f'name="seen-{desk.pk}" value="%s"'
    assert seen % "12.50" in seller.page("box_office_event", desk.attraction.event_id).content.decode()
    with scope(seller.organisation):
        type(desk).objects.filter(pk=desk.pk).update(price=Decimal(15))

    answer = sell(seller, desk, **{f"seen-{desk.pk}": "12.50"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"number-{desk.pk}"])
    assert seen % "15.00" in answer.content.decode()
    assert sell(seller, desk, **{f"seen-{desk.pk}": "15.00"}).status_code == 302
    with scope(seller.organisation):
        assert Order.objects.get().total == Decimal(15)


def test_a_new_page_has_another_key_and_sells_again(seller: Staff, desk: Any) -> None:
    keys = {seller.page("box_office_event", desk.attraction.event_id).context["form"]["key"].value() for _ in range(2)}

    for key in keys:
        sell(seller, desk, key=key)

    with scope(seller.organisation):
        assert Order.objects.count() == 2


@pytest.mark.parametrize("price", ["-0.01", "12.505", "999999999", "abc", "NaN", ""])
def test_another_price_that_is_none_is_refused_beside_its_field(seller: Staff, desk: Any, price: str) -> None:
    other = {"other-type-0": desk.pk, "other-number-0": "1", "other-price-0": price, "other-reason-0": "Why not"}

    answer = sell(seller, desk, number="", **other)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["other-price-0"])
    assert "Why not" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": ""}, "__all__"),
        ({"number": "-1"}, "number"),
        ({"number": "21"}, "number"),
        ({"number": "²"}, "number"),
        ({"kind": "0"}, "kind"),
        ({"kind": "x" * 30}, "kind"),
        ({"email": "jan@example.org"}, "name"),
        ({"email": "no address", "name": "Jan"}, "email"),
        ({"language": "fr"}, "language"),
        ({"key": "short"}, "key"),
        ({"reason": "x" * 201}, "reason"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    seller: Staff, desk: Any, given: dict[str, str], field: str
) -> None:
    answer = sell(seller, desk, **given)

    errors = [name.partition("-")[0] for name in answer.context["form"].errors]
    assert (answer.status_code, errors) == (422, [field])
    with scope(seller.organisation):
        assert not Order.objects.exists()


def test_another_price_and_a_free_kind_need_a_reason(seller: Staff, desk: Any) -> None:
    with scope(seller.organisation):
        vip = SaleKind.objects.filter(takes="nothing")[0]
    other = {"other-type-0": desk.pk, "other-price-0": "5"}

    for given in (other, {"kind": vip.pk}):
        answer = sell(seller, desk, **given)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    assert sell(seller, desk, **other, reason="Came on foot").status_code == 302

    with scope(seller.organisation):
        assert [*Order.objects.get().lines.values_list("amount", "reason")] == [
            (Decimal("12.50"), ""),
            (Decimal(5), "Came on foot"),
        ]


def test_where_too_few_places_are_left_they_are_raised_with_a_reason(seller: Staff, desk: Any) -> None:
    with scope(seller.organisation):
        Pool.objects.update(capacity=1)

    refused = sell(seller, desk, number="3")
    assert refused.status_code == 422
    assert "There are not enough places left" in words(refused) and "Why there are more places" in words(refused)
    assert "Why there are more places" not in words(seller.page("box_office_event", desk.attraction.event_id))
    sold = sell(seller, desk, number="3", more_places="Chairs from next door")

    assert sold.status_code == 302
    with scope(seller.organisation):
        assert Pool.objects.get().capacity == 3
        assert AuditEntry.objects.get(action="places.changed").new["reason"] == "Chairs from next door"


def test_a_shift_that_was_closed_meanwhile_sells_nothing(seller: Staff, desk: Any) -> None:
    with scope(seller.organisation):
        shifts.close(Shift.objects.get(), counted=Decimal(50), note="", by=seller.user)

    answer = sell(seller, desk)

    assert answer.headers["Location"] == url("box_office")
    with scope(seller.organisation):
        assert not Order.objects.exists()


def test_tickets_are_taken_back_with_a_reason(seller: Staff, desk: Any) -> None:
    sell(seller, desk, number="2")
    with scope(seller.organisation):
        taking = Taking.objects.get()
        lines = [line.pk for line in taking.payment.order.lines.all()]

    assert seller.act("box_office_undoing", taking.pk, lines=lines[:1]).status_code == 422
    assert seller.act("box_office_undoing", taking.pk, reason="None").status_code == 422
    answer = seller.act("box_office_undoing", taking.pk, lines=lines[:1], reason="One too many")

    assert answer.status_code == 302
    page = words(seller.page("box_office_sale", taking.pk))
    assert "taken back" in page and "Given back €12.50" in page
    assert seller.act("box_office_undoing", taking.pk, lines=lines[:1], reason="Again").status_code == 422


def test_a_shift_is_counted_closed_once_and_its_report_printed(seller: Staff, desk: Any) -> None:
    sell(seller, desk, number="2")
    with scope(seller.organisation):
        shift = Shift.objects.get()

    assert "Expected" not in words(seller.page("shift", shift.pk)) + words(seller.page("shift_closing", shift.pk))
    assert seller.act("shift_closing", shift.pk, counted="-1").status_code == 422
    assert seller.act("shift_closing", shift.pk, counted="74", note="A coin fell").status_code == 302
    again = seller.act("shift_closing", shift.pk, counted="99")

    assert (again.status_code, "This shift is closed" in words(again)) == (422, True)
    page = words(seller.page("shift", shift.pk))
    assert "Expected cash €75.00 Counted cash €74.00 Difference -€1.00 does not add up" in page
    assert "A coin fell" in pdf.text_of(seller.page("shift_report", shift.pk).content)


def test_everybody_sees_their_own_shifts_and_the_treasurer_all(
    seller: Staff, treasurer: Staff, staff: Any, desk: Any
) -> None:
    sell(seller, desk)
    other = staff(Role.Name.BOX_OFFICE)
    with scope(seller.organisation):
        shift, taking = Shift.objects.get(), Taking.objects.get()

    pages = [
        ("shift", shift.pk),
        ("shift_closing", shift.pk),
        ("shift_report", shift.pk),
        ("box_office_sale", taking.pk),
        ("box_office_paper", taking.pk, "a4"),
        ("box_office_undoing", taking.pk),
    ]
    assert {other.page(*page).status_code for page in pages} == {404}
    assert {treasurer.page(*page).status_code for page in pages} == {200}
    assert "Shift 1" in words(treasurer.page("shifts")) and "Shift 1" not in words(other.page("shifts"))
    with scope(seller.organisation):
        lines = [line.pk for line in taking.payment.order.lines.all()]
    assert treasurer.act("box_office_undoing", taking.pk, lines=lines, reason="Not mine").status_code == 422
    assert treasurer.act("shift_closing", shift.pk, counted="62.50").status_code == 302
    assert "closed by" in words(treasurer.page("shift", shift.pk))


@pytest.mark.parametrize("role", [Role.Name.ORGANISER, Role.Name.DOOR, Role.Name.MONITOR, Role.Name.MEMBER])
def test_nobody_without_the_right_sells_or_looks(staff: Any, seller: Staff, desk: Any, role: str) -> None:
    other = staff(role)

    assert sell(other, desk).status_code == 403
    assert {other.page(name).status_code for name in ("box_office", "shifts")} == {403}


def test_somebody_of_another_organisation_is_a_stranger(seller: Staff, desk: Any) -> None:
    sell(seller, desk)
    with scope(seller.organisation):
        taking, shift = Taking.objects.get(), Shift.objects.get()
    elsewhere = make.organisation()
    with scope(elsewhere):
        stranger = make.staff(Role.Name.BOX_OFFICE)
        shifts.open_shift(stranger, opening_cash=Decimal(0))
    here, there = Staff(seller.organisation, stranger), Staff(elsewhere, stranger)

    assert here.page("box_office").status_code == 403
    assert there.page("box_office_sale", taking.pk).status_code == 404
    assert there.page("shift", shift.pk).status_code == 404
    assert sell(there, desk).status_code == 404


def test_the_page_of_an_event_costs_the_same_for_one_type_and_for_many(
    seller: Staff, desk: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14) as first:
        seller.page("box_office_event", desk.attraction.event_id)
    with scope(seller.organisation):
        for number in range(5):
            make.ticket_type(desk.attraction, price=number)

    with django_assert_max_num_queries(len(first)):
        seller.page("box_office_event", desk.attraction.event_id)


def test_kinds_are_the_organisations_own_list(admin: Staff) -> None:
    assert "There are no kinds yet" in words(admin.page("sale_kinds"))
    admin.act("sale_kinds")
    admin.act("sale_kind_new", name_en="Voucher", name_nl="Bon", takes="elsewhere", is_active="on")
    with scope(admin.organisation):
        voucher = SaleKind.objects.get(names__en="Voucher")

    assert admin.act("sale_kind_new", takes="cash").context["form"].errors.keys() == {"name_en"}
    admin.act("sale_kind_position", voucher.pk, to="up")
    admin.act("sale_kind", voucher.pk, name_en="Gift voucher", takes="cash")

    with scope(admin.organisation):
        voucher.refresh_from_db()
        assert (voucher.name, voucher.takes, voucher.is_active) == ("Gift voucher", "elsewhere", False)
        assert [each.name for each in SaleKind.objects.all()][-2:] == ["Gift voucher", "Compensation"]


def test_a_kind_that_was_used_is_not_removed_and_another_is(admin: Staff, seller: Staff, desk: Any) -> None:
    sell(seller, desk)
    with scope(admin.organisation):
        used, *_others, unused = SaleKind.objects.all()

    admin.act("sale_kind_removal", used.pk)
    assert "was used and cannot be removed" in words(admin.page("sale_kind", used.pk))
    admin.act("sale_kind_removal", unused.pk)

    with scope(admin.organisation):
        assert SaleKind.objects.filter(pk=used.pk).exists()
        assert not SaleKind.objects.filter(pk=unused.pk).exists()


def test_the_page_of_the_order_names_the_kind(seller: Staff, treasurer: Staff, desk: Any) -> None:
    sell(seller, desk)
    with scope(seller.organisation):
        number = Order.objects.get().number

    assert "Box office: Cash" in words(treasurer.page("order", number))
    assert "without a name" in words(treasurer.page("orders"))


def test_the_desk_finds_a_ticket_and_takes_the_difference_to_the_full_price(seller: Staff, desk: Any) -> None:
    sell(seller, desk, name="Marie de Vries")
    with scope(seller.organisation):
        line = Order.objects.get().lines.get()
        line.amount, line.trace = Decimal("7.50"), [{"rule": 1, "words": {"en": "Student"}, "amount": "-5.00"}]
        line.save()
        rule = Rule(1, 1, "profession", {}, Effect.AMOUNT_OFF, Decimal(5), combines=False, words={"en": "Student"})
        Order.objects.update(price_rules=keeping.as_kept([rule]))
        ticket, cash = Registration.objects.get(), SaleKind.objects.all()[0]
    event = desk.attraction.event_id

    assert "No ticket was found." in words(seller.act("box_office_tickets", event, q="Nobody"))
    one_letter = seller.act("box_office_tickets", event, q="m")
    assert one_letter.status_code == 422 and "Type at least two letters of a word." in words(one_letter)
    page = words(seller.act("box_office_tickets", event, q="marie"))
    assert "Marie de Vries" in page and "€7.50, Student" in page and "Take €5.00: Cash" in page
    assert seller.act("box_office_difference", ticket.pk, seen="sNaN", kind=cash.pk).status_code == 302
    refused = seller.act("box_office_difference", ticket.pk, seen="x", kind="x")
    taken = seller.act("box_office_difference", ticket.pk, seen="5.00", kind=cash.pk)

    assert refused.headers["Location"] == url("box_office")
    assert "/sales/" in taken.headers["Location"]
    assert "Take €5.00" not in words(seller.act("box_office_tickets", event, q="marie"))


def test_where_the_buyer_chooses_the_price_is_typed_beside_the_number(seller: Staff, desk: Any) -> None:
    with scope(seller.organisation):
        desk.attraction.ticket_types.update(lowest_price=Decimal(5))
    price = f"price-{desk.pk}"

    refused = sell(seller, desk, number="2", **{price: "4"})
    assert refused.status_code == 422
    assert "choose a price of at least €5.00" in words(refused)
    sell(seller, desk, number="2", **{price: "7,50"})

    with scope(seller.organisation):
        order = Order.objects.get()
        assert (order.total, {each.is_chosen for each in order.lines.all()}) == (Decimal(15), {True})


def test_who_only_sells_sees_the_box_office_and_nothing_of_orders_and_registrations(seller: Staff) -> None:
    assert {seller.page(name).status_code for name in ("dashboard", "orders", "registrations")} == {403}

    page = seller.page("box_office")

    shown = [link.url for link in page.context["navigation"]]
    assert url("box_office") in shown
    assert not {url("dashboard"), url("orders"), url("registrations")} & {*shown}
    # The way back from public pages.
    assert url("box_office") in [link.url for link in seller.get("/").context["account_menu"]]


def test_logging_in_leads_a_seller_to_the_box_office(seller: Staff) -> None:
    seller.logout()

    answer = seller.post("/accounts/login/", {"login": seller.user.email, "password": make.PASSWORD})

    assert answer["Location"] == url("box_office")


def test_one_ticket_is_printed_again_without_the_receipt(seller: Staff, desk: Any) -> None:
    sell(seller, desk, number="3")
    with scope(seller.organisation):
        taking, line = Taking.objects.get(), Order.objects.get().lines.all()[1]
        other = make.attraction()
    assert f"?line={line.pk}" in seller.page("box_office_sale", taking.pk).content.decode()

    printed = seller.page("box_office_paper", taking.pk, "roll", line=line.pk)

    assert pdf.number_of_pages(printed.content) == 1
    assert "Receipt" not in pdf.text_of(printed.content)
    for wrong in (other.pk + 999_999, "x", "9" * 30):
        assert seller.page("box_office_paper", taking.pk, "roll", line=wrong).status_code == 404


def test_the_seller_states_the_profession_whose_card_was_shown(seller: Staff, desk: Any) -> None:
    assert "Profession" not in words(seller.page("box_office_event", desk.attraction.event_id))
    with scope(seller.organisation):
        price_rules.student(desk.attraction.event)
    page = seller.page("box_office_event", desk.attraction.event_id)
    assert "Profession, if its card was shown" in words(page)
    assert "&quot;student&quot;: &quot;7.50&quot;" in page.content.decode()

    sell(seller, desk, number="2", profession="student")

    with scope(seller.organisation):
        assert Order.objects.get().total == Decimal(15)


def test_names_are_typed_one_a_line(seller: Staff, desk: Any) -> None:
    refused = sell(seller, desk, number="1", names="Ada\nKim")
    assert "There are more names than tickets (1)." in words(refused)

    sell(seller, desk, number="3", names="  Ada \n\nKim\n\n")

    with scope(seller.organisation):
        assert [each.attendee_name for each in Registration.objects.order_by("pk")] == ["Ada", "", "Kim"]
