"""The rules of an event, created and changed while it is editable (V1, E4). Acts are in the log; settings are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import models, transaction

from kring.core import positions
from kring.events.eligibility.deciding import BEFORE, group_ages
from kring.events.eligibility.rule import Rule
from kring.events.eligibility.rules import UnknownRule
from kring.events.eligibility.rules import rule as rule_called
from kring.events.locking import demand_editable
from kring.events.models import Attraction, EligibilityRule, Event
from kring.forms.models import Form, FormVersion, Question
from kring.organisations import audit


@transaction.atomic
def add_rule(
    event: Event, attraction: Attraction | None, key: str, settings: Mapping[str, object], *, stage: str = BEFORE
) -> EligibilityRule:
    """At the end of the event's list, or of the attraction's. The settings were validated by the rule's form.

    Raises NotEditable, UnknownRule.
    """
    demand_editable(event)
    rule_called(key)
    where: dict[str, object] = {"attraction": attraction} if attraction else {"event": event}
    last = EligibilityRule.objects.filter(**where).aggregate(last=models.Max("position"))["last"]
    position = 0 if last is None else last + 1
    made = EligibilityRule.objects.create(key=key, settings=dict(settings), stage=stage, position=position, **where)
    audit.log("eligibility_rule.added", event, new=_facts(made, attraction))
    return made


@transaction.atomic
def change_rule(event: Event, row: EligibilityRule, settings: Mapping[str, object], *, stage: str) -> None:
    """Raises NotEditable."""
    demand_editable(event)
    if (row.settings, row.stage) == (dict(settings), stage):
        return
    row.settings, row.stage = dict(settings), stage
    row.save(update_fields=["settings", "stage"])
    audit.log("eligibility_rule.changed", event, new=_facts(row, row.attraction))


@transaction.atomic
def remove_rule(event: Event, row: EligibilityRule) -> None:
    """Raises NotEditable."""
    demand_editable(event)
    audit.log("eligibility_rule.removed", event, old=_facts(row, row.attraction))
    row.delete()


@transaction.atomic
def move_rule(event: Event, row: EligibilityRule, *, up: bool) -> None:
    """One place up or down within its list; at the end nothing happens. Raises NotEditable."""
    demand_editable(event)
    rows = EligibilityRule.objects.filter(event=row.event_id, attraction=row.attraction_id)
    if positions.move(rows.order_by("position", "pk").select_for_update(), row, up=up):
        audit.log("eligibility_rule.moved", event, new=_facts(row, row.attraction))


def sentences_of(event: Event, attractions: Sequence[Attraction]) -> dict[int, list[str]]:
    """The texts of each attraction's rules for visitors, by its key. One query for all of them."""
    rows = _rows(event)
    found: dict[int, list[str]] = {}
    for attraction in attractions:
        mine = [row for row in rows if row.attraction_id in (None, attraction.pk)]
        known = [group_ages(attraction), *(_known(row, attraction) for row in mine)]
        found[attraction.pk] = list(dict.fromkeys(rule.sentence() for rule in known if rule is not None))
    return found


def rules_of_event(event: Event) -> dict[int | None, list[tuple[EligibilityRule, Rule | None]]]:
    """All its rows with their rules, by the key of the attraction; None: of the whole event. One query."""
    found: defaultdict[int | None, list[tuple[EligibilityRule, Rule | None]]] = defaultdict(list)
    for row in _rows(event):
        found[row.attraction_id].append((row, _known(row, None)))
    return dict(found)


def versions_in_use(attractions: Sequence[Attraction]) -> dict[int, int]:
    """Of the basic data and of the forms of these attractions: the version in use, by the form. Two queries at most."""
    basic = Form.objects.in_use().filter(purpose=Form.Purpose.BASIC).values("pk")
    forms = {each.form_id for each in attractions if each.form_id}
    versions = FormVersion.objects.filter(models.Q(form__in=basic) | models.Q(form__in=forms))
    return dict(versions.order_by("form_id", "number").values_list("form_id", "pk"))


class FormQuestions:
    """Which questions the forms of an event ask, so that a rule that needs another is noticed. Four queries at most."""

    def __init__(self, attractions: Sequence[Attraction]) -> None:
        latest = versions_in_use(attractions)
        names: defaultdict[int, set[str]] = defaultdict(set)
        for version, name in Question.objects.filter(version__in=latest.values()).values_list("version_id", "name"):
            names[version].add(name)
        of_form = {form: names[version] for form, version in latest.items()}
        forms = {each.form_id for each in attractions}
        everywhere = set().union(*(of_form[form] for form in of_form if form not in forms))
        self._by_attraction = {each.pk: everywhere | of_form.get(each.form_id or 0, set()) for each in attractions}

    def asks(self, attraction_id: int, any_of: tuple[str, ...]) -> bool:
        """Whether the forms of this attraction, or the basic data, ask one of these questions."""
        return bool(self._by_attraction[attraction_id] & {*any_of})

    def missing(self, rule: Rule, attraction_id: int | None) -> list[tuple[str, ...]]:
        """Questions the rule needs and no form asks; for a rule of the whole event also if one attraction lacks it."""
        keys = self._by_attraction.keys() if attraction_id is None else [attraction_id]
        return [any_of for any_of in rule.questions() if not all(self.asks(key, any_of) for key in keys)]


def never_met(event: Event) -> list[tuple[Rule, tuple[str, ...]]]:
    """Rules that must refuse everybody, each with the questions of which no form asks any. One query without rules."""
    attractions = list(event.attractions.all())
    found = [(key, rule) for key, lines in rules_of_event(event).items() for _row, rule in lines if rule is not None]
    found += [(each.pk, ages) for each in attractions if (ages := group_ages(each))]
    if not any(rule.questions() for _key, rule in found):
        return []
    questions = FormQuestions(attractions)
    return [(rule, any_of) for key, rule in found for any_of in questions.missing(rule, key)]


def _rows(event: Event) -> list[EligibilityRule]:
    own = models.Q(attraction__event=event)
    rows = EligibilityRule.objects.filter(models.Q(event=event) | own)
    return list(rows.order_by(models.F("attraction").asc(nulls_first=True), "position", "pk"))


def _known(row: EligibilityRule, attraction: Attraction | None) -> Rule | None:
    try:
        return rule_called(row.key)(row.settings, attraction)
    except UnknownRule:
        return None


def _facts(row: EligibilityRule, attraction: Attraction | None) -> dict[str, str]:
    return {"rule": row.key, "checked": row.stage, "attraction": str(attraction or "")}
