"""The organisation's questions about organisers, events, attractions and members besides built-in fields (F6, M1)."""

from __future__ import annotations

from kring.accounts.requests import UserRequest
from kring.core.tenancy import TenantModel
from kring.events import form_requirements
from kring.events.models import Attraction, Event, Organiser
from kring.forms.answering import ShownAnswer, shown_answers
from kring.forms.basic import of_purpose
from kring.forms.django_form import AnswerForm
from kring.forms.models import Form, FormVersion
from kring.members.models import Member

PURPOSES: dict[type[TenantModel], str] = {
    Organiser: Form.Purpose.ORGANISER,
    Event: Form.Purpose.EVENT,
    Attraction: Form.Purpose.ATTRACTION,
    Member: Form.Purpose.MEMBER,
}


type Described = Organiser | Event | Attraction


class Further:
    """Additional questions next to a built-in form; `form` is None where there are none, or nothing may be changed now.

    `row`: what they are about, None while it is being made.
    """

    def __init__(
        self,
        request: UserRequest,
        kind: type[TenantModel],
        row: Described | Member | None = None,
        *,
        is_open: bool = True,
    ) -> None:
        form = of_purpose(PURPOSES[kind]) if is_open else None
        self.form: AnswerForm | None = None
        if form is not None:
            posted = request.method == "POST"
            self.form = AnswerForm(
                form.current,
                data=request.POST if posted else None,
                files=request.FILES if posted else None,
                prefix="further",
                submission=row.submission if row else None,
                own=False,
            )

    @property
    def is_multipart(self) -> bool:
        return self.form is not None and self.form.is_multipart()

    def is_valid(self) -> bool:
        return self.form is None or self.form.is_valid()

    def changes(self) -> tuple[FormVersion, dict[str, object]] | None:
        """After `is_valid()`, for members/keeping.py."""
        return None if self.form is None else (self.form.version, self.form.changes())

    def keep(self, row: Described) -> None:
        """After `is_valid()`, in the transaction that saves the row itself."""
        if self.form is not None:
            form_requirements.describe(row, self.form.version, self.form.answers())


def further_answers(row: Described | Member) -> list[ShownAnswer]:
    """What was answered about it, for people."""
    return [one for one in shown_answers(row.submission) if one.text] if row.submission else []
