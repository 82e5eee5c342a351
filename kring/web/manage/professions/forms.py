"""The form of a profession: its name and note in each language, and how it is proved."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import Profession
from kring.core.addresses import canonical
from kring.core.transliteration import in_ascii
from kring.web.manage.shared.language_fields import FIRST, fields_for, initial_of, texts_of

MOST_DOMAINS = 100


class DomainsField(forms.CharField):
    """One domain in each line, as addresses are stored."""

    widget = forms.Textarea({"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: str) -> list[str]:
        domains = super().clean(value).replace(",", " ").split()
        if len(domains) > MOST_DOMAINS:
            raise ValidationError(_("No more than %(most)s domains."), params={"most": MOST_DOMAINS})
        return sorted({_domain(each) for each in domains})


def _domain(text: str) -> str:
    try:
        return canonical(f"a@{text.rpartition('@')[2]}").rpartition("@")[2]
    except ValidationError:
        raise ValidationError(_("“%(domain)s” is not a domain, such as example.org."), params={"domain": text[:100]})


class ProfessionForm(forms.Form):
    """Of a new profession also its key; `None` of an old one."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=20,
        required=False,
        help_text=_("For programs and files; it never changes. Left empty, it is made from the name."),
    )
    proof = forms.ChoiceField(
        label=_("Proof"),
        choices=Profession.Proof,
        initial=Profession.Proof.WORD,
        help_text=_("What it takes before a price or a rule counts this profession."),
    )
    domains = DomainsField(
        label=_("Domains"),
        required=False,
        max_length=5_000,
        help_text=_(
            "For a confirmed address: one in each line, such as student.example.org. Only exactly these domains count."
        ),
    )
    is_active = forms.BooleanField(
        label=_("Offered"),
        required=False,
        initial=True,
        help_text=_("Otherwise nobody can choose it any more; who has it keeps it."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, profession: Profession | None = None) -> None:
        super().__init__(data, initial=_initial(profession) if profession else None)
        self.profession = profession
        if profession is not None:
            del self.fields["key"]
        names = fields_for("name", _("Name (%(language)s)"), max_length=100)
        notes = fields_for("note", _("Note for the door (%(language)s)"), max_length=200)
        notes[f"note_{FIRST}"].help_text = _(
            "Shown on the ticket and at the door, such as “Please show your student card”."
        )
        self.fields = {**names, **notes, **self.fields}
        self.order_fields([*names, "key"])

    def clean(self) -> dict[str, object]:
        super().clean()
        if not self._texts("name"):
            self.add_error(f"name_{FIRST}", _("Give a name in one language at least."))
        data = self.cleaned_data
        if data.get("proof") == Profession.Proof.ADDRESS and data.get("domains") == []:
            self.add_error("domains", _("Give one domain at least, or choose another proof."))
        return data

    def given(self) -> dict[str, object]:
        simple = {name: self.cleaned_data[name] for name in ("proof", "domains", "is_active")}
        return simple | {"names": self._texts("name"), "notes": self._texts("note")}

    def new_key(self) -> str:
        return self.cleaned_data["key"].lower() or _key_of(self._texts("name"))

    def _texts(self, what: str) -> dict[str, str]:
        return texts_of(what, self.cleaned_data)


def _initial(profession: Profession) -> dict[str, object]:
    found: dict[str, object] = {name: getattr(profession, name) for name in ("proof", "domains", "is_active")}
    return found | initial_of("name", profession.names) | initial_of("note", profession.notes)


def _key_of(names: Mapping[str, str]) -> str:
    """From the first name that leaves some letters."""
    found = (slugify(in_ascii(name))[:20].strip("-") for name in names.values())
    return next((key for key in found if key), "profession")
