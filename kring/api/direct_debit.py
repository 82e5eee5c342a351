"""Mandates, with their account numbers shortened, and collections with their debits, by the bank and by the payment
service: to be read (C3, X2)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from django.db.models import OuterRef, Subquery
from django.http import Http404
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Moment, Money, moment, money
from kring.direct_debit.models import (
    CollectionRun,
    Debit,
    Mandate,
    MandateVersion,
    ProviderCollection,
    ProviderDebit,
)
from kring.direct_debit.models.debit import DebitQuerySet
from kring.direct_debit.models.mandate import MandateQuerySet

mandates_router = Router(tags=["direct debit"])
collections_router = Router(tags=["direct debit"])
provider_router = Router(tags=["direct debit"])
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
MandateState = StrEnum("MandateState", {each.name: str(each.value) for each in Mandate.State})  # type: ignore[misc]
CollectionState = StrEnum(  # type: ignore[misc]
    "CollectionState", {each.name: str(each.value) for each in CollectionRun.State}
)
ProviderCollectionState = StrEnum(  # type: ignore[misc]
    "ProviderCollectionState", {each.name: str(each.value) for each in ProviderCollection.State}
)
ProviderDebitState = StrEnum(  # type: ignore[misc]
    "ProviderDebitState", {each.name: str(each.value) for each in ProviderDebit.State}
)
DebitState = StrEnum("DebitState", {each.name: str(each.value) for each in Debit.State})  # type: ignore[misc]


class MandateFilter(BaseModel):
    state: MandateState | None = None
    reference: Annotated[str, Field(min_length=1, max_length=35, pattern=NO_NUL)] | None = None


class MandateOut(BaseModel):
    id: int
    reference: str
    payer: str = Field(description="The name of whoever pays.")
    state: MandateState
    account: str = Field(description="Shortened: `NL91 … 4300`.")
    holder: str
    creditor_id: str
    signed_on: date
    used_on: date = Field(description="The last collection; before the first, the day it was signed.")
    stopped: str = Field(description="Why nothing is collected for the time being; empty: it is.")


class CollectionOut(BaseModel):
    id: int
    state: CollectionState
    collect_on: date
    announced: int = Field(description="So many debits were announced.")
    total: Money
    currency: str
    account: str = Field(description="The organisation's, shortened.")
    prepared_at: Moment


class DebitOut(BaseModel):
    id: int
    reference: str = Field(description="The end-to-end id.")
    mandate: str = Field(description="Its reference.")
    state: DebitState
    amount: Money
    sequence: str
    return_reason: str = Field(description="Of the bank, as a code; empty: it was not returned.")


class ProviderCollectionOut(BaseModel):
    id: int
    state: ProviderCollectionState
    collect_on: date
    number: int = Field(description="So many debits were announced.")
    total: Money
    currency: str
    prepared_at: Moment


class ProviderDebitOut(BaseModel):
    id: int
    contribution: int
    attempt: int
    state: ProviderDebitState
    amount: Money
    payment: int | None = Field(description="Of one that was charged: GET /payments/{id} says what became of it.")
    why_left_out: str = Field(description="A key such as `nothing_owed`; empty: it was not left out.")


@mandates_router.get("", auth=Token("mandates"), response={200: Page[MandateOut]} | ANY, operation_id="list_mandates")
def list_mandates(
    request: ApiRequest, page_request: RequestedPage, wanted: Annotated[MandateFilter, Query()]
) -> Page[MandateOut]:
    rows = _mandates()
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state.value)
    if wanted.reference is not None:
        rows = rows.filter(reference__iexact=wanted.reference)
    return page(Page[MandateOut], rows, page_request, show_mandate)


@mandates_router.get(
    "/{id}", auth=Token("mandates"), response={200: MandateOut, 404: Problem} | ANY, operation_id="get_mandate"
)
def get_mandate(request: ApiRequest, id: Key) -> MandateOut:
    found = _mandates().filter(pk=id).first()
    if found is None:
        raise Http404("There is no such mandate.")
    return show_mandate(found)


@collections_router.get(
    "", auth=Token("mandates"), response={200: Page[CollectionOut]} | ANY, operation_id="list_collections"
)
def list_collections(request: ApiRequest, page_request: RequestedPage) -> Page[CollectionOut]:
    rows = CollectionRun.objects.select_related("creditor_account")
    return page(Page[CollectionOut], rows, page_request, show_collection)


@collections_router.get(
    "/{id}/debits",
    auth=Token("mandates"),
    response={200: Page[DebitOut], 404: Problem} | ANY,
    operation_id="list_debits",
)
def list_debits(request: ApiRequest, id: Key, page_request: RequestedPage) -> Page[DebitOut]:
    if not CollectionRun.objects.filter(pk=id).exists():
        raise Http404("There is no such collection.")
    rows: DebitQuerySet = Debit.objects.filter(run=id).select_related("version").with_returns()
    return page(Page[DebitOut], rows, page_request, show_debit)


@provider_router.get(
    "",
    auth=Token("mandates"),
    response={200: Page[ProviderCollectionOut]} | ANY,
    operation_id="list_provider_collections",
)
def list_provider_collections(request: ApiRequest, page_request: RequestedPage) -> Page[ProviderCollectionOut]:
    """From accounts that payers keep at the payment service."""
    currency = request.organisation.currency
    rows = ProviderCollection.objects.all()
    return page(Page[ProviderCollectionOut], rows, page_request, lambda each: show_by_provider(each, currency))


@provider_router.get(
    "/{id}/debits",
    auth=Token("mandates"),
    response={200: Page[ProviderDebitOut], 404: Problem} | ANY,
    operation_id="list_provider_debits",
)
def list_provider_debits(request: ApiRequest, id: Key, page_request: RequestedPage) -> Page[ProviderDebitOut]:
    if not ProviderCollection.objects.filter(pk=id).exists():
        raise Http404("There is no such collection.")
    return page(Page[ProviderDebitOut], ProviderDebit.objects.filter(collection=id), page_request, show_provider_debit)


def _mandates() -> MandateQuerySet:
    in_force = MandateVersion.objects.in_force().filter(mandate=OuterRef("pk"))
    rows: MandateQuerySet = Mandate.objects.with_people()
    return rows.annotate(
        **{name: Subquery(in_force.values(name)[:1]) for name in ("iban", "holder", "signed_on")},
    )


def show_mandate(mandate: Mandate) -> MandateOut:
    iban = str(mandate.iban)  # type: ignore[attr-defined]
    return MandateOut(
        id=mandate.pk,
        reference=mandate.reference,
        payer=str(mandate.payer),
        state=MandateState(mandate.state),
        account=f"{iban[:4]} … {iban[-4:]}",
        holder=mandate.holder,  # type: ignore[attr-defined]
        creditor_id=mandate.creditor_id,
        signed_on=mandate.signed_on,  # type: ignore[attr-defined]
        used_on=mandate.used_on,
        stopped=mandate.hold,
    )


def show_collection(run: CollectionRun) -> CollectionOut:
    return CollectionOut(
        id=run.pk,
        state=CollectionState(run.state),
        collect_on=run.collect_on,
        announced=run.announced,
        total=money(run.total),
        currency="EUR",
        account=run.creditor_account.masked,
        prepared_at=moment(run.prepared_at),
    )


def show_debit(debit: Debit) -> DebitOut:
    returned = debit.in_force  # type: ignore[attr-defined]
    return DebitOut(
        id=debit.pk,
        reference=debit.reference,
        mandate=debit.version.reference,
        state=DebitState(debit.state),
        amount=money(debit.amount),
        sequence=debit.sequence,
        return_reason=returned[0].code if returned else "",
    )


def show_by_provider(collection: ProviderCollection, currency: str) -> ProviderCollectionOut:
    return ProviderCollectionOut(
        id=collection.pk,
        state=ProviderCollectionState(collection.state),
        collect_on=collection.collect_on,
        number=collection.number,
        total=money(collection.total),
        currency=currency,
        prepared_at=moment(collection.prepared_at),
    )


def show_provider_debit(debit: ProviderDebit) -> ProviderDebitOut:
    return ProviderDebitOut(
        id=debit.pk,
        contribution=debit.contribution_id,
        attempt=debit.attempt,
        state=ProviderDebitState(debit.state),
        amount=money(debit.amount),
        payment=debit.payment_id,
        why_left_out=debit.why,
    )
