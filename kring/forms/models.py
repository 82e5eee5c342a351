"""Questions, in versions, and their answers (F1–F6)."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts import professions
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.forms import known
from kring.forms.storage import private
from kring.places.models import Pool

NAME = r"^[a-z][a-z0-9_]{0,49}$"


class FormQuerySet(TenantQuerySet):
    def in_use(self) -> FormQuerySet:
        return self.filter(retired_at=None)


class Form(TenantModel):
    """A set of questions with a purpose. The current questions are in its latest version."""

    class Purpose(models.TextChoices):
        QUESTIONNAIRE = "questionnaire", _("questions of an attraction")
        BASIC = "basic", _("basic details of every attendee")
        ORGANISER = "organiser", _("more details of organising bodies")
        EVENT = "event", _("more details of events")
        ATTRACTION = "attraction", _("more details of attractions")
        MEMBER = "member", _("more details of members")

    name = NameColumn(_("name"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=13, choices=Purpose, default=Purpose.QUESTIONNAIRE)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # No longer used; answers keep it.
    retired_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(FormQuerySet)()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "purpose",
                name="form_is_one_per_purpose",
                condition=Q(retired_at=None) & ~Q(purpose="questionnaire"),
                violation_error_message=_("There is already a form for this purpose."),
            ),
            models.CheckConstraint(
                name="form_purpose_is_known",
                condition=Q(purpose__in=["questionnaire", "basic", "organiser", "event", "attraction", "member"]),
            ),
        ]
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> FormVersion:
        """The version in use."""
        version: FormVersion = self.versions.order_by("-number")[:1].get()
        return version


class FormVersion(TenantModel):
    """Changed in place until somebody has answered it, then never again: a change makes the next one (F3)."""

    form = TenantForeignKey(Form, on_delete=models.DB_CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    # Counts the changes in place: answers to an earlier revision are not saved as answers to this one.
    revision = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint("organisation", "form", "number", name="form_version_has_its_number")]
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of a form")

    def __str__(self) -> str:
        return f"{self.form} {self.number}"

    @property
    def is_answered(self) -> bool:
        """Then it stays as it is. Only certain while its lock is held."""
        return self.submissions.exists()


class Question(TenantModel):
    """One question of a version of a form.

    Triggers: answered_version_stays (forms/sql/answered_version_stays.sql).
    """

    class Type(models.TextChoices):
        TEXT = "text", _("text")
        LONG_TEXT = "long_text", _("long text")
        NUMBER = "number", pgettext_lazy("kind of answer", "number")
        DATE = "date", _("date")
        CHOICE = "choice", _("one choice")
        CHOICES = "choices", _("several choices")
        YES_NO = "yes_no", _("yes or no")
        EMAIL = "email", _("email")
        PHONE = "phone", _("phone")
        FILE = "file", _("file")
        COUNTRY = "country", _("country")
        CONSENT = "consent", _("consent")
        PESEL = "pesel", _("PESEL number")

    class Requirement(models.TextChoices):
        OPTIONAL = "optional", _("optional")
        REQUIRED = "required", _("required")
        # Of basic data: each event decides whether it is required (F5, the membership card).
        ORGANISER = "organiser", _("decided per event")

    class Audience(models.TextChoices):
        """Who sees the answers; of members' data only."""

        MEMBER = "", _("the member and the administration")
        LEADERS = "leaders", _("also those who lead a group of the member")
        STAFF = "staff", _("only the administration")

    version = TenantForeignKey(FormVersion, on_delete=models.DB_CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    # The name by which prefill (F2), eligibility and filters recognise it, across all forms.
    name = models.CharField(
        _("name"), max_length=50, validators=[RegexValidator(NAME, _("Use lower-case letters, digits and _."))]
    )
    type = models.CharField(_("kind"), max_length=9, choices=Type, default=Type.TEXT)
    # Empty: the label in `forms.known` for this name, in the reader's language.
    label = models.CharField(_("question"), max_length=300, blank=True)
    help = models.CharField(_("explanation"), max_length=500, blank=True)
    requirement = models.CharField(_("answer"), max_length=9, choices=Requirement, default=Requirement.OPTIONAL)
    # Of a number its value, of a text its length, of several choices how many, of a file at most so many megabytes.
    minimum = models.DecimalField(_("at least"), max_digits=14, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField(_("at most"), max_digits=14, decimal_places=4, null=True, blank=True)
    pattern = models.CharField(_("pattern"), max_length=200, blank=True)
    pattern_help = models.CharField(_("what the pattern means"), max_length=300, blank=True)
    accepts = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    audience = models.CharField(
        _("who sees the answers"), max_length=7, choices=Audience, default=Audience.MEMBER, db_default="", blank=True
    )
    # Asked only when that earlier question has one of these answers.
    shown_if = TenantForeignKey("self", on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+")
    shown_if_values = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "version",
                "name",
                name="question_name_is_unique_in_its_form",
                violation_error_message=_("This form already has a question with this name."),
            ),
            models.CheckConstraint(
                name="question_maximum_is_not_below_its_minimum",
                condition=Q(minimum=None) | Q(maximum=None) | Q(maximum__gte=F("minimum")),
                violation_error_message=_("The largest value cannot be below the smallest."),
            ),
            models.CheckConstraint(name="question_waits_for_another", condition=~Q(shown_if=F("id"))),
            models.CheckConstraint(
                name="question_audience_is_known", condition=Q(audience__in=["", "leaders", "staff"])
            ),
        ]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """Its label, in the reader's language where the question is a well-known one."""
        return known.label(self.name, self.label)

    @property
    def is_well_known(self) -> bool:
        return not self.label and self.name in known.KNOWN


class FormChoice(TenantModel):
    """A possible answer to a question; with a pool, only so many times (F1).

    Triggers: answered_version_stays (forms/sql/answered_version_stays.sql).
    """

    question = TenantForeignKey(Question, on_delete=models.DB_CASCADE, related_name="choices")
    position = models.PositiveSmallIntegerField(default=0)
    value = models.CharField(max_length=200)
    label = models.CharField(_("choice"), max_length=200)
    # The next version's choice of the same value takes places from the same pool.
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+")

    class Meta:
        db_table = "forms_choice"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("organisation", "question", "value", name="choice_value_is_unique_in_its_question")
        ]
        verbose_name = _("choice")
        verbose_name_plural = _("choices")

    def __str__(self) -> str:
        return self.label or self.value

    def words(self, question_name: str) -> str:
        """Its label; of a well-known question's choice without one, the catalogue's."""
        return known.choice_label(question_name, self.value, self.label)


@professions.used_in
def _in_choices(key: str) -> bool:
    return FormChoice.objects.filter(question__name="profession", value=key).exists()


class Submission(TenantModel):
    """The answers to one version. Its owner refers to it: a registration, organiser, event, attraction or member.

    `answers`: name of the question → text, number (as text), ISO date, list of texts (several choices), true/false,
    or the key of an Upload; a question that was not asked or not answered is absent.

    Triggers: answers_about_members_changed (members/sql/answers_changed.sql); answers_about_members_made
    (members/sql/answers_made.sql); answers_of_registrations (registrations/sql/answers_changed.sql).
    """

    version = TenantForeignKey(FormVersion, on_delete=models.DO_NOTHING, related_name="submissions")
    # The person the answers are about, as far as known: their next form starts with these (F2).
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="submissions"
    )
    answers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index("organisation", "version", name="submissions_of_a_version"),
            models.Index("organisation", "person", F("updated_at").desc(), name="submissions_of_a_person"),
        ]
        verbose_name = _("answers")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return f"#{self.pk}"


def private_path(upload: Upload, filename: str) -> str:
    """An unguessable and neutral name; the original one is in the row."""
    return f"uploads/{timezone.now():%Y/%m}/{upload.key}"


class UploadQuerySet(TenantQuerySet):
    def unsent(self) -> UploadQuerySet:
        """Uploaded for a form that was not submitted yet."""
        return self.filter(submission=None, is_kept=False)


class Upload(TenantModel):
    """An uploaded file that is an answer; stored where no URL leads, served only to those who may see it."""

    key = models.CharField(max_length=40, editable=False)
    file = models.FileField(upload_to=private_path, storage=private, max_length=200)
    name = NameColumn(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    # None: uploaded, but the form was not submitted yet; a periodic job deletes such files after a day.
    submission = TenantForeignKey(Submission, on_delete=models.DB_CASCADE, null=True, related_name="uploads")
    # No answer: something else refers to it, and decides how long it stays.
    is_kept = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(UploadQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "key", name="upload_key_is_unique")]
        indexes = [models.Index("organisation", "submission", name="uploads_of_a_submission")]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name

    def answer(self) -> object:
        """Its key in `Submission.answers`."""
        return self.key

    def forget(self) -> None:
        """The row now, the file after the commit."""
        transaction.on_commit(partial(self.file.storage.delete, str(self.file.name)), robust=True)
        self.delete()
