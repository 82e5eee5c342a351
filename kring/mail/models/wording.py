from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantModel


class Wording(TenantModel):
    """The organisation's own wording of one kind of mail, in one language, instead of Kring's (N1).

    A trigger notes in `Organisation.reworded_mails` which ones exist, so that an unchanged mail costs no
    query here.

    Triggers: what_is_reworded (mail/sql/note_what_is_reworded.sql).
    """

    template = models.CharField(max_length=60)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    # Plain text, and Markdown; both with {placeholders} (mail/kinds.py).
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), max_length=10_000)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "template", "language", name="wording_is_one_per_mail_and_language")
        ]
        verbose_name = _("text of an email")
        verbose_name_plural = _("texts of emails")

    def __str__(self) -> str:
        return f"{self.template} ({self.language})"
