"""Two rows about one person: told apart by somebody, or merged into one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.members.models.member import Member

UNDOABLE = timedelta(days=30)


class ToldApart(TenantModel):
    """Somebody has said that these two are not the same person: they are not shown as duplicates again."""

    # The one with the lower key.
    one = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="+")
    other = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", Least("one", "other"), Greatest("one", "other"), name="told_apart_once"
            )
        ]
        verbose_name = _("not the same person")
        verbose_name_plural = _("not the same people")

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"


class MemberMergeQuerySet(TenantQuerySet):
    def undoable(self) -> MemberMergeQuerySet:
        return self.filter(at__gt=timezone.now() - UNDOABLE, forgotten_at=None)

    def forgettable(self) -> MemberMergeQuerySet:
        """Older than they can be undone, with what an undo would need."""
        return self.filter(at__lte=timezone.now() - UNDOABLE, forgotten_at=None)


class MemberMerge(TenantModel):
    """One member became part of another. The row keeps the number for ever, and for 30 days all that an undo needs.

    Undoing it deletes the row. Triggers: number_of_a_merge_stays (members/sql/number_of_a_merge.sql).
    """

    kept = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="merges")
    # Of the one who is gone.
    number = models.CharField(_("member number"), max_length=30)
    name = models.CharField(_("name"), max_length=250)
    member_key = models.BigIntegerField()
    # Rows as they were before, of all that the merge changed; digests of what it left; keys of rows that it made.
    before = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    forgotten_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(MemberMergeQuerySet)()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint("organisation", "number", name="number_of_a_merge_is_unique")]
        indexes = [
            models.Index("organisation", "kept", name="merges_of_a_member"),
            models.Index("at", name="merges_to_forget", condition=Q(forgotten_at=None)),
        ]
        verbose_name = _("merge of two members")
        verbose_name_plural = _("merges of members")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def undoable_until(self) -> datetime:
        return self.at + UNDOABLE

    @property
    def is_undoable(self) -> bool:
        return self.forgotten_at is None and self.undoable_until > timezone.now()
