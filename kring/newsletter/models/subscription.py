"""Who wants a newsletter, and how that is known (D7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses, codes
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.newsletter.models.mailing_list import MailingList

# So long the link in the confirmation email is good; after that an address that was not confirmed is deleted.
LINK_HOLDS = timedelta(days=30)


class SubscriptionQuerySet(TenantQuerySet):
    def of_address(self, *emails: str) -> SubscriptionQuerySet:
        return self.filter(email__in=[addresses.normalised(email) for email in emails])

    def subscribed(self) -> SubscriptionQuerySet:
        return self.filter(state=Subscription.State.SUBSCRIBED)

    def never_confirmed(self) -> SubscriptionQuerySet:
        """Those whose link is good no more, unless the other side is still to be told that they left before."""
        asked = self.filter(state=Subscription.State.ASKED, asked_at__lte=timezone.now() - LINK_HOLDS)
        return asked.exclude(deliveries__state__in=["queued", "sending", "failed"])


class Subscription(TenantModel, StateMachine):
    """One address and one newsletter. Until the link in the email was used, it is only something typed.

    The proof: `consent_text` as it stood beside the box, when (`asked_at`), from which network address, and with which
    order; then when and from where it was confirmed. Asking again replaces the proof of what was not confirmed.
    `secret`: of the page on which one unsubscribes.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("awaiting confirmation")
        SUBSCRIBED = "subscribed", _("subscribed")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")

    class How(models.TextChoices):
        LINK = "link", _("by the link in an email")
        ONE_CLICK = "one_click", _("by one click in the email program")
        PORTAL = "portal", _("in the portal")
        PROVIDER = "provider", _("at the newsletter's provider")
        STAFF = "staff", _("by staff")

    MOVES = {
        State.ASKED: [State.SUBSCRIBED, State.UNSUBSCRIBED],
        State.SUBSCRIBED: [State.UNSUBSCRIBED],
        State.UNSUBSCRIBED: [State.ASKED],
    }

    mailing_list = TenantForeignKey(MailingList, on_delete=models.DB_CASCADE, related_name="subscriptions")
    email = addresses.EmailField(_("email"), max_length=254)
    name = NameColumn(pgettext_lazy("person", "name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ASKED)
    secret = models.CharField(max_length=40, default=codes.secret, editable=False)
    consent_text = models.TextField(_("text of the consent"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_from = models.GenericIPAddressField(null=True)
    order_number = models.CharField(_("order"), max_length=20, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    confirmed_from = models.GenericIPAddressField(null=True)
    unsubscribed_at = models.DateTimeField(_("unsubscribed"), null=True)
    unsubscribed_how = models.CharField(max_length=10, choices=How, blank=True)

    objects = TenantManager.from_queryset(SubscriptionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", "mailing_list", "email", name="subscription_is_one_per_list_and_address"
            ),
            models.UniqueConstraint("organisation", "secret", name="subscription_secret_is_unique"),
            models.CheckConstraint(name="subscription_has_its_consent", condition=~Q(consent_text="")),
            models.CheckConstraint(
                name="subscription_is_confirmed", condition=~Q(state="subscribed", confirmed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="subscription_ended_exactly_when_dated",
                condition=Q(state="unsubscribed", unsubscribed_at__isnull=False)
                | (~Q(state="unsubscribed") & Q(unsubscribed_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index("organisation", "mailing_list", F("asked_at").desc(), name="subscriptions_newest_first"),
            models.Index("organisation", "email", name="subscriptions_of_an_address"),
            models.Index("asked_at", name="subscriptions_to_forget", condition=Q(state="asked")),
        ]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        return f"{self.mailing_list} #{self.pk}"

    def ask_again(self, **proof: Any) -> None:
        """With another proof, after unsubscribing or instead of what was not confirmed. Raises WrongState."""
        if self.state == self.State.ASKED:
            self._change(only_in=[self.State.ASKED], **proof)
        else:
            proof |= {"unsubscribed_at": None, "unsubscribed_how": "", "confirmed_at": None, "confirmed_from": None}
            self._move(self.State.ASKED, **proof)

    def confirm(self, *, network: str | None) -> bool:
        """False: it was not awaited."""
        return self._moved(self.State.SUBSCRIBED, confirmed_at=timezone.now(), confirmed_from=network)

    def unsubscribe(self, how: str) -> bool:
        """False: it was ended before."""
        return self._moved(self.State.UNSUBSCRIBED, unsubscribed_at=timezone.now(), unsubscribed_how=how)

    def follow_to(self, email: str) -> None:
        """The person has another address now."""
        self._change(only_in=list(self.State), email=addresses.normalised(email))
