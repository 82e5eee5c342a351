"""The answers to the organisation's own questions about members, as the list filters and sorts by them.

Maintained by triggers of `forms_submission`: no other code writes them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.forms.models import Submission

# A text in `MemberAnswer.sort` is cut to this many characters.
BEGINNING = 300


class MemberAnswer(TenantModel):
    """One answer of a submission to a form about members. Files have none.

    `kind` as in `OwnField.kind`: a question that asked for something else before has answers of another kind.
    `sort` compares as text whatever the kind: numbers and days as `forms.sortable` has them, the marks of choices, yes
    and no as `true` and `false`; else the beginning of the text without case and accents.

    Written by members_note_answers (members/sql/note_answers.sql).
    """

    submission = TenantForeignKey(Submission, on_delete=models.DB_CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=50)
    kind = models.CharField(max_length=6)
    sort = models.TextField(db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "submission", "name", name="member_answer_is_one_per_question"),
        ]
        indexes = [
            # All that filters and sorts is in it: a hundred thousand answers are read without their rows.
            models.Index("organisation", "name", "kind", "sort", "submission", name="member_answers_in_order"),
        ]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return f"{self.name}: {self.sort}"
