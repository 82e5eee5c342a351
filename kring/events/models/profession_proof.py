"""The proof of a profession by a document (D2)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts import professions
from kring.accounts.models import Profession, User
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.core.transitions import StateMachine
from kring.forms.models import Upload


@professions.used_in
def _in_proofs(key: str) -> bool:
    return ProfessionProof.objects.filter(profession__key=key).exists()


class ProfessionProof(TenantModel, StateMachine):
    """A document handed in by a login, checked once. The row stays as the record; the file goes when it was checked."""

    class State(models.TextChoices):
        OPEN = "open", _("to be checked")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("not accepted")
        REPLACED = "replaced", _("replaced")

    MOVES = {
        State.OPEN: {State.ACCEPTED, State.REFUSED, State.REPLACED},
        State.ACCEPTED: set(),
        State.REFUSED: set(),
        State.REPLACED: set(),
    }

    # None: the login is gone. The document can still be refused, which deletes it.
    user = models.ForeignKey(
        User,
        on_delete=models.DB_SET_NULL,
        null=True,
        related_name="profession_proofs",
        verbose_name=_("user"),
    )
    # In use, it cannot be removed (accounts/professions.py).
    profession = TenantForeignKey(
        Profession, on_delete=models.DO_NOTHING, related_name="proofs", verbose_name=_("profession")
    )
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.OPEN)
    # There exactly while it is open. The file cannot be deleted under it.
    upload = TenantForeignKey(Upload, on_delete=models.DO_NOTHING, null=True, related_name="profession_proofs")
    valid_until = models.DateField(_("valid until"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    handed_in_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(User, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-handed_in_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "user",
                "profession",
                condition=Q(state="open"),
                name="profession_proof_is_open_once",
            ),
            models.UniqueConstraint("organisation", "upload", name="profession_proof_has_its_own_file"),
            models.CheckConstraint(
                name="profession_proof_state_is_known",
                condition=Q(state__in=["open", "accepted", "refused", "replaced"]),
            ),
            models.CheckConstraint(
                name="profession_proof_has_a_file_while_it_is_open",
                condition=Q(state="open", upload__isnull=False) | (~Q(state="open") & Q(upload=None)),
            ),
            models.CheckConstraint(
                name="profession_proof_is_accepted_until_a_day",
                condition=Q(state="accepted", valid_until__isnull=False) | (~Q(state="accepted") & Q(valid_until=None)),
            ),
        ]
        indexes = [
            models.Index("organisation", "user", name="profession_proofs_of_a_login"),
            models.Index("organisation", "profession", name="proofs_of_a_profession"),
        ]
        verbose_name = _("proof of a profession")
        verbose_name_plural = _("proofs of professions")

    def __str__(self) -> str:
        return f"{self.user or '—'}: {self.profession}"

    @property
    def last_day(self) -> date | None:
        """For templates: a day like any other, nothing that somebody could miss by an hour."""
        return self.valid_until

    @property
    def is_valid(self) -> bool:
        return self.valid_until is not None and self.valid_until >= timezone.localdate()

    def accept(self, until: date, by: User) -> None:
        """Raises WrongState, as do the other two. The file goes after the commit."""
        self._forget_file_after(self.State.ACCEPTED, valid_until=until, by=by)

    def refuse(self, reason: str, by: User) -> None:
        self._forget_file_after(self.State.REFUSED, reason=reason, by=by)

    def replace(self) -> None:
        self._forget_file_after(self.State.REPLACED)

    def _forget_file_after(
        self, to: str, *, valid_until: date | None = None, reason: str = "", by: User | None = None
    ) -> None:
        upload, now = self.upload, timezone.now()
        self._move(to, upload=None, valid_until=valid_until, reason=reason, checked_by=by, checked_at=now)
        if upload is not None:
            upload.forget()
