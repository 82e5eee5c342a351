from __future__ import annotations

from typing import ClassVar

import django_tables2 as tables
from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.newsletter.models import MailingList, Subscription
from kring.web.manage.shared.filters import SearchFilterSet, choice
from kring.web.manage.shared.table import MAIN, ListTable, MomentColumn, StateColumn

NUMBER = {"td": {"class": "num"}}


def rows() -> QuerySet[MailingList]:
    """With how many are subscribed, and how many have not confirmed yet."""
    State = Subscription.State
    return MailingList.objects.annotate(
        subscribed=Count("subscriptions", filter=Q(subscriptions__state=State.SUBSCRIBED)),
        asked=Count("subscriptions", filter=Q(subscriptions__state=State.ASKED)),
    )


class NewsletterTable(ListTable):
    name = tables.Column(verbose_name=_("Newsletter"), attrs=MAIN)
    subscribed = tables.Column(verbose_name=_("Subscribed"), attrs=NUMBER)
    asked = tables.Column(verbose_name=_("Awaiting confirmation"), attrs=NUMBER)
    channel = tables.Column(verbose_name=_("Passed on to"))
    is_offered = tables.Column(verbose_name=pgettext_lazy("newsletter", "In the checkout"))

    class Meta(ListTable.Meta):
        order_by = ("name",)

    def render_name(self, record: MailingList) -> SafeString | str:
        return self.link(record.name, "newsletter", record.pk)

    def render_channel(self, record: MailingList) -> str:
        return "—" if not record.passes_on else str(record.get_channel_display())

    def render_is_offered(self, value: bool) -> str:
        return str(_("offered") if value else _("not offered"))


class SubscriptionTable(ListTable):
    email = tables.Column(verbose_name=_("Email"), attrs=MAIN)
    name = tables.Column(verbose_name=pgettext_lazy("person", "Name"), default="")
    state = StateColumn(verbose_name=_("State"))
    language = tables.Column(verbose_name=_("Language"))
    order_number = tables.Column(verbose_name=_("Order"), default="")
    asked_at = MomentColumn(verbose_name=_("Asked"))
    confirmed_at = MomentColumn(verbose_name=_("Confirmed"), default="")
    unsubscribed_at = MomentColumn(verbose_name=_("Unsubscribed"), default="")
    on_demand = ("language", "order_number", "unsubscribed_at")

    class Meta(ListTable.Meta):
        order_by = ("-asked_at",)

    def render_email(self, record: Subscription) -> SafeString | str:
        return self.link(record.email, "newsletter_subscription", record.pk)

    def render_language(self, record: Subscription) -> str:
        return str(record.get_language_display())


class SubscriptionFilter(SearchFilterSet):
    searched: ClassVar[tuple[str, ...]] = ("email", "name", "order_number")

    state = choice(_("State"), Subscription.State.choices)

    class Meta:
        model = Subscription
        fields: tuple[str, ...] = ()
