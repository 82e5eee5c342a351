"""Applications for membership (M4): what each membership type asks, and what somebody has asked for."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.forms.models import Submission
from kring.members.models.groups import Group
from kring.members.models.member import Consent, Member
from kring.members.models.membership import MembershipType

LONGEST_TEXT = 5000
DAYS_KEPT = 90


class ApplicationSettingsQuerySet(TenantQuerySet):
    def open(self) -> ApplicationSettingsQuerySet:
        """Of the types that anybody can apply for now, in the order of the types."""
        found = self.filter(is_open=True, type__retired_at=None).select_related("type")
        return found.order_by("type__position", "type__name", "pk")


class ApplicationSettings(TenantModel):
    """How one applies for a membership of this type. A type without a row cannot be applied for.

    Triggers: takes_applications (members/sql/note_applications.sql).
    """

    type = TenantForeignKey(MembershipType, on_delete=models.DB_CASCADE, related_name="application_settings")
    is_open = models.BooleanField(_("anybody can apply"), default=False)
    introduction = models.TextField(_("introduction"), max_length=LONGEST_TEXT, blank=True)
    # Columns of the register besides the names and the email, and those of them that must be filled in.
    asked = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    required = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # The organisation's own questions about members, but those whose answers only the administration sees.
    asks_own = models.BooleanField(_("ask your own questions about members"), default=False)
    asks_guardian = models.BooleanField(_("of minors ask for a parent or guardian"), default=True)
    asks_account = models.BooleanField(_("ask for a bank account"), default=False)
    # The account holder agrees to this text, as it is then; without one no mandate is asked for.
    mandate_text = models.TextField(_("text of the direct debit mandate"), max_length=2000, blank=True)
    consents = ArrayField(models.CharField(max_length=10, choices=Consent.Purpose), default=list, blank=True)
    needs_two = models.BooleanField(_("two people decide"), default=False)
    kept_days = models.PositiveSmallIntegerField(
        _("days until declined and withdrawn applications are deleted"),
        default=DAYS_KEPT,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )

    objects = TenantManager.from_queryset(ApplicationSettingsQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "type", name="application_settings_are_one_per_type"),
            models.CheckConstraint(
                name="application_requires_what_it_asks", condition=Q(required__contained_by=F("asked"))
            ),
            models.CheckConstraint(
                name="application_knows_who_is_a_minor",
                condition=Q(asks_guardian=False) | Q(required__contains=["birth_date"]),
            ),
        ]
        verbose_name = _("settings of applications")
        verbose_name_plural = _("settings of applications")

    def __str__(self) -> str:
        return str(self.type)


class OfferedGroup(TenantModel):
    """A group that applicants may choose."""

    settings = TenantForeignKey(ApplicationSettings, on_delete=models.DB_CASCADE, related_name="offered")
    group = TenantForeignKey(Group, on_delete=models.DB_CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "settings", "group", name="group_is_offered_once")]

    def __str__(self) -> str:
        return f"{self.settings_id}: {self.group_id}"


class ApplicationQuerySet(TenantQuerySet):
    def open(self) -> ApplicationQuerySet:
        """Those that nobody has decided, or that wait for a place."""
        return self.filter(state__in=Application.OPEN)

    def to_decide(self) -> ApplicationQuerySet:
        """Those that wait for a decision, from an address that is proved, or that somebody has taken up."""
        proved = Q(state=Application.State.SUBMITTED, proved_at__isnull=False)
        return self.filter(proved | Q(state=Application.State.APPROVED))

    def in_line(self) -> ApplicationQuerySet:
        """Those who wait for a place in a group, by arrival."""
        return self.filter(state=Application.State.WAITING).order_by("submitted_at", "pk")


class Application(TenantModel, StateMachine):
    """Somebody's application for a membership, or a guardian's for a child. `members/applying.py` writes what the
    applicant does, `members/deciding.py` what the organisation does."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("application", "submitted")
        APPROVED = "approved", pgettext_lazy("application", "approved by one")
        WAITING = "waiting", pgettext_lazy("application", "waiting for a place")
        ACCEPTED = "accepted", pgettext_lazy("application", "accepted")
        DECLINED = "declined", pgettext_lazy("application", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")

    OPEN = [State.SUBMITTED, State.APPROVED, State.WAITING]
    MOVES = {
        State.SUBMITTED: [State.APPROVED, State.WAITING, State.ACCEPTED, State.DECLINED, State.WITHDRAWN],
        State.APPROVED: [State.WAITING, State.ACCEPTED, State.DECLINED, State.WITHDRAWN],
        State.WAITING: [State.ACCEPTED, State.DECLINED, State.WITHDRAWN],
        State.ACCEPTED: [],
        State.DECLINED: [],
        State.WITHDRAWN: [],
    }

    type = TenantForeignKey(
        MembershipType, on_delete=models.DO_NOTHING, related_name="applications", verbose_name=_("membership type")
    )
    # The group they wish to join, or wait for.
    group = TenantForeignKey(
        Group, on_delete=models.DB_SET_NULL, null=True, related_name="applications", verbose_name=_("group")
    )
    state = models.CharField(_("status"), max_length=9, choices=State, default=State.SUBMITTED)
    # Of the form that made it: sent twice, it is one application.
    key = models.CharField(max_length=32, editable=False)
    # Of type, address, name and date of birth: one person has one open application for a type.
    digest = models.CharField(max_length=64, editable=False)
    name = NameColumn(pgettext_lazy("person", "name"), max_length=250)
    # Where mails go: the applicant's, or the guardian's.
    email = addresses.EmailField(_("email"), max_length=254)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    # By column of the register, as `columns.cleaned` gives them; days in ISO notation.
    values = models.JSONField(default=dict)
    # Answers to the organisation's own questions, which become the member's.
    submission = TenantForeignKey(Submission, on_delete=models.DO_NOTHING, null=True, related_name="+")
    guardian_name = NameColumn(_("parent or guardian"), max_length=200, blank=True)
    guardian_phone = models.CharField(_("phone of the parent or guardian"), max_length=40, blank=True)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    holder = NameColumn(_("account holder"), max_length=140, blank=True)
    # The text the holder agreed to, and when.
    mandate_text = models.TextField(_("mandate"), max_length=2000, blank=True)
    mandate_agreed_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # As the type demanded when they applied.
    needs_two = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)
    # When the link in the mail was opened.
    proved_at = models.DateTimeField(null=True)
    # The first approval of two.
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, null=True, related_name="applications")
    # Then it is removed for good; None: it stays.
    delete_on = models.DateField(null=True)

    objects = TenantManager.from_queryset(ApplicationQuerySet)()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint("organisation", "key", name="application_key_is_unique"),
            models.UniqueConstraint(
                "organisation",
                "digest",
                name="application_is_open_once",
                condition=Q(state__in=["submitted", "approved", "waiting"]),
            ),
            models.CheckConstraint(
                name="application_state_is_known",
                condition=Q(state__in=["submitted", "approved", "waiting", "accepted", "declined", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="application_is_accepted_exactly_with_a_member",
                condition=Q(state="accepted", member__isnull=False) | (~Q(state="accepted") & Q(member=None)),
            ),
            models.CheckConstraint(
                name="application_is_decided_exactly_when_dated",
                condition=Q(state__in=["submitted", "approved"], decided_at=None)
                | (~Q(state__in=["submitted", "approved"]) & Q(decided_at__isnull=False)),
            ),
            # Two people: the second is another one. A login that was deleted since is nobody.
            models.CheckConstraint(
                name="application_is_accepted_by_two_where_two_decide",
                condition=Q(needs_two=False)
                | ~Q(state__in=["waiting", "accepted"])
                | (
                    Q(approved_at__isnull=False)
                    & (Q(approved_by=None) | Q(decided_by=None) | ~Q(approved_by=F("decided_by")))
                ),
            ),
            models.CheckConstraint(
                name="application_waits_for_a_group", condition=~Q(state="waiting") | Q(group__isnull=False)
            ),
            models.CheckConstraint(
                name="application_mandate_has_an_account", condition=Q(mandate_agreed_at=None) | ~Q(iban="")
            ),
        ]
        indexes = [
            models.Index("organisation", "state", "submitted_at", name="applications_by_state"),
            models.Index("delete_on", name="applications_to_delete", condition=Q(delete_on__isnull=False)),
        ]
        verbose_name = _("application")
        verbose_name_plural = _("applications")

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def masked_iban(self) -> str:
        """`NL91 … 4300`: enough to recognise it."""
        return f"{self.iban[:4]} … {self.iban[-4:]}" if self.iban else ""

    def prove(self) -> bool:
        """The address is the applicant's. False: that was known. Raises WrongState."""
        if self.proved_at is not None:
            return False
        self._change(only_in=self.OPEN, proved_at=timezone.now(), delete_on=None)
        return True

    def approve(self, by: object) -> None:
        """The first of two. Raises WrongState."""
        self._move(self.State.APPROVED, approved_by=by, approved_at=timezone.now(), delete_on=None)

    def wait(self, group: Group, by: object) -> None:
        """For a place in the group. Raises WrongState."""
        self._move(self.State.WAITING, group=group, decided_by=by, decided_at=timezone.now(), delete_on=None)

    def accept(self, member: Member, by: object) -> None:
        """Who waited was decided about before. Raises WrongState."""
        if self.state == self.State.WAITING:
            self._move(self.State.ACCEPTED, member=member)
        else:
            now = timezone.now()
            self._move(self.State.ACCEPTED, member=member, decided_by=by, decided_at=now, delete_on=None)

    def decline(self, reason: str, by: object, delete_on: object) -> None:
        """Raises WrongState."""
        now = timezone.now()
        self._move(self.State.DECLINED, reason=reason, decided_by=by, decided_at=now, delete_on=delete_on)

    def withdraw(self, delete_on: object) -> None:
        """By the applicant. Raises WrongState."""
        self._move(self.State.WITHDRAWN, decided_by=None, decided_at=timezone.now(), delete_on=delete_on)


class WaitingMember(TenantModel):
    """A member who waits for a place in a full group (members/lines.py). Gone once they have it or want it no more."""

    group = TenantForeignKey(Group, on_delete=models.DB_CASCADE, related_name="waiting_members")
    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="waiting_for")
    since = models.DateTimeField(_("since"), default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint("organisation", "group", "member", name="member_waits_once_for_a_group")]
        indexes = [models.Index("organisation", "member", name="waiting_of_a_member")]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.member_id}"
