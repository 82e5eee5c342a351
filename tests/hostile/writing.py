"""Writes it into all that people write: every column of text of every table, and every text the API takes (A1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models

from kring.accounts.models import User
from kring.billing.models import Invoice
from kring.core.tenancy import TenantModel, scope
from kring.direct_debit.models import MandateUpload
from kring.dues.models import DonationReceipt
from kring.events.models import Event, PaymentOption
from kring.organisations import audit
from kring.organisations.models import Organisation
from kring.payments.models import Payment
from tests.architecture.catalogue import as_owner
from tests.hostile import payload

# What the database writes by itself, and what is no text of a person: keys, addresses and words of ours.
DERIVED = {"Answer", "Listed", "Searchable", "SigningKey", "SavedView", "TestpayCharge"}
KEPT = {
    "AuditEntry",
    "CollectionFile",
    "CreditEntry",
    "MandateVersion",
    "MemberFeeChange",
    "Invoice",
    "LegalText",
    "Question",
    "FormChoice",
    "WaitingStep",
    "Consent",
}
OURS = {
    *("StatementFile.facts", "MatchRule.email", "MatchRule.purpose", "MandateUpload.known_creditor_id"),
    "MandateUpload.rows",
    *("MandateVersion.iban", "MandateVersion.reference", "MandateVersion.creditor_id", "MandateVersion.address_digest"),
    *("Mandate.creditor_id", "Mandate.hold", "CreditorAccount.iban", "CreditorAccount.creditor_id"),
    *("CollectionFile.message_id", "CollectionFile.contents", "Debit.sequence"),
    *("password", "digest", "secret", "code", "number", "kind", "method", "account", "event_id", "reference", "key"),
    *(
        "provider_id",
        "public_id",
        "subject_type",
        "subject_id",
        "subject_key",
        "action",
        "result",
        "template",
        "composed_html",
    ),
    *("slug", "subdomain", "country", "currency", "language", "time_zone", "primary_colour", "accent_colour", "state"),
    *("file", "photo", "logo", "content_type", "attachments", "reworded_mails", "scopes", "demanded", "accepts"),
    *("settings", "provider_data", "query", "prices", "billing_status", "despite"),
    *("paid_currency", "their_currency"),
    # Reasons of ours; amounts and days, with texts among them (`_into_invoices`, `_among_numbers`).
    *("vat_exemption", "next_vat_exemption", "contents", "gifts"),
    # Names in addresses and in answers, of letters and dashes; a registry's key of somebody; a rule of ours; what part
    # of a member's data; a code, a number, of letters and digits.
    *(
        "Question.name",
        "Question.pattern",
        "Question.shown_if_values",
        "RegistryAnswer.subject",
        "RegistryAnswer.registry",
        "ChangeRequest.part",
        "CampaignCode.text",
        "Subscription.order_number",
    ),
}
ACCOUNT = "NL91ABNA0417164300"
TEXTUAL = (models.CharField, models.TextField, models.JSONField)


def everywhere(organisation: Any, owner: Any) -> None:
    with scope(organisation):
        for model in (PaymentOption, Payment):
            for row in model.objects.all():
                row.settings = {"account": ACCOUNT, "holder": payload.text(70), "text": payload.text(2000)}
                row.save()
        _into_all_rows()
        _into_invoices()
        _among_numbers()
        texts = _columns(Organisation) | {"bank_account": ACCOUNT, "contact_email": "a@hostile.example"}
        Organisation.objects.filter(pk=organisation.pk).update(**texts)
        User.objects.update(name=payload.text(200))
        with audit.acting(User.objects.get(pk=owner.pk)):
            event = Event.objects.order_by("pk").first()
            audit.log("event.changed", event, old={"name": "Gala"}, new={"name": payload.text(200)})


def _columns(model: Any) -> dict[str, Any]:
    """For each column of text what is written into it."""
    found = {}
    for field in model._meta.concrete_fields:
        if not isinstance(field, TEXTUAL) or field.choices or field.primary_key:
            continue
        if field.name in OURS or f"{model.__name__}.{field.name}" in OURS:
            continue
        if "email" in field.name or field.name in ("recipient", "reply_to"):
            found[field.name] = payload.ADDRESS
        elif not isinstance(field, models.JSONField):
            found[field.name] = payload.text(field.max_length)
    return found


def _into_all_rows() -> None:
    """Into every row there is, in one organisation."""
    for model in apps.get_models():
        if not issubclass(model, TenantModel) or model.__name__ in DERIVED:
            continue
        if columns := _columns(model):
            with _thawed(model):
                model.objects.update(**columns)
        for field in model._meta.concrete_fields:
            if isinstance(field, models.JSONField) and field.name not in OURS:
                for row in (each for each in model.objects.all() if getattr(each, field.name) is not None):
                    with _thawed(model):
                        model.objects.filter(pk=row.pk).update(**{field.name: payload.inside(getattr(row, field.name))})


def _into_invoices() -> None:
    text = payload.text(200)
    party = dict.fromkeys(["name", "contact", "street", "postal_code", "city", "vat_number"], text)
    for row in Invoice.objects.all():
        contents = row.contents | dict.fromkeys(["note", "reference", "why"], text)
        for side in ("seller", "buyer"):
            contents[side] |= party
        contents["lines"] = [each | {"text": text, "why": text} for each in contents["lines"]]
        with _thawed(Invoice):
            Invoice.objects.filter(pk=row.pk).update(contents=contents)


def _among_numbers() -> None:
    """Where days and amounts are ours, and the words between them somebody's."""
    text = payload.text(200)
    DonationReceipt.objects.update(gifts=[["2025-12-24", text, "50.00"]])
    for row in MandateUpload.objects.exclude(rows=None):
        MandateUpload.objects.filter(pk=row.pk).update(
            rows=[[number, [text] * len(cells)] for number, cells in row.rows]
        )


@contextmanager
def _thawed(model: Any) -> Iterator[None]:
    """What the database keeps as it was (answered questions, the log, steps) was written so from the beginning."""
    if model.__name__ not in KEPT:
        yield
        return
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER USER")


def bodies(api: Any) -> Iterator[tuple[str, str, str]]:
    """(operation, method, body) of each operation of the API that takes one, as it describes itself."""
    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            if "requestBody" in operation:
                shape = operation["requestBody"]["content"]["application/json"]["schema"]
                body = json.dumps(body_of(shape, schema["components"]["schemas"]))
                yield operation["operationId"], method.upper(), body


def body_of(shape: dict[str, Any], known: dict[str, Any], deep: int = 0) -> Any:
    """Something of this shape, with it in every text."""
    if "$ref" in shape:
        return body_of(known[shape["$ref"].rsplit("/", 1)[1]], known, deep + 1)
    for either in ("anyOf", "oneOf", "allOf"):
        if either in shape:
            return body_of(next(each for each in shape[either] if each.get("type") != "null"), known, deep + 1)
    if "enum" in shape or "const" in shape:
        return shape.get("const", (shape.get("enum") or [None])[0])
    match shape.get("type"):
        case "object":
            return {
                name: body_of(each, known, deep + 1) for name, each in shape.get("properties", {}).items() if deep < 8
            }
        case "array":
            return [body_of(shape.get("items", {}), known, deep + 1)]
        case "integer" | "number":
            return shape.get("minimum", 1)
        case "boolean":
            return True
        case "string":
            formats = {"date-time": "2027-06-01T10:00:00Z", "date": "2027-06-01", "email": payload.ADDRESS}
            return formats.get(shape.get("format", ""), payload.text(shape.get("maxLength"), lines=False))
    return payload.text(200, lines=False)
