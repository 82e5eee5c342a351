"""What an act on several members takes."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core import pdf
from kring.mail.placeholders import UnknownPlaceholder
from kring.members import writing
from kring.members.mailing import Audience
from kring.members.models import Group, Member, MembershipType, Season
from kring.members.printing import SHEETS
from kring.web.manage.members.forms import RegisterDayField
from kring.web.manage.shared.choosing import model_choice_field


class ActForm(forms.Form):
    """`facts`: as they are kept with the act."""

    @property
    def facts(self) -> dict[str, object]:
        given = self.cleaned_data
        return {name: value.pk if hasattr(value, "pk") else _plain(value) for name, value in given.items()}


def _plain(value: object) -> object:
    iso = getattr(value, "isoformat", None)
    return iso() if iso else value


class BulkStatusForm(ActForm):
    state = forms.ChoiceField(label=_("New status"), choices=Member.State.choices)
    on = RegisterDayField(label=_("From"), help_text=_("A day to come is planned, and happens by itself."))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})


class BulkGroupForm(ActForm):
    group = forms.ModelChoiceField(Group.objects.none(), label=_("Group"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        model_choice_field(self, "group").queryset = Group.objects.in_use()


class BulkJoinForm(BulkGroupForm):
    season = forms.ModelChoiceField(
        Season.objects.none(), label=_("Season"), required=False, empty_label=_("for as long as it lasts")
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        model_choice_field(self, "season").queryset = Season.objects.running()


class BulkTypeForm(ActForm):
    type = forms.ModelChoiceField(MembershipType.objects.none(), label=_("Membership type"))
    since = RegisterDayField(label=_("From"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        model_choice_field(self, "type").queryset = MembershipType.objects.in_use()


def also_others() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("also to those suspended, gone or not yet accepted"),
        required=False,
        help_text=_("Never to somebody who has died."),
    )


class WordsForm(ActForm):
    """Text with placeholders."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(label=_("Text"), max_length=pdf.LONGEST, widget=forms.Textarea({"rows": 12}))

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        try:
            writing.check(given.get("subject", ""), given.get("text", ""))
        except UnknownPlaceholder as refusal:
            raise forms.ValidationError(str(refusal))
        return given


class BulkMailForm(WordsForm):
    audience = forms.ChoiceField(
        label=_("To whom"),
        choices=[
            (Audience.MEMBERS.value, _("members; for minors without an address their guardians")),
            (Audience.GUARDIANS.value, _("guardians of minors")),
            (Audience.BOTH.value, _("members, and guardians of minors")),
        ],
        initial=Audience.MEMBERS.value,
        widget=forms.RadioSelect,
    )
    newsletter = forms.BooleanField(label=_("only to those who agreed to the newsletter"), required=False)
    also_others = also_others()
    field_order = ("audience", "newsletter", "also_others", "subject", "text")

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["text"].help_text = _("Markdown: **bold**, - list, [words](address).")


class LabelsForm(ActForm):
    sheet = forms.ChoiceField(label=_("Sheet"), choices=[(key, sheet.name) for key, sheet in SHEETS.items()])
    first = forms.IntegerField(
        label=_("First free label"),
        min_value=1,
        initial=1,
        help_text=_("Of a sheet that was used before: row by row, from the left."),
    )
    per_household = forms.BooleanField(label=_("one for each household"), required=False)
    also_others = also_others()

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        sheet = SHEETS.get(given.get("sheet", ""))
        if sheet and given.get("first") and given["first"] > sheet.number:
            self.add_error("first", _("A sheet has %(number)s labels.") % {"number": sheet.number})
        return given


class LettersForm(WordsForm):
    per_household = forms.BooleanField(label=_("one for each household"), required=False)
    also_others = also_others()
    field_order = ("per_household", "also_others", "subject", "text")

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["subject"].required = False
        self.fields["text"].help_text = _("A blank line begins a new paragraph.")
