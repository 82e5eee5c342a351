"""Why there is no invoice, or not this one."""

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class NoInvoices(Refusal):
    status = 404
    code = "no_invoices"
    message = _("This organisation sends no invoices.")


class NothingToInvoice(Refusal):
    code = "nothing_to_invoice"
    message = _("There is nothing in this order that an invoice is made for: gifts have none.")


class TooLateToAsk(Refusal):
    code = "too_late_to_ask"
    message = _("The time to ask for an invoice is over. Please write to the organisation.")


class AlreadyInvoiced(Refusal):
    code = "already_invoiced"
    message = _("The invoice has been made. If something in it is wrong, please write to the organisation.")


class NotPaidYet(Refusal):
    code = "not_paid_yet"
    message = _("The invoice is made as soon as the order is complete.")


class NothingToCredit(Refusal):
    code = "nothing_to_credit"
    message = _("This invoice has been credited in full.")


class CreditTooLarge(Refusal):
    code = "credit_too_large"
    field = "amount"
    message = _("No more than %(left)s of this invoice is left.")


class NotReady(Refusal):
    code = "invoices_not_ready"
    message = _("Invoices need a prefix, and a VAT number or tax number: fill in the settings of invoices first.")


class TooManyInvoices(Refusal):
    code = "too_many_invoices"
    message = _("An archive has at most %(most)s documents: choose a shorter period.")


class NotByHand(Refusal):
    code = "invoice_delivery_not_by_hand"
    message = _("Kring asks the receiver itself what became of this invoice.")
