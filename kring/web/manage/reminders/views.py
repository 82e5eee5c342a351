"""What goes next, and what went."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates, money
from kring.dues import transfers
from kring.dues.models import Payer, Reminder, ReminderSettings, ReminderStep
from kring.dues.reminding import pausing, planning, schedule
from kring.web.manage.pages import ask, carry_out, show, show_list
from kring.web.manage.reminders.filters import ReminderFilter
from kring.web.manage.reminders.table import ReminderTable
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools

# On the page; the rest is counted.
MOST = 50


@needs("see_dues")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """A dry run of the next day on which reminders go, or of today."""
    today = timezone.localdate()
    settings = ReminderSettings.objects.first()
    next_on = timezone.localtime(settings.next_at).date() if settings and settings.next_at else None
    on = today if "today" in request.GET else max(next_on or today, today)
    plan = planning.plan(on)
    return show(
        request,
        "manage/reminders/next.html",
        plan=plan,
        going=plan.going[:MOST],
        left_out=plan.left_out[:MOST],
        reasons=Counter(each.why.label for each in plan.left_out).most_common(),
        more=max(len(plan.going) - MOST, 0) + max(len(plan.left_out) - MOST, 0),
        is_today=on == today,
        settings=settings,
        has_steps=ReminderStep.objects.exists(),
        has_account=transfers.receiver() is not None,
        letters=Reminder.objects.to_print().count(),
        currency=request.organisation.currency,
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sending(request: UserRequest) -> HttpResponse:
    """Today's, without waiting for the hour."""
    back = reverse("manage:reminders")
    if request.method == "POST":
        number = schedule.send_todays(by=request.user)
        text = ngettext("%(number)s reminder is being sent.", "%(number)s reminders are being sent.", number)
        messages.success(request, text % {"number": number})
        return redirect(back)
    plan = planning.plan(timezone.localdate())
    text = ngettext(
        "%(number)s payer is reminded of %(amount)s in all.",
        "%(number)s payers are reminded of %(amount)s in all.",
        len(plan.going),
    )
    facts = {"number": len(plan.going), "amount": money.say(plan.total, request.organisation.currency)}
    return ask(
        request,
        title=_("Send today's reminders now?"),
        consequences=[text % facts, _("Those who pay in the meantime get none.")],
        button=_("Send now"),
        back=back,
        tone="primary",
    )


@needs("manage_dues")
@require_POST
def holding(request: UserRequest, pk: int) -> HttpResponse:
    """The reminder of one day is held back."""
    payer = get_object_or_404(Payer.objects.with_people(), pk=pk)
    back = reverse("manage:reminders")
    on = _day(request.POST.get("on", ""))
    done = _("%(name)s is not reminded on %(day)s.") % {"name": payer.name, "day": dates.short_day(on)}
    return carry_out(request, lambda: pausing.hold_back(payer, on=on, by=request.user), done, back)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return timezone.localdate() + timedelta(days=1)


@needs("see_dues")
@list_tools
@require_safe
@never_cache
def sent(request: UserRequest) -> HttpResponse:
    rows = Reminder.objects.with_what_a_list_shows().annotate(number=Count("items"))
    return show_list(request, "manage/reminders/sent.html", rows, ReminderTable, ReminderFilter)
