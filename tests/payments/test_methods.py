"""A payment method is one folder, and putting it there is all it takes (P1)."""

from __future__ import annotations

import sys
import textwrap

import pytest
from django.utils import translation

from kring.core.tenancy import scope
from kring.payments import reasons
from kring.payments.method import BadNotification
from kring.payments.methods import UnknownMethod, method, methods
from tests import make
from tests.payments import ordering


@pytest.fixture
def folder(tmp_path, monkeypatch, settings):
    """An empty package of methods; `folder(name, code)` puts one into it."""
    package = f"methods_{tmp_path.name.replace('-', '_')}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    settings.PAYMENT_METHODS_PACKAGE = package

    def put(name, code):
        (tmp_path / package / name).mkdir()
        (tmp_path / package / name / "__init__.py").write_text(textwrap.dedent(code))

    yield put
    for module in [name for name in sys.modules if name.startswith(package)]:
        del sys.modules[module]


BARTER = """
    from django import forms
    from kring.payments.method import Instructions, PaymentMethod

    class BarterSettings(forms.Form):
        wanted = forms.CharField(max_length=50)

    class Barter(PaymentMethod):
        key = "barter"
        label = "In kind"
        description = "You bring something."
        settings_form = BarterSettings

        def start(self, payment, urls):
            return Instructions("barter.html", {"wanted": payment.settings["wanted"]})
"""


def test_what_ships_is_found(settings):
    by_hand = {"free", "carried", "cash", "credit", "custom", "direct_debit", "manual", "transfer"}
    assert {found.key for found in methods()} == by_hand | {"mollie", "przelewy24", "stripe", "testpay"}


def test_a_folder_more_is_a_method_more(folder, in_scope):
    folder("barter", BARTER)

    assert [found.key for found in methods()] == ["barter"]
    started = ordering.start(ordering.order(), "barter", settings={"wanted": "a cake"})
    assert started.answer.context == {"wanted": "a cake"}
    assert started.payment.state == "pending"


def test_its_own_form_checks_its_settings(folder):
    folder("barter", BARTER)

    assert method("barter").settings_form({"wanted": ""}).errors == {"wanted": ["This field is required."]}


def test_a_folder_whose_name_is_not_its_key_is_said_at_once(folder):
    folder("swap", BARTER)

    with pytest.raises(ImportError, match="must hold one PaymentMethod whose key is its name"):
        methods()


def test_the_pretend_provider_is_served_only_where_no_money_is(settings):
    settings.TESTPAY = False

    assert "testpay" not in {found.key for found in methods()}
    with pytest.raises(UnknownMethod):
        method("testpay")


@pytest.mark.parametrize("key", ["", "nobody", "../cash", "__init__"])
def test_an_unknown_method_is_refused(key):
    with pytest.raises(UnknownMethod):
        method(key)


def test_a_method_without_notifications_believes_none():
    with pytest.raises(BadNotification):
        method("cash").read_notification(b"{}", {}, {})


def test_each_method_has_its_words_and_a_known_picture():
    from kring.web.icons import known_icons

    for found in methods():
        assert str(found.label) and str(found.description)
        assert found.icon in known_icons()


def test_settings_are_unreadable_in_the_database(organisation):
    """P7: what an organisation gives us to be paid with is cipher text at rest, wherever it lies."""
    from tests.architecture.catalogue import everything_in

    with scope(organisation):
        order = ordering.order()
    for key in ("transfer", "testpay"):
        ordering.start(order, key)

    for table in ("payments_payment", "events_paymentoption", "payments_testpaycharge", "payments_provideraccount"):
        rows = str(everything_in(table, organisation))
        assert rows != "[]"
        for secret in (ordering.KEY, "NL91ABNA0417164300", "Congress foundation"):
            assert secret not in rows


def test_the_settings_of_one_organisation_are_not_there_for_another(organisation):
    with scope(organisation):
        ordering.start(ordering.order(), "transfer")

    with scope(make.organisation()):
        from kring.payments.models import Payment

        assert Payment.objects.count() == 0


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("en", "insufficient_funds", "There is not enough money on the account."),
        ("nl", "insufficient_funds", "Er staat niet genoeg geld op de rekening."),
        ("pl", "insufficient_funds", "Na koncie jest za mało pieniędzy."),
        ("en", "E_4711.x", "The payment failed; the provider gave no further reason."),
        ("en", "Expired-Card", "The card has expired."),
        ("nl", "The bank is closed.", "De betaling is niet gelukt. De betaaldienst zegt: “The bank is closed.”"),
        ("en", "", ""),
    ],
)
def test_the_payer_reads_a_sentence_never_the_code_of_a_provider(language, code, expected):
    with translation.override(language):
        assert reasons.sentence(code) == expected


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("had ended before", "De betaling was al afgelopen."),
        ("49.94 EUR instead of 49.95 EUR", "Er staat € 49,94 in, terwijl er € 49,95 te betalen was."),
        ("something else", "something else"),
    ],
)
def test_staff_read_what_came_of_a_notice_in_their_language(kept, expected):
    with translation.override("nl"):
        assert reasons.outcome(kept).replace("\xa0", " ") == expected
