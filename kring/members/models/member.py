"""A member of the organisation: the table `members` of document 002, and what belongs to one member alone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.forms.models import Submission
from kring.forms.storage import private
from kring.members.models.households import Household


class Gender(models.TextChoices):
    FEMALE = "f", _("female")
    MALE = "m", _("male")
    OTHER = "x", pgettext_lazy("gender", "other")
    UNKNOWN = "", pgettext_lazy("gender", "unknown")


class MemberQuerySet(TenantQuerySet):
    def current(self) -> MemberQuerySet:
        """Those who belong to the organisation now, suspended ones included."""
        return self.filter(state__in=Member.BELONG)

    def entitled(self) -> MemberQuerySet:
        """Those who have what members have: prices, groups, mail. Not the suspended ones."""
        return self.filter(state__in=Member.ENTITLED)


def picture_path(member: Member, filename: str) -> str:
    """`filename` is one nobody can guess: what was uploaded has been encoded anew (members/pictures.py)."""
    return f"pictures/{timezone.now():%Y/%m}/{filename}"


class Member(TenantModel, StateMachine):
    """One person in the register. Never removed when they leave: number and history come back with them.

    `state` is the present one of the periods in `StatusPeriod`; members/status.py changes both.

    Triggers: member_is_written (members/sql/written.sql); birth_date_is_changed
    (members/sql/birth_date_changed.sql); number_of_a_merge_stays (members/sql/number_of_a_merge.sql).
    """

    class State(models.TextChoices):
        APPLICANT = "applicant", pgettext_lazy("member", "applicant")
        ACTIVE = "active", pgettext_lazy("member", "active")
        SUSPENDED = "suspended", pgettext_lazy("member", "suspended")
        LEFT = "left", pgettext_lazy("member", "left")
        DECEASED = "deceased", pgettext_lazy("member", "deceased")
        HONORARY = "honorary", pgettext_lazy("member", "honorary member")

    ENTITLED = [State.ACTIVE, State.HONORARY]
    BELONG = [*ENTITLED, State.SUSPENDED]
    MOVES = {
        State.APPLICANT: [State.ACTIVE, State.HONORARY, State.LEFT, State.DECEASED],
        State.ACTIVE: [State.SUSPENDED, State.HONORARY, State.LEFT, State.DECEASED],
        State.SUSPENDED: [State.ACTIVE, State.HONORARY, State.LEFT, State.DECEASED],
        State.HONORARY: [State.ACTIVE, State.SUSPENDED, State.LEFT, State.DECEASED],
        # Members who come again, and those recorded as gone by mistake.
        State.LEFT: [State.APPLICANT, State.ACTIVE, State.HONORARY, State.DECEASED],
        State.DECEASED: [State.ACTIVE, State.HONORARY, State.LEFT],
    }

    number = models.CharField(_("member number"), max_length=30)
    state = models.CharField(_("status"), max_length=9, choices=State, default=State.ACTIVE)
    first_name = NameColumn(_("first name"), max_length=100)
    call_name = NameColumn(_("call name"), max_length=100, blank=True)
    initials = NameColumn(_("initials"), max_length=20, blank=True)
    # "van der": stands before the last name and does not count when names are sorted in Dutch.
    name_prefix = NameColumn(_("prefix"), max_length=30, blank=True)
    last_name = NameColumn(_("last name"), max_length=100)
    gender = models.CharField(_("gender"), max_length=1, choices=Gender, default=Gender.UNKNOWN, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    email = addresses.EmailField(_("email"), max_length=254, blank=True)
    other_email = addresses.EmailField(_("second email"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    other_phone = models.CharField(_("second phone"), max_length=40, blank=True)
    street = NameColumn(_("street"), max_length=100, blank=True)
    house_number = models.CharField(_("house number"), max_length=10, blank=True)
    house_addition = models.CharField(_("addition"), max_length=20, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    city = NameColumn(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    # Stored where no URL leads; served to who may see the member.
    picture = models.FileField(
        _("picture"), upload_to=picture_path, storage=private, max_length=200, blank=True, default="", db_default=""
    )
    notes = models.TextField(_("notes"), blank=True, max_length=5000)
    # Since when they are a member, this time; and their last day.
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    left_on = models.DateField(_("member until"), null=True, blank=True)
    # The present consents, None where nobody asked: `Consent` has the history.
    photo_consent = models.BooleanField(_("photos"), null=True)
    newsletter_consent = models.BooleanField(_("newsletter"), null=True)
    sharing_consent = models.BooleanField(_("sharing data"), null=True)

    household = TenantForeignKey(
        Household, on_delete=models.DB_SET_NULL, null=True, related_name="members", verbose_name=_("household")
    )
    has_own_address = models.BooleanField(_("other address than the household"), default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # Answers to the organisation's own questions about members.
    submission = TenantForeignKey(Submission, on_delete=models.DO_NOTHING, null=True, related_name="+")
    # Of the present card (members/cards.py): an earlier one is no longer valid.
    card_serial = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    # Those of rows that were merged into this one: it is found by them.
    former_numbers = models.TextField(db_default="", editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    # Kept by the trigger, as are the next two: without case and accents, for sorting and searching.
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    sorting = models.TextField(db_default="", db_collation="C", editable=False)
    words = models.TextField(db_default="", editable=False)

    objects = TenantManager.from_queryset(MemberQuerySet)()

    class Meta:
        ordering = ["sorting", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "number",
                name="member_number_is_unique",
                violation_error_message=_("There is already a member with this number."),
            ),
            models.UniqueConstraint(
                "organisation", "user", name="member_is_one_per_login", condition=Q(user__isnull=False)
            ),
            models.CheckConstraint(name="member_has_a_number", condition=~Q(number="")),
            models.CheckConstraint(
                name="member_state_is_known",
                condition=Q(state__in=["applicant", "active", "suspended", "left", "deceased", "honorary"]),
            ),
            models.CheckConstraint(
                name="member_leaves_after_joining",
                condition=Q(joined_on=None) | Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]
        indexes = [
            models.Index("organisation", "sorting", "id", name="members_by_name"),
            models.Index("organisation", "email", name="members_by_email", condition=~Q(email="")),
            models.Index("organisation", "birth_date", name="members_by_birth_date"),
            models.Index("organisation", "household", name="members_of_a_household"),
            models.Index("organisation", "updated_at", name="members_by_change"),
            models.Index(
                "organisation", "postal_code", "house_number", name="members_by_address", condition=~Q(postal_code="")
            ),
            models.Index("organisation", "state", "sorting", name="members_by_state"),
            # Small enough to count everybody along it.
            models.Index("organisation", "state", name="members_in_a_state"),
            # For members/sql/search.sql.
            GinIndex(F("organisation"), OpClass(F("words"), name="gin_trgm_ops"), name="members_by_words"),
        ]
        verbose_name = pgettext_lazy("person", "member")
        verbose_name_plural = pgettext_lazy("people", "members")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As they are called: `Jan van der Berg`."""
        return " ".join(filter(None, [self.call_name or self.first_name, self.name_prefix, self.last_name]))

    @property
    def sorted_name(self) -> str:
        """`Berg, Jan van der`."""
        return f"{self.last_name}, " + " ".join(filter(None, [self.call_name or self.first_name, self.name_prefix]))

    @property
    def street_address(self) -> str:
        """In one line, as document 002 has it: `Lange Voorhout 12 bis`."""
        return " ".join(filter(None, [self.street, self.house_number, self.house_addition]))

    @property
    def belongs(self) -> bool:
        return self.state in self.BELONG

    def become(self, state: str, **changes: Any) -> None:
        """For members/status.py, which writes the period too. Raises WrongState."""
        self._move(state, **changes)


class BankAccount(TenantModel):
    """A member's account, apart from the member: seeing it is a right of its own, and each look at it is logged."""

    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="bank_accounts")
    iban = models.CharField(_("IBAN"), max_length=34)
    holder = NameColumn(_("account holder"), max_length=140, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "member", name="bank_account_is_one_per_member")]
        indexes = [models.Index("organisation", "iban", name="bank_accounts_by_iban")]
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """`NL91 … 4300`: enough to recognise it."""
        return f"{self.iban[:4]} … {self.iban[-4:]}"


class Consent(TenantModel):
    """A consent given or withdrawn (GDPR, art. 7): the application's role may add and read, never change.

    The latest of each purpose is in force; `Member` has it too. members/consents.py writes both.
    """

    class Purpose(models.TextChoices):
        PHOTO = "photo", _("photos")
        NEWSLETTER = "newsletter", _("newsletter")
        SHARING = "sharing", _("sharing data")

    class Source(models.TextChoices):
        STAFF = "staff", _("entered by staff")
        IMPORT = "import", _("imported")
        PORTAL = "portal", _("in the portal")
        APPLICATION = "application", _("with the application")
        API = "api", _("by a program")

    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose)
    is_given = models.BooleanField()
    on = models.DateField(default=timezone.localdate)
    source = models.CharField(max_length=11, choices=Source, default=Source.STAFF)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    # Copied from a row that was merged into this member's: goes again with an undo.
    came_with = TenantForeignKey("members.MemberMerge", on_delete=models.DB_CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="consent_purpose_is_known", condition=Q(purpose__in=["photo", "newsletter", "sharing"])
            )
        ]
        indexes = [models.Index("organisation", "member", "purpose", name="consents_of_a_member")]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.purpose}"
