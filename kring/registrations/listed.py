"""The tables the organiser's list searches, sorts and filters by. Maintained by triggers: no other code writes them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.events.models import Attraction, Event, TicketType
from kring.forms.models import Question

# An answer in `Listed.answer_texts` is cut to this many characters, unless it is a choice.
BEGINNING = 60


class Answer(TenantModel):
    """The answer of one registration to one question, of the basic data or of the attraction's form (F4).

    `text` is the answer as people read it, as far as that is the same in all languages: the label of a choice, the name
    of a file; else a number, an ISO date, "true", the code of a country. `sort` is the same without case and accents,
    so made that it sorts and compares as text whatever the type: see `forms.sortable`.
    """

    registration = TenantForeignKey(
        "registrations.Registration", on_delete=models.DB_CASCADE, related_name="answers", db_index=False
    )
    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=50)
    type = models.CharField(max_length=9, choices=Question.Type)
    text = models.TextField()
    sort = models.TextField(db_collation="C")
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "registration", "name", name="answer_is_one_per_question"),
        ]
        indexes = [
            # All that filters and sorts is in it: a hundred thousand answers are read without their rows.
            models.Index("organisation", "event", "name", "sort", "registration", name="answers_of_an_event"),
        ]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


class Searchable(TenantModel):
    """The words of one registration without case and accents: `who` it is, all answers (`text`), what is sorted by."""

    registration = TenantForeignKey(
        "registrations.Registration", on_delete=models.DB_CASCADE, related_name="searchable", db_index=False
    )
    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="+", db_index=False)
    name = models.TextField(db_collation="C")
    email = models.TextField(db_collation="C")
    number = models.TextField(db_collation="C")
    who = models.TextField()
    # None: no answer.
    text = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "registration", name="searchable_is_one_per_registration"),
        ]
        indexes = [
            models.Index(fields=["organisation", "name", "registration"], include=["event"], name="searchable_names"),
            models.Index(fields=["organisation", "email", "registration"], include=["event"], name="searchable_emails"),
            models.Index(
                fields=["organisation", "number", "registration"], include=["event"], name="searchable_numbers"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Listed(TenantModel):
    """One registration with all that its list filters and sorts by: one row answers any query.

    A copy, changed in the transaction of what it copies, under the lock of the registration: the triggers
    take it where the order or a payment of it changes. Sorted by ticket too, so a check-in writes here as well.

    Triggers: listed_changed (registrations/sql/listed_changes.sql).
    """

    registration = TenantForeignKey(
        "registrations.Registration", on_delete=models.DB_CASCADE, related_name="listed", db_index=False
    )
    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="+", db_index=False)
    attraction = TenantForeignKey(Attraction, on_delete=models.DB_CASCADE, related_name="+", db_index=False)
    ticket_type = TenantForeignKey(TicketType, on_delete=models.DB_CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=10)
    profession = models.CharField(max_length=20)
    # Without case and accents, as in `Searchable`.
    name = models.TextField(db_collation="C")
    email = models.TextField(db_collation="C")
    number = models.TextField(db_collation="C")
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    # Of the ticket, where there is one.
    issued_at = models.DateTimeField(null=True)
    admitted_at = models.DateTimeField(null=True)
    admitted_where = models.CharField(max_length=100, blank=True)
    # Name of a question: `Answer.sort`, or its beginning.
    answer_texts = models.JSONField(db_column="said", default=dict)
    # Of the order; of its payments the one that counts: received, else in progress, else the latest attempt.
    price = models.DecimalField(max_digits=10, decimal_places=2)
    order_state = models.CharField(max_length=10)
    buyer = models.TextField(db_collation="C")
    buyer_email = models.TextField(db_collation="C")
    payment = models.CharField(max_length=10, null=True)
    method = models.CharField(max_length=30, null=True)
    # When any of it was written; kept by a trigger.
    updated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "registration", name="listed_is_one_per_registration"),
        ]
        # None of what changes often: a change of state then writes the row alone.
        indexes = [
            models.Index("organisation", "event", models.F("created_at").desc(), name="listed_newest_first"),
        ]

    def __str__(self) -> str:
        return self.name


class SavedViewQuerySet(TenantQuerySet):
    def for_list(self, user: User, list_name: str, event_pk: int | None, *, shared_too: bool) -> SavedViewQuerySet:
        """This user's choices on a list of one event, or of none, by name; and views of others for all staff."""
        whose = models.Q(owner=user)
        if shared_too:
            whose |= models.Q(is_shared=True)
        return self.filter(whose, list_name=list_name, event_id=event_pk).order_by("name", "pk")


class SavedView(TenantModel):
    """A saved view of a list of staff: the filters, the order and the columns, as in its address.

    `list_name` says of which list (web/manage/shared/list_tools.py). One without a name is the last choice of its owner
    for this list: its columns are remembered.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="+")
    list_name = models.CharField(max_length=60, db_default="registrations")
    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=80, blank=True)
    is_shared = models.BooleanField(_("for all staff"), default=False)
    query = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager.from_queryset(SavedViewQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "owner", "list_name", "event", "name"],
                nulls_distinct=False,
                name="saved_view_name_is_unique_in_list",
                violation_error_message=_("You already have a view with this name."),
            )
        ]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")

    def __str__(self) -> str:
        return self.name


class Bulk(TenantModel):
    """One act on many registrations, with the outcome of each. It may be interrupted and never runs twice."""

    class Act(models.TextChoices):
        CONFIRM = "confirm", _("confirm payments")
        COMPLETE = "complete", _("complete without payment")
        CANCEL = "cancel", _("cancel")
        MAIL = "mail", _("send an email")

    act = models.CharField(max_length=8, choices=Act)
    # The reason, or the subject and text of the mail.
    facts = models.JSONField(default=dict)
    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("organisation", models.F("created_at").desc(), name="bulks_newest_first")]
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")

    def __str__(self) -> str:
        return str(self.get_act_display())


class BulkItem(TenantModel):
    class Outcome(models.TextChoices):
        WAITING = "waiting", _("to do")
        DONE = "done", _("done")
        NOTHING = "nothing", _("nothing to do")
        REFUSED = "refused", _("refused")

    bulk = TenantForeignKey(Bulk, on_delete=models.DB_CASCADE, related_name="items", db_index=False)
    registration = TenantForeignKey("registrations.Registration", on_delete=models.DB_CASCADE, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(db_column="said", max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "bulk", "registration", name="bulk_item_is_one_each")]
        indexes = [models.Index("organisation", "bulk", "outcome", "id", name="bulk_items_by_outcome")]
        verbose_name = _("part of a bulk action")
        verbose_name_plural = _("parts of a bulk action")

    def __str__(self) -> str:
        return f"#{self.pk}"
