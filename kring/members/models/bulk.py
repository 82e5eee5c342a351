"""One act on many members: who is concerned, and what came of it for each."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.members.models.member import Member


class MemberBulk(TenantModel):
    """Its items are written before anything happens; the worker goes through them in parts."""

    class Act(models.TextChoices):
        MAIL = "mail", _("email")
        STATUS = "status", _("change of status")
        JOIN = "join", _("put into a group")
        LEAVE = "leave", _("taken out of a group")
        TYPE = "type", _("membership type")
        INVITE = "invite", _("invitation to a login")

    act = models.CharField(max_length=6, choices=Act)
    # What it takes: status, day and reason; group and season; type; subject and text.
    facts = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("organisation", F("created_at").desc(), name="member_bulks_newest_first")]
        verbose_name = _("act on several members")
        verbose_name_plural = _("acts on several members")

    def __str__(self) -> str:
        return str(self.get_act_display())


class MemberBulkItem(TenantModel):
    class Outcome(models.TextChoices):
        WAITING = "", pgettext_lazy("act on a member", "waiting")
        DONE = "done", pgettext_lazy("act on a member", "done")
        NOTHING = "nothing", pgettext_lazy("act on a member", "nothing to do")
        REFUSED = "refused", pgettext_lazy("act on a member", "refused")

    bulk = TenantForeignKey(MemberBulk, on_delete=models.DB_CASCADE, related_name="items", db_index=False)
    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="+")
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True, default="")
    # In the language of whoever began it.
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("organisation", "bulk", "member", name="member_is_in_a_bulk_once")]
        verbose_name = _("member in an act on several")
        verbose_name_plural = _("acts on several members")

    def __str__(self) -> str:
        return f"{self.bulk_id}: {self.member_id}"


class MemberBulkMail(TenantModel):
    """One address of an email to many, and which of them are reached there."""

    bulk = TenantForeignKey(MemberBulk, on_delete=models.DB_CASCADE, related_name="mails", db_index=False)
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=250)
    language = models.CharField(max_length=5)
    members = ArrayField(models.BigIntegerField(), default=list)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("organisation", "bulk", "email", name="bulk_mail_is_one_per_address")]
        indexes = [
            models.Index("organisation", "bulk", "id", name="bulk_mails_to_send", condition=models.Q(sent_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id}: {self.pk}"
