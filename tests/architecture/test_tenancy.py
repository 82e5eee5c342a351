"""Isolation as PostgreSQL has it: each tenant table has its policies, and no reference leads out (architecture §3)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from kring.core.tenancy import TenantForeignKey, TenantModel
from tests import one_of_each
from tests.architecture.catalogue import policies, references, rows, tables, unique_indexes

pytestmark = pytest.mark.django_db

# Models without an organisation, and why that is right. Anything else must be a TenantModel.
GLOBAL = {
    "organisations.Organisation": "the host names it before there is a scope",
    "organisations.PlatformSetting": "settings of the installation as a whole (T5)",
    "plans.Plan": "the platform's; organisations subscribe to them",
    "plans.StripeNotice": "whom it is about is known only when it is applied; ids alone",
    "organisations.OrganisationRequest": "there is no organisation yet",
    "organisations.PlatformLog": "what is done above the organisations; it outlives them",
    "hosting.OrganisationNote": "what the platform's administrators note about an organisation; never shown to it",
    "hosting.SurvivingPayment": "what is kept of the payments of organisations that were deleted (T6)",
    "hosting.OrganisationDomain": "the host names it before there is a scope",
    "hosting.LeftLogin": "logins of organisations that are gone, until they have been looked at",
    "hosting.Announcement": "of the platform, for administrators of any organisation",
    "hosting.AnnouncementReader": "belongs to the login, whatever organisations it administers",
    "hosting.SupportAccess": "who of the platform may enter: asked before it is known whether anything may be read",
    "hosting.OrganisationSize": "how large each is, for the platform's list",
    "organisations.StoredFile": "the size of each file; files are removed after the scope has ended",
    "mail.MailTurn": "whose turn it is to send an email: workers choose between organisations",
    "accounts.User": "one login may hold roles in several organisations (A4)",
    "mail.PlatformMessage": "mails of the platform itself, which is above all organisations",
    "account.EmailAddress": "belongs to the login",
    "account.EmailConfirmation": "belongs to the login",
    "mfa.Authenticator": "belongs to the login",
    "socialaccount.SocialAccount": "belongs to the login",
    "socialaccount.SocialApp": "the platform's own providers; an organisation's come as tenant rows",
    "socialaccount.SocialToken": "belongs to the login",
    "sessions.Session": "Django's, unused now: that of the version before",
    "accounts.UserSession": "belongs to a browser; the host-only cookie keeps it on one site",
    "auth.Group": "Django's, unused: rights are roles",
    "auth.Permission": "Django's, unused: rights are roles",
    "contenttypes.ContentType": "Django's list of models",
    "procrastinate.ProcrastinateJob": "jobs carry the organisation's id and open its scope",
    "procrastinate.ProcrastinateEvent": "what became of jobs",
    "procrastinate.ProcrastinatePeriodicDefer": "the clock of jobs",
    "procrastinate.ProcrastinateWorker": "who works on jobs",
}
TABLES_WITHOUT_MODEL = {
    "django_migrations": "Django's",
    "cache": "counters of rate limits",
    "job_done": "which jobs have been finished, by number",
    "auth_group_permissions": "Django's, unused",
    "auth_permission": "Django's, unused",
}
# What the role above all organisations may read, and what for. It may write in none of them.
PLATFORM_READS = {
    "banking_statementline": "what time makes due: lines of statements whose matching was lost",
    "payments_stripeconnection": "whose connected account a notice of Stripe is about",
    "plans_plansubscription": "whose a notice of Stripe is; who has a plan; what time makes due: reminders, silence",
    "accounts_profile": "who deletes a login asks where it is known",
    "direct_debit_mandate": "what time makes due: mandates that lapse after 36 months",
    "direct_debit_mandateupload": "what time makes due: files of account numbers that nobody took over",
    "payments_savedmeans": "what time makes due: saved accounts whose provider is asked",
    "direct_debit_providercollection": "what time makes due: collections that a provider charges today",
    "billing_invoicedelivery": "what time makes due: e-invoices to be sent, and asked after",
    "billing_invoicerequest": "what time makes due: invoices whose job failed",
    "billing_invoiceseries": "what time makes due: numbers that are looked through each night",
    "billing_order": "what time makes due: orders that expire",
    "partners_partnerquota": "what time makes due: unused tickets that come free",
    "checkin_guest": "what time makes due: names of guests that nobody needs any more",
    "checkin_guestupload": "what time makes due: files of guests that nobody needs any more",
    "dues_remindersettings": "what time makes due: reminders of contributions",
    "events_attraction": "what time makes due: windows that open and close",
    "events_event": "numbers per organisation; what time makes due: events that open, close, start and end",
    "events_registryanswer": "what time makes due: answers of registries nobody needs any more",
    "events_tickettype": "what time makes due: what is on sale in an event that is full, or has a place again",
    "events_waitinglist": "what time makes due: waiting lists that end, or have places to give",
    "members_application": "what time makes due: applications that nobody needs any more",
    "members_guardianship": "what time makes due: rights over children who come of age",
    "members_requestkey": "what time makes due: keys of requests that nobody repeats any more",
    "members_memberimport": "what time makes due: rows of files that nobody needs any more",
    "members_membermerge": "what time makes due: what an undo of a merge needed, after 30 days",
    "members_plannedstatus": "what time makes due: changes of status that were planned",
    "forms_upload": "what time makes due: files whose form was never sent",
    "mail_message": "what time makes due: mails to send",
    "newsletter_listdelivery": "what time makes due: changes of newsletters to pass on",
    "newsletter_subscription": "what time makes due: addresses nobody confirmed, to delete",
    "payments_notification": "what time makes due: notifications to apply",
    "payments_payment": "what time makes due: payments to ask about",
    "payments_payee": "what time makes due: account numbers to forget",
    "payments_transferfile": "what time makes due: files of account numbers to forget",
    "payments_reconciliation": "what time makes due: accounts to compare",
    "payments_refund": "what time makes due: refunds to ask for, and about",
    "places_hold": "what time makes due: holds that expire",
    "places_pool": "what time makes due: places that are left in an event",
    "registrations_registration": "numbers per organisation",
    "registrations_verdict": "what time makes due: registries to ask again",
    "role_user": "who has a login, and where",
    "waiting_invitation": "what time makes due: invitations to remind of, or to end",
}
TENANT_TABLES = {model._meta.db_table for model in one_of_each.tenant_models()}
MINE = "(organisation_id = (current_setting('kring.organisation_id'::text))::bigint)"


def test_each_model_belongs_to_an_organisation_or_says_why_not():
    plain = {model._meta.label for model in apps.get_models() if not issubclass(model, TenantModel)}

    assert plain == set(GLOBAL)


def test_each_table_of_the_database_is_known():
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | set(TABLES_WITHOUT_MODEL)

    assert tables() - known == set()


def test_no_tenant_model_has_a_table_of_pairs_that_no_policy_guards():
    pairs = [model._meta.label for model in one_of_each.tenant_models() if model._meta.local_many_to_many]

    assert pairs == []


def test_each_tenant_table_is_walled_in_for_the_application():
    guarded = {
        name
        for (name,) in rows(
            "SELECT relname::text FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        )
    }
    without = [t for t in TENANT_TABLES if ("tenant", ("kring_app",), "ALL", MINE) not in policies(t)]

    assert guarded == TENANT_TABLES
    assert without == []


def test_above_the_organisations_only_what_is_listed_is_open():
    found = {
        (table, name, roles, command)
        for table in TENANT_TABLES
        for name, roles, command, _condition in policies(table)
        if name != "tenant"
    }

    assert found == {(table, "platform", ("kring_platform",), "SELECT") for table in PLATFORM_READS}


def test_neither_role_can_step_around_the_policies():
    found = rows(
        """SELECT rolname::text, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles
           WHERE rolname IN ('kring_app', 'kring_platform') ORDER BY 1"""
    )
    owned = rows(
        """SELECT relname FROM pg_class JOIN pg_roles r ON r.oid = relowner
           WHERE r.rolname IN ('kring_app', 'kring_platform')"""
    )

    assert found == [("kring_app", False, False, False), ("kring_platform", False, False, False)]
    assert owned == []


def test_the_application_inherits_nothing_from_the_platforms_role():
    membership = rows(
        """SELECT m.inherit_option, m.set_option FROM pg_auth_members m
           WHERE m.roleid = 'kring_platform'::regrole AND m.member = 'kring_app'::regrole"""
    )

    assert membership == [(False, True)]


def test_each_reference_between_tenant_tables_carries_the_organisation():
    between = [r for r in references() if r.table in TENANT_TABLES and r.target in TENANT_TABLES]
    leaking = [r for r in between if r.columns[0] != "organisation_id" or r.target_columns != ("organisation_id", "id")]

    assert between
    assert leaking == []


def test_each_tenant_foreign_key_has_its_composite_key_and_its_delete_rule():
    wanted = {_key_of(model, field) for model, field in _tenant_foreign_keys()}
    found = {(r.table, r.columns, r.target, r.rule, r.clears) for r in references()}

    assert wanted - found == set()


def test_no_tenant_model_points_to_another_by_a_plain_foreign_key():
    plain = [
        f"{model._meta.label}.{field.name}"
        for model in one_of_each.tenant_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and not isinstance(field, TenantForeignKey)
        if issubclass(field.remote_field.model, TenantModel)
    ]

    assert plain == []


def test_each_tenant_row_dies_with_its_organisation():
    wanted = {(t, ("organisation_id",), "organisations_organisation", "CASCADE", ()) for t in TENANT_TABLES}
    found = {(r.table, r.columns, r.target, r.rule, r.clears) for r in references()}

    assert wanted - found == set()


def test_what_is_unique_is_unique_within_one_organisation():
    across = {
        index: column
        for table in TENANT_TABLES
        for index, column in unique_indexes(table).items()
        if column != "organisation_id"
    }

    assert across == {}


def _tenant_foreign_keys():
    for model in one_of_each.tenant_models():
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey):
                yield model, field


def _key_of(model, field):
    rule = {models.DB_CASCADE: "CASCADE", models.DB_SET_NULL: "SET NULL", models.DO_NOTHING: "NO ACTION"}[
        field.remote_field.on_delete
    ]
    clears = (field.column,) if rule == "SET NULL" else ()
    return (
        model._meta.db_table,
        ("organisation_id", field.column),
        field.remote_field.model._meta.db_table,
        rule,
        clears,
    )
