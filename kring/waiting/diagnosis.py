"""Why nobody is being invited, in words (W7): all that applies, at a number of statements that does not grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.core import dates, heartbeat
from kring.events.models import Event, WaitingList
from kring.events.offering import Window, window_of
from kring.mail import troubles
from kring.organisations.current import current_organisation
from kring.waiting import free_places, inviting, numbers, shortages
from kring.waiting.models import Invitation, WaitingEntry

LONGEST_ERROR = 200


@dataclass(frozen=True)
class Cause:
    """`code` for programs: pages link it to a remedy. `attraction`: its key, where it is about one."""

    code: str
    text: str
    attraction: int | None = None


def why_nobody_is_invited(event: Event) -> list[Cause]:
    """All causes at once, in the active language; empty where the next is about to be invited. Changes nothing."""
    waiting_list = WaitingList.objects.select_related("event__pool").filter(event=event).first()
    if waiting_list is None or not waiting_list.is_on:
        return [Cause("list_off", _("The waiting list is switched off."))]
    found = free_places.read_free_places(event, waiting_list)
    waiting = WaitingEntry.objects.filter(event=event).waiting().count()
    causes = [*_about_the_list(waiting_list), *_about_windows(found), *_about_the_queue(event, waiting)]
    if waiting:
        causes += _about_places(waiting_list, found)
    return [*causes, *_about_mail(event), *_about_the_worker()]


def _about_the_list(waiting_list: WaitingList) -> Iterator[Cause]:
    event = waiting_list.event
    if not inviting.may_invite(current_organisation()):
        yield Cause(
            "organisation_not_active", _("The organisation's site is not active: nobody could use a link to it.")
        )
    if event.state in Event.OVER:
        yield Cause("event_over", _("The event is over or was called off."))
    elif event.state not in Event.ALIVE:
        yield Cause(
            "event_not_public", _("The event is not public yet: %(state)s.") % {"state": event.get_state_display()}
        )
    if waiting_list.ends_at is not None and waiting_list.ends_at <= timezone.now():
        yield Cause(
            "list_ended", _("The waiting list ended on %(moment)s.") % {"moment": dates.deadline(waiting_list.ends_at)}
        )


def _about_windows(found: free_places.FreePlaces) -> Iterator[Cause]:
    for each in found.attractions.values():
        window, facts = window_of(each), {"attraction": each.name}
        if window == Window.NOT_YET:
            facts["moment"] = dates.deadline(each.opens_at)
            yield Cause("not_yet", _("Registration for %(attraction)s opens on %(moment)s.") % facts, each.pk)
        elif window == Window.CLOSED:
            facts["moment"] = dates.deadline(each.closes_at)
            yield Cause(
                "closed", _("Registration for %(attraction)s has been closed since %(moment)s.") % facts, each.pk
            )
        elif not any(kind.is_sold_at(timezone.now()) and not kind.only_with_code for kind in each.ticket_types.all()):
            yield Cause("not_on_sale", _("No ticket type of %(attraction)s is on sale.") % facts, each.pk)
    if not found.attractions:
        yield Cause(
            "nothing_covered", _("The list does not cover any part of the event: choose what people can wait for.")
        )


def _about_the_queue(event: Event, waiting: int) -> Iterator[Cause]:
    if waiting:
        return
    invited = Invitation.objects.open().filter(entry__event=event).aggregate(n=Count("pk"), until=Max("expires_at"))
    if not invited["n"]:
        yield Cause("nobody_waits", _("Nobody is waiting."))
        return
    text = ngettext(
        "Everybody waiting has been invited: %(n)s invitation is open until %(moment)s.",
        "Everybody waiting has been invited: %(n)s invitations are open, the last until %(moment)s.",
        invited["n"],
    )
    yield Cause("all_invited", text % {"n": invited["n"], "moment": dates.deadline(invited["until"])})


def _about_mail(event: Event) -> Iterator[Cause]:
    unsent = numbers.unsent().filter(entry__event=event)
    number = unsent.count()
    if not number:
        return
    text = ngettext(
        "%(n)s invitation could not be sent so far.", "%(n)s invitations could not be sent so far.", number
    ) % {"n": number}
    error = unsent.exclude(message__error="").order_by("-message_id").values_list("message__error", flat=True).first()
    if error:
        facts = {"text": text, "why": troubles.sentence(error), "error": error[:LONGEST_ERROR]}
        text = _("%(text)s %(why)s The mail server's last answer: %(error)s") % facts
    yield Cause("unsent", text)


def _about_the_worker() -> Iterator[Cause]:
    if not heartbeat.is_alive(heartbeat.silence()):
        yield Cause(
            "no_worker",
            _(
                "The background worker is not running: invitations and emails are on hold. Please tell the person who "
                "runs Kring."
            ),
        )


def _about_places(waiting_list: WaitingList, found: free_places.FreePlaces) -> Iterator[Cause]:
    """Of what is open and somebody waits for: who has the places, or who cannot use what is free."""
    wanted = [part for part in found.parts.values() if found.attractions[part.attraction].is_kept]
    rooms = {part.attraction: shortages.room_of(part, found.free) for part in wanted}
    full = [part for part in wanted if rooms[part.attraction] == 0]
    for shortage in shortages.held(waiting_list.event, found, full):
        yield Cause("full", shortage.text, shortage.attraction)
    roomy = {key: room for key, room in rooms.items() if room}
    for shortage in shortages.unfit(waiting_list, found, roomy):
        yield Cause("too_large", shortage.text, shortage.attraction)
