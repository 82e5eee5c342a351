"""One organisation with a row in every table it can have one in: what the tenancy tests take and try to steal."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils import timezone
from psycopg.types.range import DateRange

from kring.accounts.models import ApiToken, Identity, IdentityProvider, Profession, Profile, Role, User
from kring.banking.models import (
    BankingSettings,
    BankReport,
    ColumnMapping,
    MatchRule,
    OwnAccount,
    Statement,
    StatementFile,
    StatementLine,
)
from kring.billing import taxes
from kring.billing.invoicing import writing
from kring.billing.invoicing.contents import Contents, Line, Party
from kring.billing.models import (
    ChannelAccount,
    Instalment,
    Invoice,
    InvoiceDelivery,
    InvoiceRequest,
    InvoiceSeries,
    InvoiceSettings,
    Order,
    OrderLine,
)
from kring.billing.vat import TaxedLine
from kring.box_office.models import SaleKind, Shift, Taking
from kring.certificates.models import Certificate
from kring.checkin.models import Guest, GuestArrival, GuestUpload, Location, Scan
from kring.core import codes
from kring.core.sepa import Account
from kring.core.tenancy import TenantModel, scope
from kring.direct_debit import mandates
from kring.direct_debit.evidence import Evidence, Kind
from kring.direct_debit.models import (
    CollectionFile,
    CollectionRun,
    CreditorAccount,
    Debit,
    DebitItem,
    DebitReturn,
    Mandate,
    MandateUpload,
    NotCollected,
    ProviderCollection,
    ProviderDebit,
    ProviderMandate,
    ReturnRule,
)
from kring.dues import recording
from kring.dues.models import (
    Contribution,
    ContributionRun,
    DonationReceipt,
    DonationSettings,
    DuesPaymentOption,
    DuesSettings,
    FeeRow,
    FeeTable,
    MemberFee,
    MemberFeeChange,
    Payer,
    PayerChoice,
    Reduction,
    Reminder,
    ReminderItem,
    ReminderPause,
    ReminderSettings,
    ReminderStep,
    Surcharge,
    SurchargedMember,
)
from kring.events.models import (
    Attraction,
    Campaign,
    CampaignCode,
    EligibilityRule,
    PaymentOption,
    PlannedInstalment,
    PriceRule,
    ProfessionProof,
    RefundTerm,
    RegistryAnswer,
    Session,
    WaitingList,
)
from kring.forms.models import Form, FormChoice, FormVersion, Question, Submission, Upload
from kring.hosting.models import SampleRow
from kring.mail.models import Message, Wording
from kring.members.models import (
    Application,
    ApplicationSettings,
    Attendance,
    BankAccount,
    CalendarLink,
    ChangeRequest,
    Consent,
    ExportLayout,
    Group,
    GroupPlace,
    Guardian,
    Guardianship,
    Household,
    ImportedRow,
    InvitedMember,
    Meeting,
    Member,
    MemberAnswer,
    MemberBulk,
    MemberBulkItem,
    MemberBulkMail,
    MemberDocument,
    MemberImport,
    MemberInvitation,
    MemberMerge,
    Membership,
    MembershipType,
    OfferedGroup,
    PlannedRow,
    PlannedStatus,
    RegisterSettings,
    RequestKey,
    Season,
    StatusPeriod,
    ToldApart,
    WaitingMember,
)
from kring.newsletter.models import ListDelivery, MailingList, Subscription
from kring.organisations import platform_settings, signing
from kring.organisations.audit import log
from kring.organisations.models import LegalText, Organisation, SigningKey
from kring.partners.models import PartnerOrder, PartnerQuota
from kring.payments.models import (
    CreditAccount,
    CreditEntry,
    Difference,
    Dispute,
    IncomingTransfer,
    Notification,
    Payee,
    PayLink,
    Payment,
    Payout,
    ProviderAccount,
    ProviderEntry,
    Reconciliation,
    Refund,
    SavedMeans,
    StripeConnection,
    TransferFile,
    TransferItem,
    TransferShare,
)
from kring.payments.testpay.models import TestpayCharge
from kring.places.models import Claim, Hold, Pool
from kring.plans.models import Plan, PlanSubscription
from kring.registrations.listed import Answer, Bulk, BulkItem, Listed, SavedView, Searchable
from kring.registrations.models import (
    CodeUse,
    EligibilityResult,
    RefundRun,
    RefundRunItem,
    Registration,
    SessionBooking,
    Team,
    Ticket,
    TicketChange,
)
from kring.waiting.models import Invitation, WaitingEntry, WaitingStep, WaitingWish
from tests import make


def tenant_models() -> list[type[TenantModel]]:
    return sorted((model for model in apps.get_models() if issubclass(model, TenantModel)), key=_label)


def _label(model: Any) -> str:
    return model._meta.label


def of(organisation: Organisation, person: User) -> dict[type[TenantModel], TenantModel]:
    """Rows of every tenant model, by model. A model without a row here fails the tests that need one."""
    with scope(organisation):
        rows = [*_people(person), *_an_event(), *_the_office()]
        rows += _a_form(person, Pool.objects.get())
        registration = _a_purchase(rows, person)
        rows += _the_list(registration, rows)
        rows += _the_waiting_list(registration, person)
        rows += _the_door(registration)
        rows += _a_partner(registration)
        rows += _a_campaign(registration)
        rows += _the_register(person)
        rows += _dues()
        rows += _direct_debit()
        rows += _a_newsletter(registration)
        rows += [_a_plan(), StripeConnection.objects.create(account_id="acct_1")]
        Message.objects.update(
            attachments=[{"kind": "ticket", "id": Ticket.objects.get().pk}],
            subject_type="registration",
            subject_id=registration.pk,
        )
        rows.append(log("registration.completed", registration, new={"state": "completed"}))
    found = {type(row): row for row in rows}
    missing = [model.__name__ for model in tenant_models() if model not in found]
    assert missing == [], f"tests/one_of_each.py makes no row of {missing}: add one, so that its wall is tested."
    return found


def _a_plan() -> Any:
    """The platform has plans, and the organisation subscribes to one."""
    platform_settings.change("plans_on", True)
    plan, _made = Plan.objects.get_or_create(stripe_price_id="price_1", defaults={"name": "Club", "price": 10})
    facts = {"customer_id": "cus_1", "subscription_id": "sub_1", "checkout_id": "cs_1", "period_end": timezone.now()}
    return PlanSubscription.objects.create(plan=plan, state=PlanSubscription.State.ACTIVE, **facts)


def _people(person: User) -> list[Any]:
    token, _key = ApiToken.issue(name="Cash desk", scopes=["events"], created_by=person)
    service = IdentityProvider.objects.create(
        key=1, name="Scouts", issuer="https://127.0.0.1", client_id="kring", client_secret=codes.secret()
    )
    return [
        service,
        Identity.objects.create(provider=service, user=person, subject="17", label="ada@id.example"),
        Role.objects.create(user=person, name=Role.Name.MEMBER),
        Profession.objects.create(key="student", names={"en": "student"}, notes={"en": "Show your student card."}),
        Profile.objects.create(user=person, profession="student"),
        token,
    ]


def _an_event() -> list[Any]:
    attraction = make.attraction(capacity=10, price="49.95")
    event = attraction.event
    return [
        event.organiser,
        event,
        attraction,
        attraction.pool,
        attraction.ticket_types.get(),
        PaymentOption.objects.create(event=event, method="transfer", settings={"iban": "NL91ABNA0417164300"}),
        Location.objects.create(event=event, name="North gate"),
        *_who_may_come(attraction),
    ]


def _who_may_come(attraction: Any) -> list[Any]:
    starts_at = attraction.event.starts_at
    return [
        EligibilityRule.objects.create(attraction=attraction, key="age", settings={"youngest": 16, "oldest": None}),
        PriceRule.objects.create(
            event=attraction.event,
            key="member",
            names={"en": "Members"},
            effect="percent_off",
            amount=10,
        ),
        RegistryAnswer.objects.create(registry="eshd.example.org/people", subject="0" * 64, name="Ada", result="found"),
        Session.objects.create(
            attraction=attraction,
            name="Knots",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            pool=attraction.pool,
        ),
    ]


def _the_register(person: User) -> list[Any]:
    """Written by hand: verbs would write in the log."""
    today = timezone.localdate()
    household = Household.objects.create(name="Jansen", city="Zeist")
    kind = MembershipType.objects.create(name="Youth")
    member = Member.objects.create(
        number="M-1",
        first_name="Liv",
        last_name="Jansen",
        birth_date=today - timedelta(days=365 * 9),
        household=household,
        email="liv@example.org",
    )
    guardian = Guardian.objects.create(household=household, name="Eva Jansen", user=person)
    season = Season.objects.create(name="2026", begins_on=date(2026, 8, 1), ends_on=date(2027, 7, 31))
    group = Group.objects.create(name="U10")
    Attraction.objects.update(group=group, season=season)
    return [
        *(household, kind, member, guardian, season, group),
        Guardianship.objects.create(guardian=guardian, child=member),
        GroupPlace.objects.create(group=group, member=member, season=season),
        (meeting := Meeting.objects.create(group=group, on=date(2026, 9, 1), title="Training")),
        Attendance.objects.create(meeting=meeting, member=member, mark="present", noted_by=person),
        BankAccount.objects.create(member=member, iban="NL91ABNA0417164300", holder="E. Jansen"),
        CalendarLink.objects.create(user=person),
        MemberAnswer.objects.create(submission=Submission.objects.get(), name="shirt", kind="choice", sort="m"),
        MemberDocument.objects.create(name="Statutes", upload=Upload.objects.get()),
        ProfessionProof.objects.create(user=person, profession=Profession.objects.get(), state="refused"),
        ChangeRequest.objects.create(
            member=member, part="phone", old={"phone": ""}, new={"phone": "+31 6 12345678"}, requested_by=person
        ),
        Consent.objects.create(member=member, purpose="photo", is_given=True),
        Membership.objects.create(member=member, type=kind, during=DateRange(today)),
        StatusPeriod.objects.create(member=member, state="active", during=DateRange(today)),
        PlannedStatus.objects.create(member=member, state="left", on=today + timedelta(days=30)),
        RegisterSettings.objects.create(),
        RequestKey.objects.create(made_id=member.pk),
        ExportLayout.objects.create(name="Federation", columns="Number = number"),
        *_an_import(member),
        *_duplicates(member),
        *_an_act_on_several(member),
        *_an_invitation(member),
        *_fees(member, kind),
        *_an_application(kind, group),
        WaitingMember.objects.create(group=group, member=member),
    ]


def _dues() -> list[Any]:
    member, kind, year = (
        Member.objects.get(),
        MembershipType.objects.get(),
        DateRange(date(2026, 1, 1), date(2027, 1, 1)),
    )
    payer = Payer.objects.create(guardian=Guardian.objects.get(), own_name="Eva Jansen", own_email="eva@example.org")
    run = ContributionRun.objects.create(name="2026", during=year, due_on=date(2026, 2, 1))
    draft = recording.Draft(
        member=member.pk, type=kind.pk, payer=payer, amount=Decimal(80), during=year, due_on=run.due_on, words="2026"
    )
    [contribution] = recording.record([draft], run=run)
    return [
        *(payer, run, contribution),
        PayerChoice.objects.create(member=member, payer=payer),
        DuesSettings.objects.create(),
        DuesPaymentOption.objects.create(method="transfer", settings={"iban": "NL91ABNA0417164300"}),
        *_reminders(contribution),
    ]


def _reminders(contribution: Contribution) -> list[Any]:
    step = ReminderStep.objects.create(position=1, channel="letter")
    reminder = Reminder.objects.create(
        payer=contribution.payer,
        level=1,
        step=step,
        tone=step.tone,
        channel=step.channel,
        state="to_print",
        amount=contribution.left,
        currency="EUR",
        on=timezone.localdate(),
    )
    return [
        *(step, reminder, ReminderSettings.objects.create()),
        ReminderItem.objects.create(reminder=reminder, contribution=contribution, level=1, amount=contribution.left),
        ReminderPause.objects.create(payer=contribution.payer, kind="stopped", reason="They are ill"),
        *_donations(contribution.payer),
    ]


def _donations(payer: Payer) -> list[Any]:
    receipt = DonationReceipt.objects.create(
        year=2025, sequence=1, donor="ada@example.org", payer=payer, name="Ada Lovelace", email="ada@example.org",
        address=["Kerkstraat 1"], language="en", currency="EUR", total=50, gifts=[["2025-12-24", "Gift", "50.00"]],
    )  # fmt: skip
    return [receipt, DonationSettings.objects.create(recognition="ANBI, RSIN 123")]


def _direct_debit() -> list[Any]:
    creditor = CreditorAccount.objects.create(
        name="IJsclub Zwaanstede", iban="NL44RABO0123456789", creditor_id="NL88ZZZ403419740000"
    )
    scan = Upload.objects.create(
        key=codes.secret(), name="mandate.pdf", content_type="application/pdf", size=3, file="m", is_kept=True
    )
    evidence = Evidence(Kind.UPLOAD, date(2026, 1, 5), upload=scan)
    account = Account("Ada Lovelace", "NL91ABNA0417164300")
    mandate = mandates.give(Payer.objects.earliest("pk"), account, evidence, by=None, creditor=creditor)
    upload = MandateUpload.objects.create(
        name="mandates.csv",
        heads=["Number", "IBAN", "Signed on"],
        targets=["number", "iban", "signed_on"],
        rows=[[2, ["1", "NL91ABNA0417164300", "2026-01-05"]]],
        creditor_account=creditor,
    )
    return [
        creditor,
        mandate,
        mandate.versions.get(),
        upload,
        *_a_collection(creditor, mandate),
        *_by_provider(mandate),
    ]


def _a_collection(creditor: CreditorAccount, mandate: Mandate) -> list[Any]:
    """With the bank: one debit under way, one that came back; and a contribution that was left out."""
    contribution = Contribution.objects.get()
    run = CollectionRun.objects.create(
        creditor_account=creditor, wanted_on=date(2026, 3, 2), collect_on=date(2026, 3, 2), state="handed_over",
        released_at=timezone.now(), announced=1, total=Decimal(80),
    )  # fmt: skip
    file = CollectionFile.objects.create(
        run=run, contents="<Document/>", digest=hashlib.sha256(b"<Document/>").hexdigest(), number=1,
        total=Decimal(80), checked_at=timezone.now(),
    )  # fmt: skip
    debit, came_back = (
        Debit.objects.create(
            run=run, mandate=mandate, version=mandate.versions.get(), amount=Decimal(80), sequence="RCUR",
            text="Contribution", state=state, batch=1,
        )
        for state in ("under_way", "returned")
    )  # fmt: skip
    payment = Payment.objects.earliest("pk")
    item = DebitItem.objects.create(
        debit=debit, contribution=contribution, attempt=1, payment=payment, amount=Decimal(80), state="under_way"
    )
    returned = DebitReturn.objects.create(
        debit=came_back, code="AM04", source="by_hand", returned_on=date(2026, 3, 4), action="retry",
        was_collected=False,
    )  # fmt: skip
    left_out = NotCollected.objects.create(run=run, contribution=contribution, amount=Decimal(1), why="no_mandate")
    rule = ReturnRule.objects.create(code="MS03", action="person")
    return [run, file, debit, item, returned, left_out, rule]


def _by_provider(mandate: Mandate) -> list[Any]:
    means = SavedMeans.objects.get()
    collection = ProviderCollection.objects.create(collect_on=date(2026, 2, 1))
    return [
        collection,
        ProviderMandate.objects.create(payer=mandate.payer, means=means),
        ProviderDebit.objects.create(
            collection=collection,
            contribution=Contribution.objects.exclude(order=None).earliest("pk"),
            attempt=1,
            means=means,
            amount=Decimal("5.00"),
        ),
    ]


def _an_application(kind: MembershipType, group: Group) -> list[Any]:
    terms = ApplicationSettings.objects.create(type=kind, is_open=True, asks_guardian=False)
    return [
        terms,
        OfferedGroup.objects.create(settings=terms, group=group),
        Application.objects.create(
            type=kind,
            group=group,
            key=codes.secret(),
            digest="0" * 64,
            name="Bo Jansen",
            email="bo@example.org",
            language="en",
            values={"first_name": "Bo", "last_name": "Jansen", "email": "bo@example.org"},
        ),
    ]


def _an_invitation(member: Member) -> list[Any]:
    invitation = MemberInvitation.objects.create(
        email=member.email, digest="", expires_at=timezone.now() + timedelta(days=30)
    )
    invitation.digest = hashlib.sha256(f"invited-{invitation.pk}".encode()).hexdigest()
    invitation.save()
    return [invitation, InvitedMember.objects.create(invitation=invitation, member=member)]


def _an_act_on_several(member: Member) -> list[Any]:
    bulk = MemberBulk.objects.create(act="mail", facts={"subject": "", "text": ""}, finished_at=timezone.now())
    return [
        bulk,
        MemberBulkItem.objects.create(bulk=bulk, member=member, outcome="done"),
        MemberBulkMail.objects.create(
            bulk=bulk, email=member.email, name=member.name, language="en", members=[member.pk], sent_at=timezone.now()
        ),
    ]


def _duplicates(member: Member) -> list[Any]:
    return [
        ToldApart.objects.create(one=member, other=member),
        MemberMerge.objects.create(kept=member, number="", name="", member_key=0),
    ]


def _fees(member: Member, kind: MembershipType) -> list[Any]:
    """The history is written by a trigger."""
    table = FeeTable.objects.create(type=kind, valid_from=date(2026, 1, 1), begins_on=date(2026, 1, 1), entry_fee=10)
    surcharge = Surcharge.objects.create(names={"en": "Invoice on paper"}, amount=3, valid_from=date(2026, 1, 1))
    return [
        table,
        FeeRow.objects.create(table=table, amount=120),
        Reduction.objects.create(
            kind="decision",
            names={"en": "Helps with training"},
            reason="Minutes of 3 March",
            valid_from=date(2026, 1, 1),
            amount=20,
            member=member,
        ),
        surcharge,
        SurchargedMember.objects.create(surcharge=surcharge, member=member),
        MemberFee.objects.create(member=member, amount=75, frequency="year", reason="Half a season", note="Until July"),
        MemberFeeChange.objects.get(member=member),
    ]


def _an_import(member: Member) -> list[Any]:
    run = MemberImport.objects.create(name="members.csv", kind="csv", heads=["Name"], targets=["full_name"])
    return [
        run,
        ImportedRow.objects.create(run=run, number=2, cells=["Liv Jansen"]),
        PlannedRow.objects.create(run=run, number=2, name="Liv Jansen", outcome="unchanged", member=member),
    ]


def _the_office() -> list[Any]:
    message = Message.objects.create(
        template="ticket",
        recipient="ada@example.org",
        language="en",
        composed_subject="Your ticket",
        composed_text="…",
        composed_html="…",
    )
    wording = Wording.objects.create(template="ticket", language="en", subject="Your ticket", body="{code}")
    legal = LegalText.objects.create(kind="privacy", version=1, texts={"en": "What happens with your data"})
    signing.key()
    return [message, wording, legal, SigningKey.objects.get()]


def _a_form(person: User, pool: Pool) -> list[Any]:
    form = Form.objects.create(name="What we ask", created_by=person)
    version = FormVersion.objects.create(form=form)
    question = Question.objects.create(version=version, name="shirt", type="choice", label="Size of your shirt")
    choice = FormChoice.objects.create(question=question, value="m", label="M", pool=pool)
    submission = Submission.objects.create(version=version, person=person, answers={"shirt": "m"})
    # An answer, and a document for members too: there is one row of each.
    upload = Upload.objects.create(
        key=codes.secret(), submission=submission, name="a.pdf", content_type="application/pdf", size=3, file="a",
        is_kept=True,
    )  # fmt: skip
    Attraction.objects.update(form=form)
    return [form, version, question, choice, submission, upload]


def _the_box_office(payment: Payment, person: User) -> list[Any]:
    kind = SaleKind.objects.create(names={"en": "Cash"}, takes="cash")
    shift = Shift.objects.create(number=1, seller=person, seller_name="Sam", currency="EUR", opening_cash=Decimal(50))
    return [kind, shift, Taking.objects.create(shift=shift, kind=kind, payment=payment)]


def _books(account: ProviderAccount) -> list[Any]:
    """Money of no payment here, and the payout it came with."""
    facts = {"account": account, "amount": Decimal("49.95"), "currency": "EUR"}
    names = {"provider_id": "ch_1", "reference": "KRING9", "payment_name": "cs_1", "payout_name": "po_1"}
    more = {"refund_reference": "R1", "transaction": "pi_1", "paid": Decimal("49.95"), "paid_currency": "EUR"}
    entry = ProviderEntry.objects.create(kind="payment", at=timezone.now(), **facts, **names, **more)
    return [
        entry,
        Payout.objects.create(provider_id="po_1", state="paid_out", arrives_on=timezone.localdate(), **facts),
        Difference.objects.create(
            account=account, kind="unknown_money", entry=entry, theirs=entry.paid, currency="EUR", note="Seen"
        ),
        Reconciliation.objects.get(account=account),
    ]


def _bank_statement(transfer):
    now = timezone.now()
    account = OwnAccount.objects.create(number="NL91ABNA0417164300", currency="EUR")
    file = StatementFile.objects.create(name="march.xml", kind="camt.053", digest="0" * 64)
    statement = Statement.objects.create(file=file, account=account, number="1", opening=0, closing=transfer.amount)
    line = StatementLine.objects.create(
        account=account,
        statement=statement,
        entry="0" * 64,
        entry_total=transfer.amount,
        amount=transfer.amount,
        currency="EUR",
        booked_on=transfer.arrived_on,
        text="For the gala",
        name="Ada Lovelace",
        iban="NL20INGB0001234567",
        state=StatementLine.State.BOOKED,
        meaning="orders",
        decided_at=now,
        transfer=transfer,
    )
    return [
        account,
        file,
        statement,
        line,
        BankReport.objects.create(file=file, message_id="F1", status="ACCP"),
        BankingSettings.objects.create(),
        ColumnMapping.objects.create(signature="0" * 32, heads=["Day", "Sum"], targets=["booked_on", "amount"]),
        MatchRule.objects.create(iban="NL20INGB0001234567", email="ada@example.org"),
    ]


def _an_invoice(order: Order) -> list[Any]:
    """Asked for and made; as the settings say."""
    statuses = [taxes.TaxStatus(date(2026, 1, 1), taxes.Kind.ORDINARY).as_kept()]
    facts = {"invoice_prefix": "VG", "vat_number": "NL004495445B01", "tax_statuses": statuses}
    Organisation.objects.filter(pk=order.organisation_id).update(**facts)
    where = {"street": "Dam 1", "postal_code": "1012 JS", "city": "Amsterdam"}
    buyer = Party(name="Vera Visitor", country="NL", email="visitor@example.org", **where)
    taxed = writing.tax([TaxedLine.of(each) for each in order.lines.all()])
    lines = [Line(each.pk, "Ticket", "", each.amount, each.amount, each.vat_rate, "Z") for each in order.lines.all()]
    contents = Contents(buyer, buyer, tuple(lines), taxed.taxes, order.number, "PO-7", order.total)
    request = {"name": "Vera Visitor", "country": "NL", "email": "visitor@example.org", **where}
    Order.objects.filter(pk=order.pk).update(invoice_requested_at=timezone.now())
    made = [
        InvoiceSettings.objects.create(legal_name="Club", **where),
        InvoiceRequest.objects.create(order=order, made_at=timezone.now(), **request),
        InvoiceSeries.objects.create(prefix="VG", year=2026, last=1),
        Invoice.objects.create(
            order=order,
            position=1,
            kind=Invoice.Kind.INVOICE,
            prefix="VG",
            year=2026,
            sequence=1,
            number="VG-2026-0001",
            issued_on=date(2026, 1, 2),
            language="en",
            currency="EUR",
            total=order.total,
            buyer=buyer.name,
            contents=contents.as_kept(),
        ),
    ]
    rejected = {"state": "rejected", "reason": "Unknown buyer", "document": b"<Invoice/>", "digest": "0"}
    account = ChannelAccount.objects.create(channel="ksef", keys={"token": "t"}, name="NIP 5260001246")
    return [*made, account, InvoiceDelivery.objects.create(invoice=made[-1], channel="file", **rejected)]


def _a_purchase(rows: list[Any], person: User) -> Registration:
    """A paid order with its hold and claim; appends what it makes to `rows`."""
    made = {type(row).__name__: row for row in rows}
    now = timezone.now()
    order = Order.objects.create(
        number=codes.readable(8),
        buyer=person,
        buyer_name=person.name,
        buyer_email=person.email,
        state=Order.State.PAID,
        paid_at=now,
        currency="EUR",
        total=Decimal("49.95"),
    )
    line = OrderLine.objects.create(
        order=order, position=1, kind="registration", description="Ticket", amount=Decimal("49.95")
    )
    hold = Hold.objects.create()
    claim = Claim.objects.create(hold=hold, pool=made["Pool"], quantity=1)
    payment = Payment.objects.create(
        order=order,
        method="transfer",
        amount=order.total,
        currency="EUR",
        reference="KRING1",
        state="paid",
        settled_at=now,
    )
    rows += _the_box_office(payment, person)
    rows += [
        Instalment.objects.create(order=order, position=1, amount=order.total, due_on=timezone.localdate()),
        PlannedInstalment.objects.create(
            attraction=made["Attraction"], position=1, percent=Decimal(100), due_on=timezone.localdate()
        ),
        RefundTerm.objects.create(event=made["Event"], days_before=0, percent=Decimal(100)),
    ]
    payee = Payee.objects.create(
        email=order.buyer_email, account={"holder": "Ada", "iban": "NL91ABNA0417164300"}, given_at=now
    )
    refund = Refund.objects.create(
        payment=payment,
        amount=Decimal("1.00"),
        reason="Courtesy",
        how=Refund.How.BANK_FILE,
        state=Refund.State.ASKED,
        payee=payee,
        given_on=None,
        created_by=person,
    )
    file = TransferFile.objects.create(
        format="sepa",
        currency="EUR",
        number=1,
        total=Decimal("1.00"),
        execute_on=now.date(),
        contents="<Document/>",
        state=TransferFile.State.DOWNLOADED,
    )
    rows += [payee, file, TransferItem.objects.create(file=file, refund=refund, is_live=False)]
    credit = CreditAccount.objects.create(email=order.buyer_email or "ada@example.org", currency="EUR")
    entry = CreditEntry.objects.create(account=credit, amount=Decimal("0.50"), payment=payment, reason="Ill")
    rows += [credit, entry]
    run = RefundRun.objects.create(event=made["Event"], cancels=True, refunds=True, reason="Storm", created_by=person)
    rows += [run, RefundRunItem.objects.create(run=run, order=order, why="No")]
    dispute = Dispute.objects.create(payment=payment, provider_id="dp_1", amount=Decimal("2.00"), reason="fraudulent")
    account = ProviderAccount.objects.create(method="testpay", mode="live", keys={"key": "k"}, name="The club")
    means = SavedMeans.objects.create(
        provider_account=account, method="testpay", payer_name="Ada", payer_email="ada@example.org", language="en"
    )
    rows += [means]
    transfer = IncomingTransfer.objects.create(amount=order.total, arrived_on=now.date(), key=codes.secret())
    rows += [PayLink.objects.create(order=order), *_books(account)]
    rows += _bank_statement(transfer)
    rows += [transfer, TransferShare.objects.create(transfer=transfer, payment=payment, amount=order.total)]
    notification = Notification.objects.create(method="testpay", event_id="evt-1", body={"paid": True}, payment=payment)
    rows += _an_invoice(order)
    team = Team.objects.create(attraction=made["Attraction"], order=order, name="The Foxes", phone="0612345678")
    registration = Registration.objects.create(
        line=line,
        team=team,
        event=made["Event"],
        attraction=made["Attraction"],
        ticket_type=made["TicketType"],
        hold=hold,
        state=Registration.State.COMPLETED,
        attendee=person,
        attendee_name=person.name,
        attendee_email=person.email,
        completed_at=now,
    )
    charge = TestpayCharge.objects.create(
        key={"key": "k"}, reference="KRING1", amount=order.total, currency="EUR", return_url="/", notify_url="/"
    )
    booking = SessionBooking.objects.create(registration=registration, session=made["Session"])
    verdict = EligibilityResult.objects.create(registration=registration, outcome="eligible")
    rows += [
        team,
        order,
        line,
        hold,
        claim,
        payment,
        refund,
        dispute,
        notification,
        account,
        charge,
        registration,
        booking,
        verdict,
    ]
    return registration


def _the_list(registration: Registration, rows: list[Any]) -> list[Any]:
    """What the database notes of the answers, a saved view, an act on many."""
    submission = next(row for row in rows if isinstance(row, Submission))
    Registration.objects.filter(pk=registration.pk).update(submission=submission)
    bulk = Bulk.objects.create(act="mail", facts={"subject": "Hello", "text": "Hi"}, event=registration.event)
    return [
        Answer.objects.get(registration=registration),
        Listed.objects.get(registration=registration),
        Searchable.objects.get(registration=registration),
        SampleRow.objects.create(kind="event", key=0),
        SavedView.objects.create(owner=registration.attendee, event=registration.event, name="Those to call"),
        bulk,
        BulkItem.objects.create(bulk=bulk, registration=registration, outcome="done"),
    ]


def _the_waiting_list(registration: Registration, person: User) -> list[Any]:
    """An entry that has been invited, with the place reserved for it."""
    waiting_list = WaitingList.objects.create(event=registration.event)
    Attraction.objects.filter(pk=registration.attraction_id).update(has_waiting_list=True)
    entry = WaitingEntry.objects.create(
        event=registration.event, user=person, name=person.name, email=person.email, state=WaitingEntry.State.INVITED
    )
    deadline = timezone.now() + timedelta(hours=48)
    invitation = Invitation.objects.create(
        entry=entry,
        attraction=registration.attraction,
        places=1,
        hold=registration.hold,
        expires_at=deadline,
    )
    return [
        waiting_list,
        entry,
        WaitingWish.objects.create(entry=entry, attraction=registration.attraction),
        invitation,
        WaitingStep.objects.create(entry=entry, kind=WaitingStep.Kind.JOINED, facts={"party": 1}),
    ]


def _a_partner(registration: Registration) -> list[Any]:
    """Written by hand: verbs would write in the log."""
    partner = make.partner()
    quota = PartnerQuota.objects.create(
        partner=partner,
        event=registration.event,
        ticket_type=registration.ticket_type,
        pool=registration.attraction.pool,
        hold=registration.hold,
    )
    return [partner, quota, PartnerOrder.objects.create(quota=quota, order=registration.line.order)]


def _a_newsletter(registration: Registration) -> list[Any]:
    news = MailingList.objects.create(name="Club news", texts={"en": "Send me the news."})
    subscription = Subscription.objects.create(
        mailing_list=news,
        email="ada@example.org",
        name="Ada",
        language="en",
        consent_text="Send me the news.",
        order_number=registration.line.order.number,
    )
    return [news, subscription, ListDelivery.objects.create(subscription=subscription, kind="subscribe")]


def _a_campaign(registration: Registration) -> list[Any]:
    event, pool = registration.event, registration.attraction.pool
    campaign = Campaign.objects.create(event=event, name="Friends", money=pool)
    code = CampaignCode.objects.create(campaign=campaign, event=event, text="FRIENDS26", pool=pool)
    return [campaign, code, CodeUse.objects.create(registration=registration, code=code, given=Decimal("1.50"))]


def _the_door(registration: Registration) -> list[Any]:
    location = Location.objects.get(event=registration.event)
    then = timezone.now() - timedelta(minutes=5)
    ticket = Ticket.objects.create(registration=registration, holder_number=7, admitted_at=then, admitted_where="Gate")
    scan = Scan.objects.create(event=registration.event, ticket=ticket, result="valid", location=location, at=then)
    upload = GuestUpload.objects.create(
        event=registration.event, name="guests.csv", heads=["Name"], targets=["name"], rows=[[2, ["Ada"]]]
    )
    guest = Guest.objects.create(
        event=registration.event, name="Ada", companions=2, invited_by="Bea", note="Table", upload=upload
    )
    arrival = GuestArrival.objects.create(guest=guest, number=-1, reason="Mistake", location=location)
    certificate = Certificate.objects.create(
        ticket=ticket, name=registration.attendee_name, event_name=str(registration.event), attended_at=then
    )
    change = TicketChange.objects.create(ticket=ticket, holder_number=6, kind="passed_on")
    return [ticket, change, scan, upload, guest, arrival, certificate]
