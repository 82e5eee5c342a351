"""Before a change of a public event is saved: the text those registered will read, and how many they are (E4)."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.accounts.requests import UserRequest
from kring.events import announcing, editing
from kring.events.models import Event
from kring.registrations import change_notices
from kring.web.manage.pages import attempt, show
from kring.web.manage.shared.further_questions import Further
from kring.web.manage.shared.locked_fields import typed

# Not typed by the user, or set anew by the confirmation page.
OURS = ("csrfmiddlewaretoken", "confirmed", "note")


def ask_before_announcing(request: UserRequest, event: Event, form: Any, further: Further) -> HttpResponse | None:
    """None: nobody is to be notified, or the user has answered already. The page holds all that was typed."""
    if "confirmed" in request.POST or event.state not in Event.ALIVE:
        return None
    fields = typed(form)
    after = copy(event)
    for name in ("name", "edition", "starts_at", "ends_at", "location", "address", "grants_certificates"):
        setattr(after, name, fields.get(name, getattr(event, name)))
    before, now = announcing.facts_of(event), announcing.facts_of(after)
    names = announcing.differing(before, now)
    if not names or not (people := change_notices.number_to_notify(event)):
        return None
    if not _keep_picture(form, event, fields):
        return None
    return show(
        request,
        "manage/events/announcing.html",
        event=event,
        changes=announcing.changes_in_words({name: before[name] for name in names}, now),
        people=ngettext("%(people)s address will get an email.", "%(people)s addresses will get an email.", people)
        % {"people": people},
        until=announcing.free_until(after) if announcing.is_moved(names) else None,
        typed=[(name, value) for name, values in form.data.lists() if name not in OURS for value in values],
        longest=announcing.LONGEST_NOTE,
        back=reverse("manage:event_change", args=[event.pk]),
        heading=_("Notify attendees of the changes?"),
    )


def _keep_picture(form: Any, event: Event, fields: dict[str, object]) -> bool:
    """A page cannot pass a file on: the picture, which concerns no attendee, is stored at once. False: refused."""
    if "photo" not in form.files:
        return True

    def keep() -> bool:
        places = event.pool.capacity if event.pool else None
        editing.change_event(event, places=places, photo=fields["photo"], photo_text=fields["photo_text"])
        return True

    return bool(attempt(form, keep))
