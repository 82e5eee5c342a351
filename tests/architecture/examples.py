"""A real address for each route. A new route with parameters needs a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from kring.accounts import welcome
from kring.accounts.models import ApiToken, IdentityProvider, Profession, User
from kring.banking.models import ColumnMapping, MatchRule, StatementFile, StatementLine
from kring.billing.models import Invoice, Order, OrderLine
from kring.box_office.models import SaleKind, Shift, Taking
from kring.certificates.models import Certificate
from kring.checkin.models import Guest, GuestUpload, Location
from kring.direct_debit.models import (
    CollectionRun,
    CreditorAccount,
    Debit,
    DebitReturn,
    Mandate,
    MandateUpload,
    ProviderCollection,
)
from kring.dues.models import (
    Contribution,
    ContributionRun,
    DonationReceipt,
    FeeTable,
    Payer,
    Reduction,
    Reminder,
    ReminderStep,
    Surcharge,
)
from kring.events.models import (
    Attraction,
    Campaign,
    CampaignCode,
    EligibilityRule,
    Event,
    Organiser,
    PriceRule,
    ProfessionProof,
    Session,
    TicketType,
)
from kring.forms.models import Form, Question, Upload
from kring.mail.models import Message
from kring.members.models import (
    Application,
    CalendarLink,
    ChangeRequest,
    ExportLayout,
    Group,
    Guardian,
    Guardianship,
    Household,
    Meeting,
    Member,
    MemberBulk,
    MemberDocument,
    MemberImport,
    MemberInvitation,
    MemberMerge,
    MembershipType,
    PlannedRow,
    PlannedStatus,
    Season,
    WaitingMember,
)
from kring.newsletter.models import MailingList, Subscription
from kring.partners.models import Partner, PartnerQuota
from kring.payments.models import (
    CreditAccount,
    Difference,
    Payee,
    PayLink,
    Payment,
    Payout,
    Reconciliation,
    Refund,
    SavedMeans,
    TransferFile,
)
from kring.payments.testpay.models import TestpayCharge
from kring.plans.models import PlanSubscription
from kring.registrations.models import Bulk, RefundRun, Registration, Team, Ticket
from kring.waiting.models import Invitation, WaitingEntry
from tests.architecture.routes import SITES, Route

ABOUT_A_MEMBER = (
    "member",
    "member_change",
    "member_bank_account",
    "member_picture",
    "member_picture_change",
    "member_status",
    "member_leaving",
    "member_type",
    "member_groups",
    "member_invitation",
    "member_household",
    "member_household_leaving",
    "member_guardian_new",
    "member_changes",
)
ABOUT_A_HOUSEHOLD = (
    *("household", "household_change", "household_adding", "household_dissolution", "household_guardian_new"),
)
ABOUT_A_GROUP = (
    *("group", "group_change", "group_retirement", "group_restoring", "group_removal", "group_adding", "group_people"),
)
ABOUT_AN_APPLICATION = (
    *("application", "application_approval", "application_acceptance", "application_waiting", "application_decline"),
    "application_account",
)
ABOUT_AN_IMPORT = (
    *(
        "import",
        "import_columns",
        "import_values",
        "import_report",
        "import_start",
        "import_pause",
        "import_going_on",
        "import_stop",
    ),
    "import_undoing",
)
ABOUT_A_PAYER = (
    *("reminder_payer", "reminder_promise", "reminder_stop", "reminder_resume", "reminder_now", "reminder_hold"),
)
ABOUT_AN_INVOICE = (
    *("invoice", "invoice_document", "invoice_credit", "invoice_correction"),
    *("invoice_delivery_file", "invoice_answer", "invoice_sending"),
)
Rows = Mapping[Any, Any]
Given = Callable[[Rows], dict[str, Any]]


def _pk(model: Any) -> Given:
    return lambda rows: {"pk": rows[model].pk}


def _pk_as_id(model: Any) -> Given:
    return lambda rows: {"id": rows[model].pk}


def _order(rows: Rows) -> dict[str, Any]:
    return {"number": rows[Order].number}


def _event(rows: Rows) -> dict[str, Any]:
    return {"event_pk": rows[Event].pk}


def _of_event(**more: Any) -> Given:
    return lambda rows: _event(rows) | {name: value(rows) for name, value in more.items()}


def _secret(rows: Rows) -> dict[str, Any]:
    return {"secret": rows[Order].secret}


def _secret_of(model: Any) -> Given:
    return lambda rows: {"secret": rows[model].secret}


def _slug(rows: Rows) -> dict[str, Any]:
    return {"slug": rows[Event].slug}


def _charge(rows: Rows) -> dict[str, Any]:
    return {"public_id": rows[TestpayCharge].public_id}


def _attraction(rows: Rows) -> int:
    return rows[Attraction].pk


def _welcome(rows: Rows) -> dict[str, Any]:
    *_path, uid, token, _end = welcome.link(rows[User], "").split("/")
    return {"uid": uid, "token": token}


def _question(rows: Rows) -> dict[str, Any]:
    return {"event_pk": rows[Event].pk, "pk": rows[Attraction].pk, "name": rows[Question].name}


def _file(rows: Rows) -> dict[str, Any]:
    return {"pk": rows[Registration].pk, "key": rows[Upload].key}


def _plan(rows: Rows) -> dict[str, Any]:
    return {"pk": rows[PlanSubscription].plan_id}


def _purpose(**more: Any) -> Given:
    return lambda rows: {"purpose": Form.Purpose.EVENT.value, **more}


EXAMPLES: dict[str, Given] = {
    **{f"platform:{route}": _plan for route in ("plan", "plan_removal")},
    **{f"manage:{route}": _plan for route in ("subscription_choice", "subscription_change")},
    **{f"manage:{route}": _pk(Payer) for route in ABOUT_A_PAYER},
    "manage:donation_receipt": _pk(DonationReceipt),
    "my:donation-receipt": _pk(DonationReceipt),
    "manage:donation_receipts_making": lambda rows: {"year": 2025},
    **{f"manage:{route}": _pk(ReminderStep) for route in ("reminder_step", "reminder_step_removal")},
    "manage:reminder_letter": _pk(Reminder),
    "public:reminder": _secret_of(Reminder),
    **{
        f"api:{act}": _pk_as_id(Payer)
        for act in ("get_reminder_pauses", "promise_payment", "stop_reminders", "resume_reminders")
    },
    "manage:registration_file": _file,
    "my:registration-file": _file,
    "manage:member_file": lambda rows: {"pk": rows[Member].pk, "key": rows[Upload].key},
    "my:cancellation": _pk(Registration),
    "my:correction": _pk(Registration),
    "my:passing-on": _pk(Registration),
    "my:change": _pk(Registration),
    "public:change": lambda rows: _secret(rows) | {"pk": rows[Registration].pk},
    "public:cancellations": _secret,
    "public:passing-on": lambda rows: _secret(rows) | {"pk": rows[Registration].pk},
    "public:correction": lambda rows: _secret(rows) | {"pk": rows[Registration].pk},
    "public:cancellation": lambda rows: _secret(rows) | {"pk": rows[Registration].pk},
    "public:send-proof-link": lambda rows: _secret(rows) | {"pk": rows[Registration].pk},
    "public:join_requested": lambda rows: {"slug": rows[Event].slug},
    "public:my_calendar": _secret_of(CalendarLink),
    "public:member_address": lambda rows: {"token": "made-up"},
    "public:membership": lambda rows: {"token": "made-up"},
    "public:send-confirmation": _secret,
    "public:confirm-order": lambda rows: {"token": "made-up"},
    "public:order-file": lambda rows: _secret(rows) | _file(rows),
    "manage:attraction_form": _of_event(pk=_attraction),
    "manage:attraction_form_removal": _of_event(pk=_attraction),
    "manage:attraction_form_name": _of_event(pk=_attraction),
    "manage:attraction_form_preview": _of_event(pk=_attraction),
    "manage:attraction_form_versions": _of_event(pk=_attraction),
    "manage:attraction_form_version": _of_event(pk=_attraction, number=lambda rows: 1),
    "manage:attraction_form_known": _of_event(pk=_attraction),
    "manage:attraction_form_question_new": _of_event(pk=_attraction),
    "manage:attraction_form_question": _question,
    "manage:attraction_form_question_removal": _question,
    "manage:attraction_form_question_position": _question,
    "manage:basic_set": lambda rows: {"key": "general"},
    "manage:settings_form": _purpose(),
    "manage:settings_form_removal": _purpose(),
    "manage:settings_form_name": _purpose(),
    "manage:settings_form_preview": _purpose(),
    "manage:settings_form_versions": _purpose(),
    "manage:settings_form_version": _purpose(number=1),
    "manage:settings_form_known": _purpose(),
    "manage:settings_form_question_new": _purpose(),
    "manage:settings_form_question": _purpose(name="subsidy"),
    "manage:settings_form_question_removal": _purpose(name="subsidy"),
    "manage:settings_form_question_position": _purpose(name="subsidy"),
    **dict.fromkeys(
        ["manage:wording", "manage:wording_preview", "manage:wording_removal"],
        lambda rows: {"template": "ticket", "language": "en"},
    ),
    "theme": lambda rows: {"hash": "0"},
    "api:get_instalments": lambda rows: {"number": rows[Order].number},
    **dict.fromkeys(["api:get_invoice", "api:get_invoice_pdf"], lambda rows: {"number": rows[Invoice].number}),
    **dict.fromkeys(["api:get_payment", "api:refund_payment"], lambda rows: {"id": rows[Payment].pk}),
    "api:get_mandate": lambda rows: {"id": rows[Mandate].pk},
    "api:list_debits": lambda rows: {"id": rows[CollectionRun].pk},
    "api:list_provider_debits": _pk_as_id(ProviderCollection),
    **{f"api:{act}_contribution_run": _pk_as_id(ContributionRun) for act in ("get", "stop", "resume")},
    **{f"api:{act}_fee_table": _pk_as_id(FeeTable) for act in ("get", "change", "remove")},
    **{f"api:{act}_reduction": _pk_as_id(Reduction) for act in ("change", "remove")},
    **{f"api:{act}_surcharge": _pk_as_id(Surcharge) for act in ("change", "remove")},
    **{
        f"api:{act}": _pk_as_id(Member)
        for act in (
            *("get_member_contribution", "agree_on_contribution", "end_agreement_on_contribution"),
            "list_agreement_changes",
        )
    },
    **{
        f"api:{act}": _pk_as_id(StatementFile)
        for act in ("get_bank_file", "take_bank_file", "explain_bank_columns", "discard_bank_file")
    },
    **{
        f"api:{act}": _pk_as_id(StatementLine)
        for act in (
            *("get_bank_line", "accept_bank_line", "book_bank_line_on_orders", "set_bank_line_aside"),
            "undo_bank_line",
        )
    },
    **dict.fromkeys(["api:get_contribution", "api:waive_contribution"], lambda rows: {"id": rows[Contribution].pk}),
    **dict.fromkeys(["api:get_refund", "api:take_refund_back"], lambda rows: {"id": rows[Refund].pk}),
    "api:list_price_rules": lambda rows: {"event": rows[Event].slug},
    "api:check_eligibility": lambda rows: {"event": rows[Event].slug},
    **{f"api:{act}": lambda rows: {"event": rows[Event].slug} for act in ("list_guests", "add_guest", "list_teams")},
    **{
        f"api:{act}_guest": lambda rows: {"event": rows[Event].slug, "id": rows[Guest].pk}
        for act in ("get", "change", "remove")
    },
    "api:quote_tickets": lambda rows: {"event": rows[Event].slug},
    "api:list_sessions": lambda rows: {"event": rows[Event].slug},
    "api:get_chosen_sessions": lambda rows: {"id": rows[Registration].pk},
    "api:choose_sessions": lambda rows: {"id": rows[Registration].pk},
    "api:get_event": lambda rows: {"event": rows[Event].slug},
    "api:get_member": lambda rows: {"id": rows[Member].pk},
    **{
        f"api:{name}": _pk_as_id(Member)
        for name in (
            *("change_member", "change_member_status", "list_memberships", "set_membership"),
            *("get_member_bank_account", "set_member_bank_account"),
        )
    },
    "api:change_group": _pk_as_id(Group),
    "api:put_members_in_group": _pk_as_id(Group),
    "api:take_member_out_of_group": lambda rows: {"id": rows[Group].pk, "member": rows[Member].pk},
    "api:change_household": _pk_as_id(Household),
    "api:move_member_in": lambda rows: {"id": rows[Household].pk, "member": rows[Member].pk},
    "api:move_member_out": lambda rows: {"id": rows[Household].pk, "member": rows[Member].pk},
    "api:list_group_members": lambda rows: {"id": rows[Group].pk},
    "api:get_household": lambda rows: {"id": rows[Household].pk},
    **dict.fromkeys(
        [
            *("api:change_event", "api:submit_event", "api:withdraw_event", "api:accept_event", "api:reject_event"),
            *("api:cancel_event", "api:create_attraction"),
        ],
        lambda rows: {"event": rows[Event].slug},
    ),
    **dict.fromkeys(
        ["api:change_attraction", "api:remove_attraction"],
        lambda rows: {"event": rows[Event].slug, "id": rows[Attraction].pk},
    ),
    **dict.fromkeys(
        [
            *("api:get_waiting_list", "api:switch_waiting_list_on", "api:change_waiting_list"),
            *("api:switch_waiting_list_off", "api:list_waiting_steps", "api:list_waiting_entries"),
            *("api:join_waiting_list", "api:add_waiting_entry", "api:invite_waiting"),
        ],
        lambda rows: {"event": rows[Event].slug},
    ),
    **dict.fromkeys(
        [
            *("api:get_waiting_entry", "api:leave_waiting_list", "api:get_waiting_position"),
            *("api:remove_waiting_entry", "api:move_waiting_entry"),
        ],
        lambda rows: {"event": rows[Event].slug, "id": rows[WaitingEntry].pk},
    ),
    "api:send_invitation_again": lambda rows: {"event": rows[Event].slug, "id": rows[Invitation].pk},
    "api:get_form": _pk_as_id(Form),
    "api:replace_questions": _pk_as_id(Form),
    "api:choose_form": lambda rows: {"event": rows[Event].slug, "attraction": rows[Attraction].pk},
    "api:get_registration": lambda rows: {"id": rows[Registration].pk},
    "api:correct_registration": lambda rows: {"id": rows[Registration].pk},
    "api:cancel_registration": lambda rows: {"id": rows[Registration].pk},
    "manage:attraction": _of_event(pk=_attraction),
    "manage:attraction_removal": _of_event(pk=_attraction),
    "manage:attraction_position": _of_event(pk=_attraction),
    "manage:session": _of_event(pk=lambda rows: rows[Session].pk),
    "manage:session_removal": _of_event(pk=lambda rows: rows[Session].pk),
    "manage:session_people": _of_event(pk=lambda rows: rows[Session].pk),
    "manage:fewest_sessions": _of_event(pk=_attraction),
    "manage:price_rule": _of_event(pk=lambda rows: rows[PriceRule].pk),
    "manage:price_rule_add": _of_event(key=lambda rows: "age"),
    "manage:price_rule_position": _of_event(pk=lambda rows: rows[PriceRule].pk),
    "manage:price_rule_removal": _of_event(pk=lambda rows: rows[PriceRule].pk),
    "manage:price_rule_use": _of_event(pk=lambda rows: rows[PriceRule].pk),
    "manage:rule": _of_event(pk=lambda rows: rows[EligibilityRule].pk),
    "manage:rule_add": _of_event(key=lambda rows: "age"),
    "manage:rule_removal": _of_event(pk=lambda rows: rows[EligibilityRule].pk),
    "manage:rule_position": _of_event(pk=lambda rows: rows[EligibilityRule].pk),
    **{f"manage:{route}": _pk(Member) for route in ABOUT_A_MEMBER},
    **{f"manage:{route}": _pk(Group) for route in ABOUT_A_GROUP},
    **{f"manage:{route}": _pk(Group) for route in ("group_attendance", "meeting_new", "group_mail")},
    **{
        f"manage:{route}": lambda rows: {"pk": rows[Group].pk, "meeting_pk": rows[Meeting].pk}
        for route in ("meeting", "meeting_change", "meeting_removal")
    },
    "manage:group_enrolled": lambda rows: {"pk": rows[Group].pk, "registration_pk": rows[Registration].pk},
    **{f"manage:{route}": _pk(Household) for route in ABOUT_A_HOUSEHOLD},
    **dict.fromkeys(["manage:guardian", "manage:guardian_leaving"], _pk(Guardian)),
    **dict.fromkeys(["manage:guardianship", "manage:guardianship_end"], _pk(Guardianship)),
    **{f"manage:{name}": _pk(Season) for name in ("season", "season_removal")},
    "manage:member_merge": lambda rows: {"pk": rows[Member].pk, "other_pk": rows[Member].pk},
    "manage:members_apart": lambda rows: {"pk": rows[Member].pk, "other_pk": rows[Member].pk},
    "manage:member_merge_undo": _pk(MemberMerge),
    "manage:members_bulk": _pk(MemberBulk),
    "manage:member_plan_removal": lambda rows: {"pk": rows[Member].pk, "plan_pk": rows[PlannedStatus].pk},
    **{f"manage:{route}": _pk(MemberImport) for route in ABOUT_AN_IMPORT},
    "manage:export_layout": _pk(ExportLayout),
    "manage:export_layout_file": _pk(ExportLayout),
    "manage:export_layout_removal": _pk(ExportLayout),
    "manage:import_decision": lambda rows: {"pk": rows[MemberImport].pk, "row_pk": rows[PlannedRow].pk},
    **{f"manage:{route}": _pk(Application) for route in ABOUT_AN_APPLICATION},
    "manage:application_file": lambda rows: {"pk": rows[Application].pk, "key": rows[Upload].key},
    "manage:line_member": _pk(WaitingMember),
    "manage:application_settings": _pk(MembershipType),
    "public:apply": _pk(MembershipType),
    **dict.fromkeys(["public:application", "public:application_withdrawal"], lambda rows: {"token": "made-up"}),
    "my:document": lambda rows: {"key": rows[MemberDocument].upload.key},
    **dict.fromkeys(["manage:member_document", "manage:member_document_removal"], _pk(MemberDocument)),
    "manage:membership_type": _pk(MembershipType),
    "manage:membership_type_removal": _pk(MembershipType),
    "manage:organiser": _pk(Organiser),
    **{f"manage:{name}": _pk(ProfessionProof) for name in ("profession_proof", "profession_proof_file")},
    **{f"manage:{name}": _pk(Profession) for name in ("profession", "profession_removal", "profession_position")},
    "manage:organiser_removal": _pk(Organiser),
    **{f"manage:{name}": _pk(Invoice) for name in ABOUT_AN_INVOICE},
    "manage:invoice_account": lambda rows: {"channel": "ksef"},
    "manage:invoices_file": lambda rows: {"form": "csv"},
    "manage:order_invoice": _order,
    "public:request-invoice": _secret,
    "public:invoice": lambda rows: _secret(rows) | {"pk": rows[Invoice].pk},
    "my:invoice": _pk(Invoice),
    "my:saved-means-removal": _pk(SavedMeans),
    "manage:saved_account_revocation": _pk(SavedMeans),
    **{f"manage:provider_collection{act}": _pk(ProviderCollection) for act in ("", "_release", "_calling_off")},
    "my:saved-means-collecting": _pk(SavedMeans),
    "my:saved-means-new": lambda rows: {"method": "mollie"},
    "manage:dues_account": _pk(Payer),
    "manage:dues_confirmation": lambda rows: {"pk": rows[Payer].pk, "year": 2026},
    "manage:dues_of_member": _pk(Member),
    "manage:fee_table": _pk(FeeTable),
    "manage:fee_table_removal": _pk(FeeTable),
    "manage:reduction": _pk(Reduction),
    "manage:reduction_removal": _pk(Reduction),
    "manage:reduction_new": lambda rows: {"kind": "cap"},
    "manage:surcharge": _pk(Surcharge),
    "manage:surcharge_removal": _pk(Surcharge),
    "manage:member_fee": _pk(Member),
    "manage:tax_removal": lambda rows: {"valid_from": "2026-01-01"},
    **dict.fromkeys(["manage:box_office_event", "manage:box_office_tickets"], _of_event()),
    "manage:box_office_difference": _pk(Registration),
    "manage:box_office_paper": lambda rows: {"pk": rows[Taking].pk, "paper": "roll"},
    **{f"manage:{name}": _pk(Taking) for name in ("box_office_sale", "box_office_undoing")},
    **{f"manage:{name}": _pk(Shift) for name in ("shift", "shift_closing", "shift_report")},
    **{f"manage:{name}": _pk(SaleKind) for name in ("sale_kind", "sale_kind_removal", "sale_kind_position")},
    **{f"manage:partner{act}": _pk(Partner) for act in ("", "_change", "_removal", "_link", "_link_sending")},
    **dict.fromkeys(
        [f"manage:partner_quota{act}" for act in ("", "_change", "_removal", "_link")],
        _of_event(pk=lambda rows: rows[PartnerQuota].pk),
    ),
    **dict.fromkeys(
        [
            *(f"manage:campaign{act}" for act in ("", "_change", "_removal")),
            *("manage:campaign_code_new", "manage:campaign_codes_new", "manage:campaign_codes_file"),
        ],
        _of_event(pk=lambda rows: rows[Campaign].pk),
    ),
    "manage:campaign_code_removal": _of_event(
        pk=lambda rows: rows[Campaign].pk, code=lambda rows: rows[CampaignCode].pk
    ),
    "public:partner": _secret_of(Partner),
    "public:partner_tickets": _secret_of(PartnerQuota),
    "public:partner_gift": lambda rows: {"secret": rows[Partner].secret, "pk": rows[PartnerQuota].pk},
    **dict.fromkeys(
        ["public:partner_hand_over", "public:partner_take_back"],
        lambda rows: {"secret": rows[Partner].secret, "pk": rows[Registration].pk},
    ),
    **dict.fromkeys(["api:get_partner", "api:change_partner", "api:remove_partner"], _pk_as_id(Partner)),
    **dict.fromkeys(["api:list_campaigns", "api:create_campaign"], lambda rows: {"event": rows[Event].slug}),
    **dict.fromkeys(
        [
            *("api:get_campaign", "api:change_campaign", "api:remove_campaign"),
            *("api:list_codes", "api:add_codes"),
        ],
        lambda rows: {"event": rows[Event].slug, "id": rows[Campaign].pk},
    ),
    "api:remove_code": lambda rows: {
        "event": rows[Event].slug,
        "id": rows[Campaign].pk,
        "code": rows[CampaignCode].pk,
    },
    **dict.fromkeys(["api:list_partner_tickets", "api:keep_partner_tickets"], lambda rows: {"event": rows[Event].slug}),
    **dict.fromkeys(
        ["api:get_partner_tickets", "api:change_partner_tickets", "api:remove_partner_tickets"],
        lambda rows: {"event": rows[Event].slug, "id": rows[PartnerQuota].pk},
    ),
    "manage:payment_option": _of_event(method=lambda rows: "transfer"),
    "manage:payment_option_removal": _of_event(method=lambda rows: "transfer"),
    "manage:refund_terms_of_type": _of_event(pk=lambda rows: rows[TicketType].pk),
    "manage:instalment_plan": _of_event(pk=_attraction),
    "manage:instalment_plan_removal": _of_event(pk=_attraction),
    "manage:entrance": _of_event(pk=lambda rows: rows[Location].pk),
    "manage:entrance_removal": _of_event(pk=lambda rows: rows[Location].pk),
    **{f"manage:{name}": _of_event(pk=lambda rows: rows[Guest].pk) for name in ("guest", "guest_removal")},
    **dict.fromkeys(
        [f"manage:guest_upload{act}" for act in ("", "_start", "_undoing")],
        _of_event(pk=lambda rows: rows[GuestUpload].pk),
    ),
    "manage:registration": _pk(Registration),
    "manage:registrations_act": _pk(Bulk),
    "manage:event_registrations_act": _of_event(pk=lambda rows: rows[Bulk].pk),
    **dict.fromkeys(
        [f"manage:waiting_entry{act}" for act in ("", "_sending", "_removal", "_position")],
        _of_event(pk=lambda rows: rows[WaitingEntry].pk),
    ),
    **dict.fromkeys(["manage:waiting_group", "manage:waiting_group_export"], _of_event(pk=_attraction)),
    "manage:registration_cancellation": _pk(Registration),
    "manage:registration_undo_check_in": _pk(Registration),
    "manage:registration_correction": _pk(Registration),
    "manage:registration_passing_on": _pk(Registration),
    "manage:registration_change": _pk(Registration),
    "manage:registration_ticket": _pk(Registration),
    "manage:registration_ticket_again": _pk(Registration),
    "manage:order": _order,
    "manage:order_completion": _order,
    "manage:order_buyer": _order,
    "manage:order_tickets": _order,
    "manage:order_cancellation": _order,
    "manage:order_decision": _order,
    "manage:order_keeping": _order,
    "manage:payment_confirmation": _pk(Payment),
    "manage:payment_undoing": _pk(Payment),
    "manage:payment_refund": _pk(Payment),
    "manage:refund": _pk(Refund),
    "manage:event_refund": _of_event(),
    **dict.fromkeys(
        ["manage:event_refund_run", "manage:event_refund_stop", "manage:event_refund_resume"],
        _of_event(pk=lambda rows: rows[RefundRun].pk),
    ),
    "manage:refund_taking_back": _pk(Refund),
    **dict.fromkeys(["manage:refund_account", "manage:refund_account_request", "manage:refund_returned"], _pk(Refund)),
    **dict.fromkeys(
        [f"manage:transfer_file{act}" for act in ("", "_download", "_confirmation", "_discarding")], _pk(TransferFile)
    ),
    **dict.fromkeys(["manage:credit", "manage:credit_paying_out"], _pk(CreditAccount)),
    "public:refund-account": _secret_of(Payee),
    **dict.fromkeys(
        [
            *("manage:contribution", "manage:contribution_bill", "manage:contribution_waiver"),
            *("manage:contribution_correction", "manage:contribution_withdrawal", "manage:contribution_payer"),
            *("manage:contribution_money", "my:dues-receipt"),
        ],
        _pk(Contribution),
    ),
    **{f"manage:contribution_run{act}": _pk(ContributionRun) for act in ("", "_stop", "_going_on")},
    **{f"manage:dues_payment{act}": lambda rows: {"method": "transfer"} for act in ("", "_removal")},
    **dict.fromkeys(["public:bill", "public:bill-document"], lambda rows: {"secret": rows[Contribution].order.secret}),
    "public:bill-payment": lambda rows: {"secret": rows[Contribution].order.secret, "pk": rows[Payment].pk},
    "manage:refund_seen": _pk(Refund),
    **dict.fromkeys(
        [
            *(f"manage:mandate{act}" for act in ("", "_change", "_account", "_ending", "_stopping", "_resuming")),
            *("manage:mandate_final", "manage:mandate_document"),
            *("my:mandate-change", "my:mandate-withdrawal", "my:mandate-document"),
        ],
        _pk(Mandate),
    ),
    **dict.fromkeys(
        [
            f"manage:collection{act}"
            for act in ("", "_release", "_file", "_handing_over", "_booking", "_calling_off", "_closing")
        ],
        _pk(CollectionRun),
    ),
    "manage:debit_return": _pk(Debit),
    "manage:debit_return_undoing": _pk(DebitReturn),
    "manage:mandate_evidence": lambda rows: {"pk": rows[Mandate].pk, "number": 1},
    **dict.fromkeys(["manage:mandate_upload", "manage:mandate_upload_start"], _pk(MandateUpload)),
    "manage:mandate_new_member": _pk(Member),
    "manage:mandate_new_payer": _pk(Payer),
    "manage:creditor": _pk(CreditorAccount),
    "manage:creditor_retiring": _pk(CreditorAccount),
    "manage:payout": _pk(Payout),
    "manage:reconciliation_file": lambda rows: {"form": "csv"},
    **dict.fromkeys(
        [
            *(
                f"manage:statement_line{act}"
                for act in ("", "_acceptance", "_credit", "_orders", "_purpose", "_undoing")
            ),
            "manage:statement_line_account",
        ],
        _pk(StatementLine),
    ),
    **dict.fromkeys(
        [*(f"manage:bank_file{act}" for act in ("", "_taking", "_columns", "_discarding"))], _pk(StatementFile)
    ),
    "manage:match_rule_forgetting": _pk(MatchRule),
    "manage:column_mapping": _pk(ColumnMapping),
    **dict.fromkeys(["manage:difference", "manage:difference_seen", "manage:difference_booking"], _pk(Difference)),
    **dict.fromkeys(["manage:reconciliation_now", "manage:reconciliation_sharing"], _pk(Reconciliation)),
    "manage:message": _pk(Message),
    "manage:message_html": _pk(Message),
    "manage:message_attachment": lambda rows: {"pk": rows[Message].pk, "number": 0},
    "manage:message_sending": _pk(Message),
    **dict.fromkeys(
        [f"api:{act}_user" for act in ("get", "remove", "block", "unblock")]
        + ["api:set_user_roles", "api:list_user_sessions", "api:end_user_sessions"],
        lambda rows: {"id": rows[User].pk},
    ),
    "manage:user": _pk(User),
    "manage:user_block": _pk(User),
    "manage:user_unblock": _pk(User),
    "manage:user_removal": _pk(User),
    "manage:user_logout": _pk(User),
    "manage:user_second_factor": _pk(User),
    **{f"manage:login_service{act}": _pk(IdentityProvider) for act in ("", "_change", "_check", "_switch", "_removal")},
    **dict.fromkeys(["openid:begin", "openid:callback"], lambda rows: {"key": 1}),
    "openid:confirmation": lambda rows: {"token": "made-up"},
    **{
        f"manage:{name}": lambda rows: {"method": "testpay", "mode": "live"}
        for name in ("provider", "provider_use", "provider_stop", "provider_check")
    },
    **{
        f"manage:newsletter{act}": _pk(MailingList)
        for act in ("", "_change", "_channel", "_link", "_removal", "_export", "_trying_again")
    },
    **{f"manage:newsletter{act}": _pk(Subscription) for act in ("_subscription", "_unsubscribing", "_erasure")},
    "my:newsletter-leaving": _pk(Subscription),
    "public:newsletter_confirmation": lambda rows: {"token": "made-up"},
    "public:newsletter_subscription": _secret_of(Subscription),
    "public:newsletter_reports": _secret_of(MailingList),
    "manage:token_revocation": _pk(ApiToken),
    **dict.fromkeys(
        [
            "my:member-answers",
            "my:member-picture",
            "my:member-data",
            "my:member-consents",
            "my:leaving",
            "my:notice-withdrawal",
            "my:card",
            "my:card-renewal",
        ],
        _pk(Member),
    ),
    "my:change-withdrawal": _pk(ChangeRequest),
    "my:order-taking-over": _pk(Order),
    "my:sessions": _pk(Registration),
    "my:ticket": _pk(Ticket),
    "my:ticket-document": _pk(Ticket),
    "my:certificate-document": _pk(Certificate),
    "public:event": _slug,
    "public:calendar": _slug,
    "public:begin": _slug,
    "public:join": _slug,
    "public:waiting": _secret_of(WaitingEntry),
    "public:leave": _secret_of(WaitingEntry),
    "public:member_invitation": lambda rows: {"secret": f"invited-{rows[MemberInvitation].pk}"},
    "public:invitation": _secret_of(Invitation),
    "public:decline": _secret_of(Invitation),
    "public:order": _secret,
    "public:ticket-documents": _secret,
    "public:team": _secret,
    "public:team_tickets": _secret,
    "public:team_add": _secret,
    **dict.fromkeys(
        [f"public:team_{act}" for act in ("change", "remove", "replace")],
        lambda rows: _secret(rows) | {"pk": rows[Registration].pk},
    ),
    "public:team_person": lambda rows: {"token": "made-up"},
    "public:team_new": lambda rows: _slug(rows) | {"pk": rows[Attraction].pk},
    "manage:teams": _of_event(),
    "manage:team": _of_event(pk=lambda rows: rows[Team].pk),
    "public:attendees": _secret,
    "public:buyer": _secret,
    "public:prices_of_attendees": _secret,
    "public:prices_of_answers": lambda rows: _secret(rows) | {"position": rows[OrderLine].position},
    "public:data": lambda rows: _secret(rows) | {"position": rows[OrderLine].position},
    "public:sessions": lambda rows: _secret(rows) | {"pk": rows[Registration].pk},
    "public:ticket-document": lambda rows: _secret(rows) | {"pk": rows[Ticket].pk},
    "public:payment": _secret,
    "public:payment-return": _secret,
    "public:rest": _secret,
    "public:pay-sharing": _secret,
    "public:pay": _secret_of(PayLink),
    "public:pay-return": _secret_of(PayLink),
    "public:pay-progress": lambda rows: {"secret": rows[PayLink].secret, "pk": rows[Payment].pk},
    "public:payment-ways": lambda rows: _secret(rows) | {"method": "testpay"},
    "manage:order_extension": lambda rows: {"number": rows[Order].number},
    "manage:order_waiver": lambda rows: {"number": rows[Order].number},
    "public:payment-progress": lambda rows: _secret(rows) | {"pk": rows[Payment].pk},
    "public:payment-notifications": lambda rows: {"method": "testpay"},
    "public:welcome": _welcome,
    "public:certificate": lambda rows: {"code": rows[Certificate].code},
    "public:picture": lambda rows: {"name": rows[Event].photo.name or "events/none.jpg"},
    "public:testpay-charge": _charge,
    "public:testpay-refunds": _charge,
    "public:testpay": _charge,
    "platform:activation": lambda rows: {"pk": rows[Event].organisation_id},
    "platform:blocking": lambda rows: {"pk": rows[Event].organisation_id},
    "platform:organisation": lambda rows: {"pk": rows[Event].organisation_id},
    "platform:deletion": lambda rows: {"pk": rows[Event].organisation_id},
    "platform:deletion_taking_back": lambda rows: {"pk": rows[Event].organisation_id},
    "platform:job_trying_again": lambda rows: {"number": 1},
    "platform:announcement_withdrawal": lambda rows: {"pk": 1},
    "manage:announcement_closing": lambda rows: {"pk": 1},
    "platform:support": lambda rows: {"pk": rows[Event].organisation_id},
    "platform:support_ending": lambda rows: {"pk": rows[Event].organisation_id, "access": 1},
    "manage:support_ending": lambda rows: {"pk": 1},
    "platform:note_new": lambda rows: {"pk": rows[Event].organisation_id},
    "platform:note_removal": lambda rows: {"pk": rows[Event].organisation_id, "note": 1},
    "register_confirmation": lambda rows: {"token": "made-up"},
    "platform:setting": lambda rows: {"key": "operator_name"},
    "platform:setting_removal": lambda rows: {"key": "operator_name"},
}


def address(route: Route, rows: Rows) -> str:
    """The address of `route` for these rows. Fails with what to do where no example is given."""
    if not route.parameters:
        return f"/{route.pattern}"
    given = EXAMPLES.get(route.name) or (_event if route.parameters == ("event_pk",) else None)
    assert given is not None, (
        f"{route} ({route.pattern}) has parameters {route.parameters}: say in tests/architecture/examples.py "
        f"which object of tests/one_of_each.py it is about, so that all roles and strangers can try it."
    )
    return reverse(route.name, urlconf=SITES[route.site], kwargs=given(rows))
