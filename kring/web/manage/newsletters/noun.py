"""Newsletters: who wants them, how that is known, and where it is passed on (D7)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.newsletter.models import ListDelivery, Subscription
from kring.web.manage.noun import ORGANISER, Noun
from kring.web.navigation import MenuItem

State, Delivery = Subscription.State, ListDelivery.State

NOUN = Noun(
    name="newsletters",
    menu=MenuItem("manage:newsletters", _("Newsletters"), "news"),
    rights={
        "see_newsletters": frozenset({ORGANISER}),
        "change_newsletters": frozenset({ORGANISER}),
    },
    pages={
        "see_newsletters": ["newsletters", "newsletter", "newsletter_export", "newsletter_subscription"],
        "change_newsletters": [
            *("newsletter_new", "newsletter_change", "newsletter_channel", "newsletter_link", "newsletter_removal"),
            *("newsletter_trying_again", "newsletter_unsubscribing", "newsletter_erasure"),
        ],
    },
    tones={
        "success": (State.SUBSCRIBED, Delivery.SENT),
        "warning": (State.ASKED,),
        "info": (Delivery.QUEUED, Delivery.SENDING),
        "danger": (Delivery.FAILED,),
        "neutral": (State.UNSUBSCRIBED, Delivery.SUPERSEDED),
    },
    audit_labels={
        "newsletter.added": _("newsletter added"),
        "newsletter.address_changed": _("address of a subscription changed at the provider"),
        "newsletter.changed": _("newsletter changed"),
        "newsletter.connected": _("newsletter connected"),
        "newsletter.erased": _("subscription deleted"),
        "newsletter.exported": _("addresses of a newsletter exported"),
        "newsletter.link_renewed": _("address for reports of a newsletter renewed"),
        "newsletter.removed": _("newsletter removed"),
        "newsletter.subscribed": _("subscription confirmed"),
        "newsletter.tried_again": _("failed deliveries of a newsletter tried again"),
        "newsletter.unsubscribed": _("unsubscribed from a newsletter"),
    },
)
