"""The table of waiting entries for staff."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.db.models import Prefetch, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kring.core import dates
from kring.events.models import Attraction, Event
from kring.mail.models import Message
from kring.waiting.models import Invitation, WaitingEntry
from kring.waiting.models.entry import WaitingEntryQuerySet
from kring.waiting.positions import positions_of, who_wait_for
from kring.web.manage.shared.table import MAIN, ListTable, MomentColumn, PagedRows, StateColumn, two_lines
from kring.web.states import tone_of
from kring.web.templatetags.components import badge, icon


def entries_of(event: Event, attraction: Attraction | None = None) -> Any:
    """With what a line shows; in an attraction, who waits for it."""
    rows = with_what_a_line_shows().filter(event=event)
    return rows if attraction is None else rows.filter(pk__in=who_wait_for(attraction.pk))


def with_what_a_line_shows() -> WaitingEntryQuerySet:
    latest = Invitation.objects.order_by("entry_id", "-pk").distinct("entry_id")
    shown = Invitation.objects.filter(pk__in=latest.values("pk")).select_related("message", "attraction")
    return WaitingEntry.objects.prefetch_related(
        "wishes__attraction",
        Prefetch(
            "invitations",
            queryset=shown.defer("message__composed_text", "message__composed_html", "message__facts"),
            to_attr="latest",
        ),
    )


def mail_of(invitation: Invitation) -> tuple[str, str]:
    """What became of its mail: a word and a tone."""
    message = invitation.message
    if message is None:
        return _("registered at once"), "neutral"
    if message.state == Message.State.SENT:
        return _("email sent"), "success"
    if message.state == Message.State.FAILED or (message.state == Message.State.QUEUED and message.tries):
        return _("email not sent"), "danger"
    if message.state == Message.State.KEPT:
        return _("email not sent"), "warning"
    return message.get_state_display(), "info"


def _goes_first() -> SafeString:
    """A badge that is its icon alone where rows stand close."""
    words = _("goes first")
    return format_html(
        '<span class="pill pill-info pill-short" title="{}">{}<span>{}</span></span>', words, icon("arrow-up"), words
    )


class PageByKeys(PagedRows):
    """Finds the keys first, in a statement of its own: in one with the filters of a long queue the planner errs."""

    def __getitem__(self, key: object) -> Any:
        if not isinstance(key, slice):
            return super().__getitem__(key)
        order = [*self.data.query.order_by, "-pk"]
        keys = list(self.data.order_by(*order).values_list("pk", flat=True)[key])
        return with_what_a_line_shows().filter(pk__in=keys).order_by(*order)


class WaitingTable(ListTable):
    rows_class = PageByKeys

    position = tables.Column(
        verbose_name=gettext_lazy("Position"), accessor="pk", order_by=WaitingEntry.ORDER,
        attrs={"td": {"class": "num"}},
    )  # fmt: skip
    name = tables.Column(verbose_name=pgettext_lazy("person", "Name"), attrs=MAIN)
    party = tables.Column(verbose_name=gettext_lazy("Places"), attrs={"td": {"class": "num"}})
    wishes = tables.Column(verbose_name=gettext_lazy("Waits for"), accessor="pk", orderable=False)
    state = StateColumn(verbose_name=gettext_lazy("State"))
    invitation = tables.Column(verbose_name=gettext_lazy("Invitation"), accessor="pk", orderable=False)
    joined_at = MomentColumn(verbose_name=gettext_lazy("Joined"))

    on_demand: tuple[str, ...] = ("joined_at",)

    class Meta(ListTable.Meta):
        order_by = ("position",)

    def __init__(
        self,
        rows: QuerySet,
        *,
        event: Event,
        in_attraction: int | None = None,
        all_wait_for_one: bool,
        **kwargs: Any,
    ) -> None:
        self.event, self.in_attraction = event, in_attraction
        if all_wait_for_one:
            self.on_demand = ("wishes", *self.on_demand)
        self.positions: dict[int, int] = {}
        super().__init__(rows, **kwargs)

    def body(self) -> SafeString:
        keys = [row.record.pk for row in self.paginated_rows]
        self.positions = positions_of(self.event, keys, self.in_attraction) if keys else {}
        return super().body()

    def pick(self, record: Any) -> str | None:
        return record.name if record.state in WaitingEntry.MAY_BE_INVITED else None

    def render_position(self, record: WaitingEntry) -> int | str:
        return self.positions.get(record.pk, "—")

    def render_name(self, record: WaitingEntry) -> SafeString | str:
        name = self.link(record.name, "waiting_entry", self.event.pk, record.pk)
        return two_lines(name, breaking_at(record.email))

    def render_wishes(self, record: WaitingEntry) -> SafeString | str:
        return wishes_of(record)

    def render_state(self, record: WaitingEntry) -> SafeString | str:
        shown = badge(record.get_state_display(), tone=tone_of(record.state))
        if record.priority == WaitingEntry.Priority.FIRST and record.is_live:
            return format_html("<span>{} {}</span>", shown, _goes_first())
        return shown

    def render_invitation(self, record: Any) -> SafeString | str:
        if not record.latest:
            return "—"
        [latest] = record.latest
        words, tone = mail_of(latest)
        if record.state != WaitingEntry.State.INVITED:
            # An old invitation is worth showing only where its mail was never sent.
            return badge(words, tone=tone) if tone == "danger" else "—"
        until = _("until %(moment)s") % {"moment": dates.deadline(latest.expires_at)}
        return format_html('<span class="two-lines"><span>{}</span>{}</span>', until, badge(words, tone=tone))


def breaking_at(address: str) -> SafeString:
    """Where it is too long for its column, it breaks after the at sign."""
    local, at, host = address.partition("@")
    return format_html("{}{}<wbr>{}", local, at, host)


def wishes_of(entry: WaitingEntry) -> str:
    return " → ".join(wish.attraction.name for wish in entry.wishes.all())
