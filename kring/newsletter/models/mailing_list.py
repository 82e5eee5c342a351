"""The organisation's newsletters (D7)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.languages import in_language
from kring.core.names import NameColumn
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantManager, TenantModel, TenantQuerySet

# Characters of the text beside the box, in one language.
LONGEST_TEXT = 500


class MailingListQuerySet(TenantQuerySet):
    def offered(self) -> MailingListQuerySet:
        """Those whose box stands in the checkout."""
        return self.filter(is_offered=True)


class MailingList(TenantModel):
    """One newsletter. Kring keeps who wants it, and passes that on by the channel; others write and send it.

    `texts`: what stands beside the box, by language. `settings`: of the channel, as `channels/` needs them.
    `secret`: in the address where the other side reports who has unsubscribed there.

    Triggers: offers_newsletters (newsletter/sql/note_newsletters.sql).
    """

    class Channel(models.TextChoices):
        NONE = "none", _("Nowhere: you download the addresses")
        MAILCHIMP = "mailchimp", _("Mailchimp")
        WEBHOOK = "webhook", _("Another program (webhook)")

    name = NameColumn(_("name"), max_length=100)
    texts = models.JSONField(_("text beside the box"), default=dict)
    is_offered = models.BooleanField(pgettext_lazy("newsletter", "offered in the checkout"), default=False)
    channel = models.CharField(_("passed on to"), max_length=10, choices=Channel, default=Channel.NONE)
    settings = EncryptedJSONField(default=dict)
    secret = models.CharField(max_length=40, default=codes.secret, editable=False)
    # Of the latest delivery, as `channels/` names it; "" since one arrived.
    last_error = models.CharField(max_length=300, blank=True)
    failed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TenantManager.from_queryset(MailingListQuerySet)()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="mailing_list_name_is_unique",
                violation_error_message=_("There is a newsletter with this name already."),
            ),
            models.UniqueConstraint("organisation", "secret", name="mailing_list_secret_is_unique"),
            models.CheckConstraint(name="mailing_list_has_a_text", condition=~Q(texts={})),
        ]
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")

    def __str__(self) -> str:
        return self.name

    @property
    def text(self) -> str:
        """Beside the box, in the active language."""
        return in_language(self.texts)

    @property
    def passes_on(self) -> bool:
        return self.channel != self.Channel.NONE

    def note_working(self) -> None:
        self._note("")

    def note_failure(self, error: str) -> None:
        self._note(error)

    def _note(self, error: str) -> None:
        """A statement only where it says something new."""
        if self.last_error != error:
            failed_at = timezone.now() if error else None
            MailingList.objects.filter(pk=self.pk).update(last_error=error, failed_at=failed_at)
            self.last_error, self.failed_at = error, failed_at
