"""A new edition of an event, with all its parts and without its people (E10)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy as shallow
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from kring.accounts.models import User
from kring.core import codes
from kring.core.registry import Hooks
from kring.events.models import Attraction, CampaignCode, Event, PriceRule, RefundTerm
from kring.events.naming import suggest_code, suggest_slug
from kring.events.pricing.conditions import condition_of
from kring.events.pricing.conditions.code import Code
from kring.events.pricing.price_list import as_rule
from kring.events.refusals import as_the_database_says
from kring.forms import form_editing
from kring.forms.models import Form, Submission, Upload
from kring.organisations import audit
from kring.organisations.current import current_organisation

# Apps above copy their own parts of an event: called with the old and the new one.
copied_too = Hooks[[Event, Event], None]("copier of parts of an event")
# Columns that belong to one event and not to the next.
STATE = {"state": Event.State.NEW, "reason": ""}


@transaction.atomic
def copy(event: Event, *, name: str, edition: str = "", starts_on: date, by: User | None = None) -> Event:
    """All dates move by the same number of days, and keep their local time of day, also over a change of the
    clocks. Forms are copied, with places of their own for their choices; attractions that shared one share its copy.
    Only the organising body stays the same one. Raises Taken."""
    shift = Shift((starts_on - timezone.localtime(event.starts_at, current_organisation().zone).date()).days)
    title = f"{name} {edition}".strip()
    names = {"name": name, "edition": edition, "slug": suggest_slug(title), "code": suggest_code(name, starts_on.year)}
    with as_the_database_says(Event):
        new = _again(event, shift, **names, **STATE, photo=_photo(event), created_by=by)
    for option in event.payment_options.all():
        _again(option, shift, event=new)
    for rule in event.eligibility_rules.all():
        _again(rule, shift, event=new)
    attractions = list(event.attractions.select_related("pool", "form", "season"))
    forms = {each.form_id: _form_again(each.form, new, by) for each in attractions if each.form}
    copies = {each.pk: _attraction_again(each, new, shift, form=forms.get(each.form_id)) for each in attractions}
    _price_rules_again(event, new, shift, copies)
    _refund_terms_again(event, new, shift, copies)
    for copy_part in copied_too:
        copy_part(event, new)
    audit.log(
        "event.copied", new, old={"event": str(event)}, new={"slug": new.slug, "starts_at": new.starts_at}, actor=by
    )
    return new


class Shift:
    """By whole days in the organisation's time zone."""

    def __init__(self, days: int) -> None:
        self.days, self.zone = timedelta(days=days), current_organisation().zone

    @classmethod
    def between(cls, old: Event, new: Event) -> Shift:
        """As the one is a copy of the other."""
        first, second = (timezone.localtime(each.starts_at, current_organisation().zone).date() for each in (old, new))
        return cls((second - first).days)

    def of(self, moment: datetime) -> datetime:
        """Of a repeated hour the first, unless it was the second already; of a skipped one the next."""
        # Arithmetic within one zone is that of local time.
        local = timezone.localtime(moment, self.zone)
        moved = (local + self.days).replace(fold=local.fold)
        return moved.astimezone(UTC).astimezone(self.zone)


def _form_again(form: Form, event: Event, by: User | None) -> Form:
    return form_editing.copy_form(form, f"{form.name} ({event})"[:200], created_by=by)


class AttractionCopy(NamedTuple):
    """`ticket_types`: by the key of the old one the new one's."""

    attraction: Attraction
    ticket_types: dict[int, int]


def _attraction_again(attraction: Attraction, event: Event, shift: Shift, *, form: Form | None) -> AttractionCopy:
    season = attraction.season
    if season is not None and season.ends_on < timezone.localdate(event.starts_at):
        season = None
    new = _again(attraction, shift, event=event, is_kept=False, form=form, season=season)
    for kind in (attraction.sessions, attraction.eligibility_rules):
        for part in kind.all():
            _again(part, shift, attraction=new)
    for planned in attraction.planned_instalments.all():
        _again(planned, shift, attraction=new, due_on=planned.due_on and planned.due_on + shift.days)
    return AttractionCopy(
        new, {each.pk: _again(each, shift, attraction=new).pk for each in attraction.ticket_types.all()}
    )


def _price_rules_again(event: Event, new: Event, shift: Shift, copies: Mapping[int, AttractionCopy]) -> None:
    """A type that is gone has no copy: a rule that was for it alone is for none."""
    campaigns = _campaigns_again(event, new, shift, copies)
    types = {old: made for copy in copies.values() for old, made in copy.ticket_types.items()}
    for rule in PriceRule.objects.of_event(event):
        where: dict[str, object] = (
            {"attraction": copies[rule.attraction_id].attraction} if rule.attraction_id else {"event": new}
        )
        known = condition_of(as_rule(rule))
        settings = known.moved(rule.settings, shift.of) if known else rule.settings
        if rule.key == Code.key:
            settings = {**settings, "campaign": campaigns.get(settings["campaign"], 0)}
        limited = rule.ticket_types and [types[key] for key in rule.ticket_types if key in types]
        _again(rule, shift, **where, settings=settings, ticket_types=limited)


def _refund_terms_again(event: Event, new: Event, shift: Shift, copies: Mapping[int, AttractionCopy]) -> None:
    types = {old: made for copy in copies.values() for old, made in copy.ticket_types.items()}
    for term in RefundTerm.objects.of_event(event):
        where = {"ticket_type_id": types[term.ticket_type_id]} if term.ticket_type_id else {"event": new}
        _again(term, shift, **where)


def _campaigns_again(event: Event, new: Event, shift: Shift, copies: Mapping[int, AttractionCopy]) -> dict[int, int]:
    """By the key of the old one the new one's: with the codes that people remember, not with those that were handed out
    to somebody each; none of them used."""
    types = {old: made for copy in copies.values() for old, made in copy.ticket_types.items()}
    made = {}
    for campaign in event.campaigns.select_related("money"):
        shown = [types[key] for key in campaign.ticket_types if key in types]
        again = _again(
            campaign, shift, event=new, money=_fresh(campaign.money), ticket_types=shown, created_at=timezone.now()
        )
        made[campaign.pk] = again.pk
        for code in CampaignCode.objects.filter(campaign=campaign, is_generated=False).select_related("pool"):
            _again(code, shift, campaign=again, event=new, created_at=timezone.now())
    return made


def _again[Row: models.Model](row: Row, shift: Shift, **changes: Any) -> Row:
    """A new row like this one: places of its own, none of them taken, and a copy of its submission."""
    new = shallow(row)
    new._state = models.base.ModelState()
    new._state.db, new.pk = None, None
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.DateTimeField):
            # Timestamps of the row belong to the new row.
            if not field.editable:
                changes.setdefault(field.name, None)
            elif value is not None:
                changes.setdefault(field.name, shift.of(value))
        elif field.name == "pool" and value is not None:
            changes.setdefault(field.name, _fresh(getattr(row, field.name)))
        elif field.name == "submission" and value is not None:
            changes.setdefault(field.name, _answers_again(getattr(row, field.name)))
    if "starts_at" in changes and changes["starts_at"] >= changes["ends_at"]:
        # It lay in an hour that a clock change skips on the new day.
        changes["ends_at"] = changes["starts_at"] + (row.ends_at - row.starts_at)  # type: ignore[attr-defined]
    for name, value in changes.items():
        setattr(new, name, value)
    new.save(force_insert=True)
    return new


def _fresh(row: Any) -> Any:
    new = type(row).objects.get(pk=row.pk)
    new._state = models.base.ModelState()
    new.pk = None
    if hasattr(new, "taken"):
        new.taken = 0
    new.save(force_insert=True)
    return new


def _answers_again(submission: Submission) -> Submission:
    """With files of their own: the first event may lose its files. Missing ones count as not uploaded."""
    new = _fresh(submission)
    keys: dict[str, str] = {}
    for upload in Upload.objects.filter(submission=submission):
        content = _content(upload.file, upload.name)
        if content is None:
            keys[upload.key] = ""
            continue
        fresh = shallow(upload)
        fresh._state = models.base.ModelState()
        fresh.pk, fresh.key, fresh.submission, fresh.file = None, codes.secret(), new, content
        fresh.save(force_insert=True)
        keys[upload.key] = fresh.key
    if keys:
        new.answers = {name: _renamed(answer, keys) for name, answer in new.answers.items()}
        new.save(update_fields=["answers"])
    return new


def _renamed(answer: object, keys: dict[str, str]) -> Any:
    return keys.get(answer, answer) if isinstance(answer, str) else answer


def _photo(event: Event) -> Any:
    """A file of its own: the first event may change or lose its file."""
    if not event.photo:
        return ""
    return _content(event.photo, f"{codes.secret()}{Path(str(event.photo.name)).suffix}") or ""


def _content(stored: Any, name: str) -> ContentFile[bytes] | None:
    """None where the file is missing: that does not stop the rest from being copied."""
    try:
        with stored.open() as file:
            return ContentFile(file.read(), name=name)
    except OSError:
        return None
