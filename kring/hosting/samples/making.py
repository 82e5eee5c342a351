"""Sample data to look around with (T1): an event with its form and guests; members, groups and what they pay.

Made by the verbs of the staff's pages, so it is as if somebody had typed it. Named by `SampleRow`; `removing.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kring.accounts.models import User
from kring.checkin.guests import keeping as guest_list
from kring.checkin.models import Guest
from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.core.transliteration import in_ascii
from kring.dues.fees.keeping import save_table
from kring.dues.fees.tables import Row
from kring.dues.models import FeeTable
from kring.events import editing, editing_parts, form_requirements, naming, organisers
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Event
from kring.forms.form_editing import create_form
from kring.forms.models import Form, Question
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.hosting.models import SampleRow
from kring.mail.sample_addresses import DOMAIN
from kring.members import groups, keeping, memberships
from kring.members.keeping import NewMember
from kring.members.models import Group, Member, MembershipType
from kring.organisations import audit
from kring.organisations.current import current_organisation

Kind = SampleRow.Kind
MODELS: dict[str, type[models.Model]] = {
    Kind.EVENT: Event,
    Kind.GUEST: Guest,
    Kind.FORM: Form,
    Kind.MEMBER: Member,
    Kind.GROUP: Group,
    Kind.TYPE: MembershipType,
}
# Who adds or removes them waits for others who do.
LOCK = "samples"
FIRST_NAMES = {
    "en": ("Alice", "Ben", "Clara", "Daniel", "Emma", "Felix", "Grace", "Harry", "Isla", "Jack"),
    "nl": ("Anouk", "Bram", "Claire", "Daan", "Eva", "Floris", "Hanna", "Jelle", "Lotte", "Thijs"),
    "pl": ("Anna", "Bartek", "Celina", "Dawid", "Ewa", "Filip", "Hanna", "Jan", "Maja", "Tomek"),
}
# The first so many are of age.
ADULTS = 6
COMPANIONS = (0, 1, 3, 0, 2)


class SamplesAreThere(Refusal):
    code = "samples_are_there"
    message = gettext_lazy("There is sample data already. Remove it first.")


def are_there() -> bool:
    """One statement."""
    return bool(SampleRow.objects.exists())


@in_transaction
def add(*, by: User) -> None:
    """In the organisation's language. The event is a draft; nobody gets an email. Raises SamplesAreThere, and
    LimitReached where a plan has no room for them."""
    here = current_organisation()
    lock([LOCK])
    if are_there():
        raise SamplesAreThere
    with translation.override(here.language):
        made = [*_register(by), *_event(by)]
    kinds = {model: kind for kind, model in MODELS.items()}
    SampleRow.objects.bulk_create(SampleRow(kind=kinds[type(row)], key=row.pk) for row in made)
    audit.log("samples.added", here, new={"rows": len(made)})


def _register(by: User) -> Iterable[models.Model]:
    """Two types with their fees, two groups, and the people."""
    adults, youth = (_type(_("Sample: adults"), Decimal(80)), _type(_("Sample: youth"), Decimal(45)))
    seniors = groups.create(_free(Group, _("Sample group: adults")))
    juniors = groups.create(_free(Group, _("Sample group: youth")), capacity=12)
    people = keeping.add_many(list(_people(adults, youth)), by=by)
    groups.put_in(seniors, people[:ADULTS])
    groups.put_in(juniors, people[ADULTS:])
    groups.put_in(juniors, people[:1], part="leader")
    return [adults, youth, seniors, juniors, *people]


def _type(name: str, amount: Decimal) -> MembershipType:
    kind = memberships.create_type(name=_free(MembershipType, name), description=_("Sample data."))
    first = timezone.localdate().replace(month=1, day=1)
    save_table(FeeTable(type=kind, valid_from=first, begins_on=first), [Row(0, None, amount)])
    return kind


def _people(adults: MembershipType, youth: MembershipType) -> Iterable[NewMember]:
    here, today = current_organisation(), timezone.localdate()
    last_name = pgettext("last name", "Sample")
    numbers = _numbers(last_name.upper())
    for place, first_name in enumerate(FIRST_NAMES.get(here.language, FIRST_NAMES["en"])):
        is_adult = place < ADULTS
        values = {
            "number": next(numbers),
            "first_name": first_name,
            "last_name": last_name,
            "birth_date": date(today.year - (24 + 7 * place if is_adult else place + 2), 3, 5 + place),
            "email": f"{in_ascii(first_name).lower()}@{DOMAIN}",
            "city": here.city,
            "joined_on": today.replace(day=1) - timedelta(days=120 * (place + 1)),
            "notes": _("Sample data."),
        }
        yield NewMember(values, type=adults if is_adult else youth)


def _numbers(prefix: str) -> Iterator[str]:
    """Apart from those of members: the counter stays where it is."""
    taken = set(Member.objects.filter(number__startswith=prefix).values_list("number", flat=True))
    numbers = (f"{prefix}-{number}" for number in range(1, 1000))
    return (number for number in numbers if number not in taken)


def _free(model: type[MembershipType] | type[Group], wanted: str) -> str:
    """Not the name of one that stayed when samples were removed."""
    taken = set(model.objects.filter(name__startswith=wanted).values_list("name", flat=True))
    names = (wanted, *(f"{wanted} {number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)


def _event(by: User) -> Iterable[models.Model]:
    here, name = current_organisation(), _("Sample event: members’ evening")
    begin = timezone.localtime(timezone.now(), here.zone) + timedelta(days=45)
    begin = begin.replace(hour=19, minute=30, second=0, microsecond=0)
    event = editing.create_event(
        created_by=by,
        places=80,
        name=name,
        slug=naming.suggest_slug(name),
        code=naming.suggest_code(name, begin.year),
        summary=_("Sample data to look around in: change whatever you like."),
        organiser=organisers.own(),
        location=_("Clubhouse"),
        starts_at=begin,
        ends_at=begin + timedelta(hours=3),
    )
    editing_parts.offer_payment(event, "cash", {})
    form = _form(by)
    attraction = editing_parts.add_attraction(
        event,
        name=_("Entrance"),
        places=None,
        days_to_pay=7,
        ticket_types=[
            TicketTypeWish(pgettext("ticket type", "Members"), Decimal(0)),
            TicketTypeWish(pgettext("ticket type", "Guests"), Decimal(5), places=20),
        ],
    )
    form_requirements.ask_in(attraction, form)
    return [event, form, *_guests(event)]


def _form(by: User) -> Form:
    meals = (ChoiceWish(_("Vegetarian")), ChoiceWish(_("With meat")), ChoiceWish(_("I do not eat with you")))
    questions = [
        QuestionWish(Question.Type.CHOICE, _("What would you like to eat?"), "meal", choices=meals),
        QuestionWish(Question.Type.TEXT, _("Anything we should know?"), "remark"),
    ]
    return create_form(_("Sample form"), questions=questions, created_by=by)


def _guests(event: Event) -> Iterable[Guest]:
    last_name = pgettext("last name", "Sample")
    names = FIRST_NAMES.get(current_organisation().language, FIRST_NAMES["en"])[::-1]
    return [
        guest_list.add(event, name=f"{name} {last_name}", companions=companions, note=_("Sample data."))
        for name, companions in zip(names, COMPANIONS, strict=False)
    ]
