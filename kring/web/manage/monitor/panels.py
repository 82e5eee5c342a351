"""What the monitor shows: a panel for each part, with figures and a chart of the last 30 days. About 16 statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.checkin.attendance import let_in_by
from kring.checkin.models import Scan
from kring.core import money
from kring.core.heartbeat import is_alive, silence
from kring.events.models import Event
from kring.mail.models import Message
from kring.members.models import Member
from kring.organisations.current import current_organisation
from kring.payments.models import Payment
from kring.registrations.models import Registration
from kring.waiting import numbers as waiting_numbers
from kring.waiting.models import WaitingEntry
from kring.web.manage.door.attendance import LetIn, let_in
from kring.web.manage.monitor import days
from kring.web.manage.monitor.days import Days
from kring.web.manage.monitor.jobs import Jobs
from kring.web.manage.reports import charts
from kring.web.manage.waiting.figures import say_wait


@dataclass(frozen=True)
class Figure:
    label: str
    value: object
    tone: str = ""


@dataclass(frozen=True)
class Panel:
    title: str
    icon: str
    figures: Sequence[Figure]
    chart: SafeString | str = ""
    # What the chart shows.
    caption: str = ""
    events: Sequence[tuple[Event, LetIn]] = field(default_factory=list)


def panels() -> list[Panel]:
    return [members(), registrations(), payments(), waiting_lists(), mail(), jobs(), doors()]


def members() -> Panel:
    first = days.first_day()
    counted = Member.objects.aggregate(
        current=Count("pk", filter=Q(state__in=Member.BELONG)), left=Count("pk", filter=Q(left_on__gte=first))
    )
    today = timezone.localdate()
    rows = Member.objects.filter(joined_on__gte=first, joined_on__lte=today).order_by().values("joined_on")
    joined = days.filled(rows.annotate(number=Count("pk")).values_list("joined_on", "number"))
    figures = [
        Figure(_("Members now"), counted["current"]),
        Figure(_("Joined in 30 days"), days.total(joined)),
        Figure(_("Left in 30 days"), counted["left"]),
    ]
    return _panel(pgettext("people", "Members"), "users", figures, _("Joined per day"), joined)


def registrations() -> Panel:
    real = Registration.objects.filter(line__order__is_test=False)
    confirmed = Q(state=Registration.State.COMPLETED)
    counted = real.filter(event__ends_at__gte=timezone.now()).aggregate(
        coming=Count("pk", filter=confirmed), unpaid=Count("pk", filter=Q(state__in=Registration.UNPAID))
    )
    made = days.per_day(real.exclude(state=Registration.State.EXPIRED), "created_at")
    figures = [
        Figure(pgettext("number", "Today"), days.today(made)),
        Figure(_("Last 30 days"), days.total(made)),
        Figure(_("Confirmed for coming events"), counted["coming"]),
        Figure(_("Not completed yet"), counted["unpaid"]),
    ]
    return _panel(_("Registrations"), "clipboard-list", figures, _("Registrations per day"), made)


def payments() -> Panel:
    real, currency = Payment.objects.filter(is_test=False), current_organisation().currency
    day_ago = timezone.now() - timedelta(days=1)
    counted = real.aggregate(
        open=Count("pk", filter=Q(state__in=Payment.OPEN)),
        failed=Count("pk", filter=Q(state=Payment.State.FAILED, created_at__gte=day_ago)),
    )
    came = real.filter(state=Payment.State.PAID, currency=currency)
    received = days.per_day(came, "settled_at", Sum("amount"))
    figures = [
        Figure(_("Received today"), _money(days.today(received))),
        Figure(_("Received in 30 days"), _money(days.total(received))),
        Figure(_("In progress"), counted["open"]),
        Figure(_("Failed in 24 hours"), counted["failed"], "warning" if counted["failed"] else ""),
    ]
    return _panel(_("Payments"), "coin", figures, _("Received per day"), received)


def waiting_lists() -> Panel:
    counted = waiting_numbers.of_organisation()
    joined = days.per_day(WaitingEntry.objects.all(), "joined_at")
    figures = [
        Figure(_("On waiting lists"), counted.waiting),
        Figure(_("Invited"), counted.invited),
        Figure(_("Registered"), counted.converted),
        Figure(_("Median wait"), say_wait(counted.median_wait)),
    ]
    return _panel(_("Waiting lists"), "hourglass", figures, _("Joined the waiting list per day"), joined)


def mail() -> Panel:
    recent, states = Message.objects.filter(created_at__gte=days.since()), Message.State
    counted = recent.aggregate(
        sent=Count("pk", filter=Q(state=states.SENT)),
        queued=Count("pk", filter=Q(state__in=[states.QUEUED, states.SENDING])),
        failed=Count("pk", filter=Q(state=states.FAILED)),
        held=Count("pk", filter=Q(state=states.HELD)),
    )
    figures = [
        Figure(_("Sent in 30 days"), counted["sent"]),
        Figure(_("Waiting to be sent"), counted["queued"]),
        Figure(_("Held back"), counted["held"], "warning" if counted["held"] else ""),
        Figure(pgettext("emails", "Failed"), counted["failed"], "danger" if counted["failed"] else ""),
    ]
    return _panel(
        pgettext("side bar", "Email"),
        "mail",
        figures,
        _("Emails per day"),
        days.per_day(Message.objects.all(), "created_at"),
    )


def jobs() -> Panel:
    """Those of the organisation; the worker is everybody's."""
    found, works = Jobs.of_organisation(), is_alive(silence())
    figures = [
        Figure(_("Worker"), _("running") if works else _("silent"), "success" if works else "danger"),
        Figure(pgettext("jobs", "Waiting"), found.waiting),
        Figure(pgettext("jobs", "Planned"), found.planned),
        Figure(pgettext("jobs", "Failed"), found.failed, "danger" if found.failed else ""),
    ]
    return Panel(_("Background jobs"), "server", figures)


def doors() -> Panel:
    now = timezone.now()
    on = list(Event.objects.filter(starts_at__lte=now, ends_at__gte=now).exclude(state=Event.State.CANCELLED)[:6])
    counts = let_in(on) if on else {}
    scans = Scan.objects.filter(event__ends_at__gte=days.since())
    inside = days.per_day(scans, "at", let_in_by("result"))
    figures = [
        Figure(_("Events on now"), len(on)),
        Figure(_("Let in today"), days.today(inside)),
        Figure(_("Let in in 30 days"), days.total(inside)),
    ]
    panel = _panel(_("Doors"), "scan", figures, _("Let in per day"), inside)
    return Panel(panel.title, panel.icon, figures, panel.chart, panel.caption, [(each, counts[each.pk]) for each in on])


def _panel(title: str, icon: str, figures: Sequence[Figure], caption: str, numbers: Days) -> Panel:
    return Panel(title, icon, figures, charts.columns(caption, numbers), caption)


def _money(amount: int | Decimal) -> str:
    return money.say(Decimal(amount), current_organisation().currency)
