"""Documents that the organisation offers its members, and addresses of calendars (M3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core import codes
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.forms.models import Upload
from kring.members.models.groups import Group


class MemberDocument(TenantModel):
    """A file for all members, or for those of a group and of the groups within it."""

    name = NameColumn(_("name"), max_length=200)
    # The file cannot be deleted under it.
    upload = TenantForeignKey(Upload, on_delete=models.DO_NOTHING, related_name="member_documents")
    group = TenantForeignKey(
        Group, on_delete=models.DB_CASCADE, null=True, blank=True, related_name="documents", verbose_name=_("group")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("organisation", "upload", name="member_document_has_its_own_file")]
        indexes = [models.Index("organisation", "group", name="member_documents_of_a_group")]
        verbose_name = _("document for members")
        verbose_name_plural = _("documents for members")

    def __str__(self) -> str:
        return self.name

    def remove(self) -> None:
        """The row with that of its file now, the file after the commit."""
        upload = self.upload
        self.delete()
        upload.forget()


class CalendarLink(TenantModel):
    """The secret address at which a person's calendar program reads what is theirs here; another one replaces it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="+")
    secret = models.CharField(max_length=40, default=codes.secret, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "secret", name="calendar_link_secret_is_unique"),
            models.UniqueConstraint("organisation", "user", name="calendar_link_is_one_per_login"),
        ]
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.user_id)
