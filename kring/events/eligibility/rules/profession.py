"""A person's profession: asked only where this rule holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.accounts import professions
from kring.accounts.models import Profession
from kring.core.languages import in_language
from kring.events import profession_proofs
from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.rule import Reason, Rule, in_words


class ProfessionSettings(forms.Form):
    allowed = forms.MultipleChoiceField(
        label=gettext_lazy("Eligibility"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Your organisation's own list; an administrator changes it under Settings, Professions."
        ),
    )

    def __init__(self, data: QueryDict | None = None, *, initial: Mapping[str, Sequence[str]] | None = None) -> None:
        """Also those of its settings that are no longer offered."""
        super().__init__(data, initial=dict(initial or {}))
        allowed = set((initial or {}).get("allowed", ()))
        known = [(key, each.name) for key, each in professions.every().items() if each.is_active or key in allowed]
        self.fields["allowed"].choices = known  # type: ignore[attr-defined]


class ProfessionRule(Rule):
    key = "profession"
    label = gettext_lazy("Profession")
    description = gettext_lazy("Only people with one of the professions you choose.")
    icon = "user-check"
    asks_profession = True
    settings_form = ProfessionSettings
    refusals = {
        "other_profession": gettext_lazy(
            "This is only for people with the profession %(allowed)s. If the profession given is wrong, please "
            "correct it."
        ),
        "unproven_address": gettext_lazy(
            "The profession %(profession)s has to be proved: by a login, or a link in an email, of an address at "
            "%(domains)s."
        ),
        "unproven_document": gettext_lazy(
            "The profession %(profession)s has to be proved by a document first: with a login, in the portal under "
            "Profile."
        ),
    }

    def sentence(self) -> str:
        allowed = self.settings.get("allowed", [])
        return _("Only with the profession %(allowed)s") % self.words({"allowed": allowed, "names": _names(allowed)})

    def check(self, applicant: Applicant) -> Reason | None:
        profession = applicant.profession or applicant.answer("profession")
        if not profession:
            return self.needs("profession")
        allowed = list(self.settings.get("allowed", []))
        if profession not in allowed:
            return self.refuse("other_profession", allowed=allowed, names=_names(allowed))
        email, is_email_proved = applicant.email, applicant.is_email_proved
        if profession_proofs.is_proven(profession, user=applicant.user, email=email, is_email_proved=is_email_proved):
            return None
        known = professions.every().get(profession)
        if known is not None and known.proof == Profession.Proof.ADDRESS:
            return self.refuse(
                "unproven_address", allowed=[profession], names=_names([profession]), domains=known.domains
            )
        return self.refuse("unproven_document", allowed=[profession], names=_names([profession]))

    @classmethod
    def words(cls, details: Mapping[str, Any]) -> Mapping[str, Any]:
        if "allowed" not in details:
            return in_words(details)
        names = details.get("names", {})
        written = _(" or ").join(in_language(names.get(key, {})) or key for key in details["allowed"])
        domains = _(" or ").join(details.get("domains", ()))
        return {**details, "allowed": written, "profession": written, "domains": domains}


def _names(keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """In all languages: a reason is also read where no list is at hand, and later than the list was changed."""
    return {key: known.names for key in keys if (known := professions.every().get(key))}
