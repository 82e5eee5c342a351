"""Querying registries, between transactions: the answer is a row, which the rule reads afterwards (V3)."""

from __future__ import annotations

from collections.abc import Sequence

from kring.accounts.models import User
from kring.core.tenancy import in_scope, scope
from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.asking import DOWN, SOMEBODY_ELSE, TOO_OFTEN, Inquiry, ask
from kring.events.eligibility.asking_limits import too_many_queries
from kring.events.eligibility.deciding import BEFORE, judged_at, rules_of
from kring.events.models import Attraction, RegistryAnswer
from kring.organisations.models import Organisation


def consult(
    organisation: Organisation | int,
    attraction: Attraction,
    applicants: Sequence[Applicant],
    *,
    stage: str = BEFORE,
    by: User | None = None,
) -> int:
    """Query what `decide` will need to know of these people; returns the number of queries.

    No query is repeated while its answer is valid. Costs 8 s at most for each query, outside any transaction; a
    registry that fails to answer one gets no more of them this time: registering twenty people must not take minutes.
    Queries over the limit (`asking_limits`) are not made either; the rule then reports so.
    """
    if in_scope():
        raise RuntimeError("A registry is never asked within a transaction.")
    with scope(organisation):
        open_questions = inquiries(attraction, applicants, stage=stage)
    queried, silent = 0, set()
    for inquiry in open_questions:
        if inquiry.url in silent:
            continue
        is_too_often = too_many_queries(organisation, attraction)
        result, trouble = (str(DOWN), TOO_OFTEN) if is_too_often else ask(inquiry)
        queried += not is_too_often
        if result == DOWN and trouble not in (SOMEBODY_ELSE, TOO_OFTEN):
            silent.add(inquiry.url)
        with scope(organisation):
            note(inquiry, result, trouble, by=by)
    return queried


def inquiries(attraction: Attraction, applicants: Sequence[Applicant], *, stage: str = BEFORE) -> list[Inquiry]:
    """The queries still to be made, each once. One database query where no rule needs a registry."""
    asking = [rule for rule in rules_of(attraction, stage) if rule.uses_network]
    found: dict[str, Inquiry] = {}
    for rule in asking:
        for applicant in applicants:
            inquiry = rule.inquiry(judged_at(attraction, applicant))
            if inquiry is not None:
                found[inquiry.subject] = inquiry
    return list(found.values())


def note(inquiry: Inquiry, result: str, trouble: str, *, by: User | None = None) -> RegistryAnswer:
    asked_by = by if by is not None and by.is_authenticated else None
    return RegistryAnswer.objects.create(
        registry=inquiry.registry,
        subject=inquiry.subject,
        name=inquiry.name,
        result=result,
        trouble=trouble,
        asked_by=asked_by,
    )
