"""The fields of a form, and what is accepted as an answer (F1, F2, F5)."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from django.utils.timezone import localdate
from hypothesis import given, settings
from hypothesis import strategies as st

from kring.accounts import professions
from kring.core.addresses import normalised
from kring.forms import answering, basic, form_editing
from kring.forms.django_form import AnswerForm, as_data
from kring.forms.models import Form, FormChoice, Question
from kring.forms.pesel import born
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.places.models import Pool
from tests import make
from tests.forms.conftest import filled, made
from tests.thorough import examples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_scope")]

DIET = QuestionWish(type="choice", label="Diet", choices=(ChoiceWish("Everything"), ChoiceWish("Other")))
WHICH = QuestionWish(label="Which?", shown_if="diet", shown_if_values=("other",), requirement="required")
EACH_KIND = [
    QuestionWish(type="text", label="Text"),
    QuestionWish(type="long_text", label="Long"),
    QuestionWish(type="number", label="Number"),
    QuestionWish(type="date", label="Day"),
    QuestionWish(type="choice", label="One", choices=(ChoiceWish("A"), ChoiceWish("B"))),
    QuestionWish(type="choices", label="Several", choices=(ChoiceWish("A"), ChoiceWish("B"), ChoiceWish("C"))),
    QuestionWish(type="yes_no", label="Yes"),
    QuestionWish(type="email", label="Mail"),
    QuestionWish(type="phone", label="Phone number"),
    QuestionWish(type="country", label="From"),
    QuestionWish(type="consent", label="Agreed"),
    QuestionWish(type="pesel", label="Number of the register", name="register"),
]


def answers(form: Form, **sent: Any) -> dict[str, Any]:
    sheet = filled(form, **sent)
    assert sheet.is_valid(), sheet.errors
    return sheet.answers()


def refused(form: Form, **sent: Any) -> dict[str, Any]:
    sheet = filled(form, **sent)
    assert not sheet.is_valid()
    return {name: [str(message) for message in messages] for name, messages in sheet.errors.items()}


def test_each_kind_is_kept_as_it_is_defined(in_scope: Any) -> None:
    sent = {
        "text": " Ada ", "long": "two\nlines", "number": "12,50", "day": "2027-05-01", "one": "b",
        "several": ["c", "a"], "yes": "no", "mail": "ada@example.org", "phone_number": "+48 600700800", "from": "PL",
        "agreed": "on", "register": "44051401359",
    }  # fmt: skip

    assert answers(made(*EACH_KIND), **sent) == {
        "text": "Ada", "long": "two\nlines", "number": "12.5", "day": "2027-05-01", "one": "b",
        "several": ["c", "a"], "yes": False, "mail": "ada@example.org", "phone_number": "+48 600 700 800",
        "from": "PL", "agreed": True, "register": "44051401359",
    }  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_end_of_a_line_is_one_sign_however_a_browser_sends_it(in_scope: Any, end: str) -> None:
    form = made(QuestionWish(label="x", type="long_text", maximum=Decimal(9)))

    assert answers(form, x=f"two{end}lines") == {"x": "two\nlines"}
    assert "at most 9" in refused(form, x=f"two{end}lines!")["x"][0]


@pytest.mark.parametrize(("language", "typed"), [("en", "1,000"), ("nl", "1.000"), ("pl", "1 000")])
def test_a_thousand_is_a_thousand_and_shown_again_as_it_was_typed(in_scope: Any, language: str, typed: str) -> None:
    form = made(QuestionWish(label="x", type="number"), QuestionWish(label="y", type="number"))
    with translation.override(language):
        assert answers(form, x=typed) == {"x": "1000"}
        sheet = filled(form, x=typed, y="what")

        assert not sheet.is_valid()
        assert f'value="{typed}"' in str(sheet["x"])


def test_what_is_not_answered_is_absent(in_scope: Any) -> None:
    assert answers(made(*EACH_KIND)) == {"agreed": False}


@pytest.mark.parametrize("kind", [*EACH_KIND, QuestionWish(type="file", label="File")], ids=lambda kind: kind.type)
@pytest.mark.parametrize("sent", [5, 0.5, True, [], ["a"], [["a"]], [{"a": 1}], {"a": 1}, [None]], ids=str)
def test_what_only_a_program_would_send_is_an_answer_or_a_mistake(kind: QuestionWish, sent: Any, in_scope: Any) -> None:
    version = made(kind).current
    [question] = version.questions.all()

    form = AnswerForm(version, data=as_data(AnswerForm(version), {question.name: sent}), files={})

    assert form.is_valid() or form.errors


def test_what_must_be_answered_must_be(in_scope: Any) -> None:
    form = made(*(QuestionWish(**{**each.__dict__, "requirement": "required"}) for each in EACH_KIND))

    assert set(refused(form)) == {question.name for question in form.current.questions.all()}


@pytest.mark.parametrize(
    ("wish", "value", "message"),
    [
        (QuestionWish(label="x", type="number"), "NaN", "Enter a number."),
        (QuestionWish(label="x", type="number"), "1e400", "digits"),
        (QuestionWish(label="x", type="number", maximum=Decimal(5)), "6", "less than or equal to 5"),
        (QuestionWish(label="x", type="date"), "2027-02-30", "valid date"),
        (QuestionWish(label="x", type="date"), "0001-01-01", "check the year"),
        (QuestionWish(label="x", type="choice", choices=DIET.choices), "meat", "not one of the available"),
        (
            QuestionWish(label="x", type="choices", choices=DIET.choices, maximum=1),
            ["everything", "other"],
            "at most 1",
        ),
        (QuestionWish(label="x", type="choices", choices=DIET.choices, minimum=2), ["other"], "at least 2"),
        (QuestionWish(label="x", type="yes_no"), "perhaps", "not one of the available"),
        (QuestionWish(label="x", type="email"), "ada", "valid email"),
        (QuestionWish(label="x", type="phone"), "12", "Not a valid phone number"),
        (QuestionWish(label="x", type="phone"), "call me", "Not a valid phone number"),
        (QuestionWish(label="x", type="country"), "XX", "not one of the available"),
        (QuestionWish(label="x", maximum=3), "long", "at most 3"),
        (QuestionWish(label="x"), "a\0b", "Null characters"),
        (QuestionWish(label="x"), "x" * 501, "at most 500"),
        (QuestionWish(label="x"), "\ud800", "characters that are not allowed"),
        (QuestionWish(label="x", pattern="[A-Z]{2}", pattern_help="Two capitals."), "abc", "Two capitals."),
    ],
)
def test_what_is_no_answer_is_refused_beside_its_question(
    in_scope: Any, wish: QuestionWish, value: Any, message: str
) -> None:
    with translation.override("en"):
        found = refused(made(wish), x=value)

    assert message in found["x"][0]


def test_a_pattern_is_for_the_whole_answer(in_scope: Any) -> None:
    form = made(QuestionWish(label="Code", pattern="[A-Z]{2}|[0-9]+"))

    assert answers(form, code="AB") == {"code": "AB"}
    assert "code" in refused(form, code="ABC")


def test_no_pattern_takes_long(in_scope: Any) -> None:
    form = made(QuestionWish(label="Code", pattern="(a+)+b"))
    begun = time.thread_time()

    assert "code" in refused(form, code="a" * 500)
    assert time.thread_time() - begun < 1


def test_browsers_get_a_pattern_they_read_alike(in_scope: Any) -> None:
    form = made(
        QuestionWish(label="A", pattern=r"\d{2}-\d{3}"),
        QuestionWish(label="B", pattern="(?i)x"),
        QuestionWish(label="C", pattern=r"[\w-]+"),
    )
    sheet = AnswerForm(form.current)

    assert [sheet.fields[name].widget.attrs.get("pattern") for name in "abc"] == [r"\d{2}-\d{3}", None, None]


class TestConditions:
    def test_what_does_not_apply_is_neither_asked_for_nor_kept(self, in_scope: Any) -> None:
        form = made(DIET, WHICH)

        assert answers(form, diet="everything", which="Fish") == {"diet": "everything"}
        assert "which" in refused(form, diet="other")
        assert answers(form, diet="other", which="Fish") == {"diet": "other", "which": "Fish"}

    def test_what_depends_on_something_not_asked_is_not_asked(self, in_scope: Any) -> None:
        form = made(DIET, WHICH, QuestionWish(label="How?", shown_if="which", requirement="required"))

        assert answers(form, diet="everything", which="Fish", how="Raw") == {"diet": "everything"}

    @pytest.mark.parametrize(("sent", "asked"), [({"swims": "yes"}, True), ({"swims": "no"}, False), ({}, False)])
    def test_yes_and_no(self, in_scope: Any, sent: dict, asked: bool) -> None:
        form = made(
            QuestionWish(type="yes_no", label="Swims"),
            QuestionWish(label="How far", shown_if="swims", shown_if_values=("yes",)),
        )

        assert ("how_far" in answers(form, how_far="1 km", **sent)) is asked

    def test_one_of_several(self, in_scope: Any) -> None:
        several = QuestionWish(type="choices", label="Days", choices=(ChoiceWish("Friday"), ChoiceWish("Saturday")))
        form = made(several, QuestionWish(label="Dinner", shown_if="days", shown_if_values=("friday",)))

        assert "dinner" in answers(form, days=["saturday", "friday"], dinner="Soup")
        assert "dinner" not in answers(form, days=["saturday"], dinner="Soup")

    def test_a_consent_that_was_not_given(self, in_scope: Any) -> None:
        form = made(
            QuestionWish(type="consent", label="Pictures"),
            QuestionWish(label="Why not", shown_if="pictures", shown_if_values=("no",)),
        )

        assert answers(form, why_not="Shy") == {"pictures": False, "why_not": "Shy"}


class TestPlaces:
    @pytest.fixture
    def form(self, in_scope: Any) -> Form:
        return made(
            QuestionWish(type="choice", label="Tent", choices=(ChoiceWish("Big", places=2), ChoiceWish("Small")))
        )

    def fill_up(self) -> None:
        Pool.objects.update(taken=2)

    def test_what_is_full_is_shown_as_full_and_refused(self, form: Form) -> None:
        assert "Big (2 places left)" in str(AnswerForm(form.current)["tent"])
        self.fill_up()

        shown = str(AnswerForm(form.current)["tent"])
        assert "Big (full)" in shown and "disabled" in shown
        assert "No places left: Big (full)." in refused(form, tent="big")["tent"][0]

    def test_who_has_a_place_keeps_it_when_answering_again(self, form: Form) -> None:
        mine = answering.submit(form.current, {"tent": "big"})
        self.fill_up()

        assert AnswerForm(form.current, data={"q-tent": "big"}, submission=mine).is_valid()

    def test_the_answers_name_the_pools_they_take_from(self, form: Form) -> None:
        assert answering.pools_of(form.current, {"tent": "big"}) == [FormChoice.objects.get(value="big").pool]
        assert answering.pools_of(form.current, {"tent": "small"}) == []


class TestPesel:
    @pytest.fixture
    def form(self, in_scope: Any) -> Form:
        return made(QuestionWish(name="pesel", type="pesel"), QuestionWish(name="birth_date", type="date"))

    @pytest.mark.parametrize(
        "number", ["44051401358", "4405140135", "02381307589", "x", "99993100000", "4405 1401 3599"]
    )
    def test_a_wrong_number_is_refused(self, form: Form, number: str) -> None:
        assert "Not a valid PESEL number" in refused(form, pesel=number)["pesel"][0]

    def test_a_child_has_twenty_added_to_the_month(self, form: Form) -> None:
        child = _pesel_of(date(2017, 9, 28))
        assert child.startswith("172928")
        assert answers(form, pesel=child, birth_date="2017-09-28")["pesel"] == child
        assert born({"pesel": child}) == date(2017, 9, 28)

    def test_a_child_that_is_not_born_yet_is_none(self, form: Form) -> None:
        assert "pesel" in refused(form, pesel=_pesel_of(localdate() + timedelta(days=400)))

    def test_number_and_day_of_birth_are_of_one_person(self, form: Form) -> None:
        assert "the date of birth is" in refused(form, pesel="44051401359", birth_date="1944-05-15")["pesel"][0]
        assert answers(form, pesel="44051401359", birth_date="1944-05-14")

    def test_also_when_one_of_them_is_answered_elsewhere(self, in_scope: Any) -> None:
        form = made(QuestionWish(name="birth_date", type="date"))
        sheet = AnswerForm(form.current, data={"q-birth_date": "1944-05-15"}, alongside={"pesel": "44051401359"})

        assert not sheet.is_valid() and "birth_date" in sheet.errors

    def test_nobody_is_born_tomorrow(self, form: Form) -> None:
        tomorrow = localdate() + timedelta(days=1)
        assert "in the future" in refused(form, birth_date=tomorrow.isoformat())["birth_date"][0]


def _pesel_of(day: date) -> str:
    digits = f"{day.year % 100:02}{day.month + 20:02}{day.day:02}1234"
    return digits + str(-sum(w * int(d) for w, d in zip((1, 3, 7, 9, 1, 3, 7, 9, 1, 3), digits, strict=True)) % 10)


class TestBasicData:
    def test_two_sets_ship_and_speak_the_readers_language(self, in_scope: Any) -> None:
        basic.choose("general")
        scouts = basic.choose("scouts")

        assert basic.basic_form() == scouts
        assert [question.name for question in scouts.current.questions.all()] == [
            "first_name", "last_name", "pesel", "membership_card", "street", "postal_code", "city", "country",
            "scout_rank", "instructor_rank",
        ]  # fmt: skip
        assert AnswerForm(scouts.current)["first_name"].label == "First name"

    def test_each_event_says_whether_the_card_is_demanded(self, in_scope: Any) -> None:
        version = basic.choose("scouts").current

        assert not AnswerForm(version).fields["membership_card"].required
        assert AnswerForm(version, demanded=frozenset({"membership_card"})).fields["membership_card"].required
        assert [question.name for question in basic.left_to_events(basic.basic_form())] == ["membership_card"]

    def test_browsers_may_fill_in_ones_own_data_but_not_anothers(self, in_scope: Any) -> None:
        version = basic.choose("general").current

        assert AnswerForm(version).fields["postal_code"].widget.attrs["autocomplete"] == "postal-code"
        assert AnswerForm(version, own=False).fields["postal_code"].widget.attrs["autocomplete"] == "off"

    def test_countries_are_named_in_the_readers_language(self, in_scope: Any) -> None:
        form = made(QuestionWish(name="country", type="country"))
        details = {}
        for language in ("en", "nl", "pl"):
            with translation.override(language):
                details[language] = dict(AnswerForm(form.current).fields["country"].choices)["DE"]

        assert details == {"en": "Germany", "nl": "Duitsland", "pl": "Niemcy"}


class TestPrefill:
    def test_the_latest_answer_to_a_question_of_that_name_in_any_form(
        self, in_scope: Any, django_assert_num_queries: Any
    ) -> None:
        ada, old, new = (
            make.user(),
            made(QuestionWish(label="Diet")),
            made(QuestionWish(label="Diet"), QuestionWish(label="Bed")),
        )
        answering.submit(old.current, {"diet": "vegan", "city": "Kraków"}, person=ada)
        answering.submit(new.current, {"diet": "all"}, person=ada)
        answering.submit(new.current, {"bed": "soft"}, person=make.user())

        with django_assert_num_queries(1):
            assert answering.prefill(ada, ["diet", "city", "bed"]) == {"diet": "all", "city": "Kraków"}
        assert answering.prefill(None, ["diet"]) == {}

    def test_nobody_agrees_by_habit(self, in_scope: Any) -> None:
        form = made(QuestionWish(type="consent", label="Pictures"), QuestionWish(type="yes_no", label="Swims"))

        sheet = AnswerForm(form.current, initial={"pictures": True, "swims": True})

        assert sheet.initial == {"swims": "yes"}


@pytest.mark.parametrize("questions", [2, 60])
def test_a_form_costs_the_same_for_few_questions_and_many(
    in_scope: Any, questions: int, django_assert_num_queries: Any
) -> None:
    wishes = (QuestionWish(type="choice", label=f"Question {each}", choices=DIET.choices) for each in range(questions))
    version = made(*wishes).current

    with django_assert_num_queries(2):
        str(AnswerForm(version))


def test_a_question_may_be_called_like_anything_else_on_the_page(in_scope: Any) -> None:
    form = made(*(QuestionWish(label="x", name=name) for name in ("csrfmiddlewaretoken", "clean", "data", "errors")))

    assert answers(form, csrfmiddlewaretoken="a", clean="b") == {"csrfmiddlewaretoken": "a", "clean": "b"}


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    lambda text: text.strip() == text
)
ANSWERS = st.fixed_dictionaries(
    {"agreed": st.booleans()},
    optional={
        "text": words,
        "long": words,
        "number": st.decimals(-(10**9), 10**9, places=3).map(lambda value: format(value.normalize() + 0, "f")),
        "day": st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(date.isoformat),
        "one": st.sampled_from(["a", "b"]),
        "several": st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True),
        "yes": st.booleans(),
        "mail": st.emails()
        .map(normalised)
        .filter(lambda address: address.isascii() and len(address) < 100 and "{" not in address),
        "from": st.sampled_from(["PL", "NL", "DE"]),
    },
)


@settings(max_examples=examples(60))
@given(given_answers=ANSWERS)
def test_what_was_answered_comes_back_as_it_was(in_scope: Any, given_answers: dict[str, Any]) -> None:
    """Sent as a browser would, kept, shown again, sent again: nothing changes on the way."""
    version = _version_of_each_kind()
    sheet = AnswerForm(version)
    sent = AnswerForm(version, data=as_data(sheet, given_answers))
    if not sent.is_valid():
        # Django's idea of an address is narrower than the standard's.
        assert set(sent.errors) == {"mail"}
        return
    assert sent.answers() == given_answers

    kept = answering.submit(version, sent.answers())
    again = AnswerForm(version, submission=kept)
    data = {again.add_prefix(name): again[name].value() for name in again.fields}
    assert AnswerForm(version, data=as_data(sheet, given_answers), submission=kept).is_valid()
    resent = AnswerForm(version, data={key: value for key, value in data.items() if value is not None})
    assert resent.is_valid(), resent.errors
    assert resent.answers() == given_answers


def _version_of_each_kind() -> Any:
    found = Form.objects.filter(name="Camp").first()
    return (found or made(*EACH_KIND)).current


def test_every_kind_has_a_field(in_scope: Any) -> None:
    asked = {wish.type for wish in EACH_KIND} | {"file"}
    assert asked == set(Question.Type.values)


def test_what_was_said_is_told_in_the_readers_language(in_scope: Any) -> None:
    form = made(*EACH_KIND)
    kept = answering.submit(
        form.current,
        {"number": "1234.5", "day": "2027-05-01", "several": ["a", "c"], "yes": True, "from": "PL", "agreed": False},
    )
    with translation.override("pl"):
        result = {one.question.name: one.text for one in answering.shown_answers(kept)}

    assert result["number"] == "1\xa0234,5" or result["number"] == "1234,5"
    assert result["day"] == "1 maj 2027"
    assert result["several"] == "A, C"
    assert result["from"] == "Polska"
    assert result["text"] == ""


def test_composing_shows_the_well_known_words(in_scope: Any) -> None:
    professions.add(key="arts", names={"en": "doctor"})
    form = made(
        QuestionWish(name="profession", type="choice", choices=(ChoiceWish("", "arts"), ChoiceWish("", "student")))
    )
    form_editing.rename_form(form, "Who")

    assert form.current.questions.get().words == "Profession"
    assert "doctor" in str(AnswerForm(form.current)["profession"])
