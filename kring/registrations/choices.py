"""Places of form choices: "T-shirt M, forty of them" is a pool like any other, held by the registration (F1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from kring.forms import answering
from kring.forms.models import FormChoice, FormVersion
from kring.places import claiming
from kring.places.models import Pool
from kring.places.refusals import PlacesGone, SoldOut
from kring.registrations import code_uses, refusals
from kring.registrations.models import Registration

Answered = tuple[FormVersion, Mapping[str, object]]


def claim_choices(registration: Registration, before: Sequence[Answered]) -> None:
    """Take the places of the attendee's choices now and release those of the choices `before`, in one act.

    Raises ChoiceFull or PlacesGone; the caller's transaction is to be undone then.
    """
    had, has = _pools(before), pools_of(registration)
    given, taken = _without(had, has), _without(has, had)
    if not given and not taken:
        return
    if registration.hold is None:
        raise PlacesGone
    code_uses.lock_pools(registration.line.order)
    try:
        claiming.exchange(registration.hold, given=given, taken=taken)
    except SoldOut as sold_out:
        raise refusals.ChoiceFull(what=_names_of(registration, sold_out.pool_ids)) from None


def pools_of(registration: Registration) -> list[Pool]:
    """The pools a late payment has to claim again for the attendee's choices."""
    answered = [(each.version, each.answers) for each in (registration.basic, registration.submission) if each]
    return _pools(answered)


def lock_all(versions: Collection[FormVersion]) -> None:
    """All choices with a limit that these forms offer. Two statements, or none."""
    if versions:
        limited = FormChoice.objects.filter(question__version__in=versions, pool__isnull=False)
        claiming.lock(limited.values_list("pool_id", flat=True))


def _names_of(registration: Registration, pool_ids: Collection[int]) -> str:
    """The choices that are full, by their labels in the form."""
    versions = [each.version_id for each in (registration.basic, registration.submission) if each]
    full = FormChoice.objects.filter(question__version__in=versions, pool__in=pool_ids).select_related("question")
    return ", ".join(choice.words(choice.question.name) for choice in full)


def _pools(answered: Sequence[Answered]) -> list[Pool]:
    return [pool for version, answers in answered for pool in answering.pools_of(version, answers)]


def _without(pools: Sequence[Pool], others: Sequence[Pool]) -> list[Pool]:
    left = {pool.pk for pool in others}
    return [pool for pool in pools if pool.pk not in left]
