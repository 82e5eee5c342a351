"""The numbers of the dashboard, as far as a role may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.accounts.requests import UserRequest
from kring.billing.models import Order
from kring.core import money
from kring.events import profession_proofs
from kring.events.models import Event
from kring.events.occupancy import Occupancy
from kring.mail.models import Message
from kring.members import deciding
from kring.members.models import ChangeRequest
from kring.payments.models import KEPT, Payment
from kring.waiting import numbers as waiting
from kring.waiting.models import Invitation
from kring.web.manage.dashboard import chores_about_money
from kring.web.manage.dashboard.chore import Chore, if_any
from kring.web.manage.door.attendance import LetIn, let_in
from kring.web.manage.mail.messages_about import about_events
from kring.web.manage.rights import may
from kring.web.manage.waiting.figures import say_wait


@dataclass(frozen=True)
class Stat:
    label: str
    value: object
    icon: str
    url: str = ""
    hint: str = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class UpcomingEvent:
    event: Event
    occupancy: Occupancy
    let_in: LetIn

    @property
    def is_on(self) -> bool:
        return self.event.starts_at <= timezone.now()


def coming(events: list[Event]) -> list[UpcomingEvent]:
    """Needs the events' pools loaded. One statement for all."""
    counts = let_in(events) if events else {}
    return [UpcomingEvent(event, Occupancy.of(event), counts[event.pk]) for event in events]


def stats(request: UserRequest) -> list[Stat]:
    found = []
    if may(request, "see_events"):
        number = Event.objects.filter(ends_at__gte=timezone.now()).count()
        url = f"{reverse('manage:events')}?when=coming"
        found.append(Stat(_("Upcoming events"), number, "calendar-event", url))
    if may(request, "see_registrations"):
        found += _waiting()
    if may(request, "see_orders"):
        found += [_orders_today(), *_income_this_month()]
    return found


def chores(request: UserRequest) -> list[Chore]:
    """Tasks for a person, the most urgent first."""
    found: list[Chore] = []
    if may(request, "see_orders"):
        found += chores_about_money.found(sees_invoices=may(request, "see_invoices"))
    if may(request, "see_mail"):
        found += _about_mail(all_of_it=may(request, "see_all_mail"))
    if may(request, "see_registrations"):
        found += _about_invitations()
    if may(request, "change_events"):
        found += _about_events()
    if may(request, "decide_applications"):
        found += _about_applications()
    if may(request, "change_members"):
        found += _about_changes()
    if may(request, "approve_events"):
        found = [*_to_approve(), *found]
    if may(request, "manage_settings"):
        found += _about_proofs()
    return found


def _orders_today() -> Stat:
    since = start_of_day()
    count = Order.objects.filter(created_at__gte=since, is_test=False, is_of_dues=False).aggregate(
        all=Count("pk"), paid=Count("pk", filter=Q(state=Order.State.PAID))
    )
    hint = _("%(paid)s completed") % {"paid": count["paid"]}
    return Stat(_("Orders today"), count["all"], "shopping-cart", reverse("manage:orders"), hint)


def _income_this_month() -> Iterable[Stat]:
    """Payments received less refunds, one number for each currency. What stays as a gift is income."""
    since = start_of_day().replace(day=1)
    rows = (
        Payment.objects.filter(state=Payment.State.PAID, settled_at__gte=since, is_test=False)
        .values("currency")
        .annotate(kept=Sum(KEPT + F("gifted")))
        .order_by("currency")
    )
    for row in rows:
        yield Stat(_("Income this month"), money.say(row["kept"], row["currency"]), "coin")


def _about_mail(*, all_of_it: bool) -> list[Chore]:
    rows = Message.objects.all() if all_of_it else about_events()
    return if_any(
        (
            rows.failed().count(),
            lambda n: ngettext("%(n)s email could not be sent", "%(n)s emails could not be sent", n),
            f"{reverse('manage:mail')}?state=failed",
            "danger",
        )
    )


def _waiting() -> Iterable[Stat]:
    """Nothing where nobody has ever waited."""
    counted = waiting.of_organisation()
    if not counted.total:
        return
    hint = ngettext("%(n)s invited", "%(n)s invited", counted.invited) % {"n": counted.invited}
    if counted.conversion is not None:
        hint = _("%(invited)s, %(share)s%% registered") % {"invited": hint, "share": counted.conversion}
    url = reverse("manage:waiting_lists")
    yield Stat(_("On waiting lists"), counted.waiting, "hourglass", url, hint)
    came_of_it = f"{_('Registered')}: {counted.converted} · {_('Expired')}: {counted.expired}"
    yield Stat(_("Median wait"), say_wait(counted.median_wait), "calendar-time", url, came_of_it)


def _about_invitations() -> list[Chore]:
    unsent, where_unsent = _counted(waiting.unsent())
    expiring, where_expiring = _counted(waiting.expiring())
    return if_any(
        (
            unsent,
            lambda n: ngettext("%(n)s invitation could not be sent", "%(n)s invitations could not be sent", n),
            where_unsent,
            "danger",
        ),
        (
            expiring,
            lambda n: ngettext("%(n)s invitation ends within a day", "%(n)s invitations end within a day", n),
            where_expiring,
            "info",
        ),
    )


def _counted(invitations: QuerySet[Invitation]) -> tuple[int, str]:
    """How many, and where to see them: the list of their event, or all lists where it is several. One statement."""
    found = invitations.aggregate(number=Count("pk"), first=Min("entry__event"), last=Max("entry__event"))
    if found["number"] and found["first"] == found["last"]:
        return found["number"], reverse("manage:waiting_list", args=[found["first"]])
    return found["number"], reverse("manage:waiting_lists")


def _to_approve() -> list[Chore]:
    return if_any(
        (
            Event.objects.filter(state=Event.State.PENDING).count(),
            lambda n: ngettext("%(n)s event awaiting your approval", "%(n)s events awaiting your approval", n),
            f"{reverse('manage:events')}?state=pending",
            "danger",
        )
    )


def _about_changes() -> list[Chore]:
    return if_any(
        (
            ChangeRequest.objects.open().values("member").distinct().count(),
            lambda n: ngettext("%(n)s member asks for a change of data", "%(n)s members ask for a change of data", n),
            reverse("manage:change_requests"),
            "warning",
        ),
    )


def _about_applications() -> list[Chore]:
    number, with_places = deciding.to_do()
    return if_any(
        (
            number,
            lambda n: ngettext(
                "%(n)s application for membership awaiting a decision",
                "%(n)s applications for membership awaiting a decision",
                n,
            ),
            reverse("manage:applications"),
            "warning",
        ),
        (
            with_places,
            lambda n: ngettext(
                "%(n)s group has a place for somebody who waits", "%(n)s groups have places for people who wait", n
            ),
            reverse("manage:applications_in_line"),
            "warning",
        ),
    )


def _about_events() -> list[Chore]:
    new = Event.objects.filter(state=Event.State.NEW, ends_at__gte=timezone.now()).count()
    return if_any(
        (
            new,
            lambda n: ngettext("%(n)s event not submitted yet", "%(n)s events not submitted yet", n),
            f"{reverse('manage:events')}?state=new",
            "info",
        )
    )


def _about_proofs() -> list[Chore]:
    return if_any(
        (
            profession_proofs.to_check(),
            lambda n: ngettext(
                "%(n)s document that proves a profession to check",
                "%(n)s documents that prove a profession to check",
                n,
            ),
            reverse("manage:profession_proofs"),
            "warning",
        )
    )


def start_of_day() -> datetime:
    """Midnight where the organisation is."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
