"""The pieces pages are made of."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from kring.billing.models import Order
from kring.web import states
from kring.web.inputs import ColourInput


def rendered(source, **context):
    return Template(source).render(Context(context))


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        self.found += data.split()


def words(html):
    parser = Words()
    parser.feed(html)
    return " ".join(parser.found)


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in rendered('{% icon "ticket" %}')
    assert 'role="img" aria-label="Tickets &lt;3"' in rendered('{% icon "ticket" label=word %}', word="Tickets <3")


def test_an_icon_that_is_not_in_the_sprite_is_an_error():
    with pytest.raises(TemplateSyntaxError, match="No icon 'unicorn'"):
        rendered('{% icon "unicorn" %}')


def test_a_component_knows_its_arguments():
    with pytest.raises(TemplateSyntaxError, match="colour"):
        rendered('{% notice colour="red" %}{% endnotice %}')


def test_what_people_typed_stays_text():
    html = rendered("{% notice title=name %}{{ name }}{% endnotice %}", name="<script>")

    assert "<script>" not in html
    assert words(html) == "<script> <script>"


@pytest.mark.parametrize("state", Order.State)
def test_a_state_is_a_word_in_the_tone_of_its_meaning(state):
    html = rendered("{% state order %}", order=Order(state=state))

    assert words(html) == str(state.label)
    assert f"pill-{states.tone_of(state)}" in html


@pytest.mark.parametrize(
    ("taken", "capacity", "sentence"),
    [
        (3, None, "3 places taken, no limit"),
        (0, 10, "10 of 10 places left"),
        (9, 10, "1 of 10 places left"),
        (10, 10, "full: all 10 places are taken"),
    ],
)
def test_how_full_something_is_is_said_in_words(taken, capacity, sentence):
    assert words(rendered("{% places taken capacity %}", taken=taken, capacity=capacity)) == sentence


def test_steps_tell_where_one_is():
    html = rendered("{% progress steps current=2 %}", steps=["Choose", "Pay", "Done"])

    assert html.count('aria-current="step"') == 1
    assert words(html) == "Choose (done) 2 Pay 3 Done"


class Sheet(forms.Form):
    name = forms.CharField(label="Name")
    email = forms.EmailField(label="Email")

    def clean(self):
        raise forms.ValidationError("These two do not fit.")


def test_all_that_is_wrong_stands_on_top_with_a_way_to_each_field():
    html = rendered("{% error_summary form %}", form=Sheet({"name": "", "email": "nonsense"}))

    assert 'href="#id_name"' in html
    assert 'href="#id_email"' in html
    assert words(html) == (
        "3 things need your attention These two do not fit. Name : This field is required. "
        "Email : Enter a valid email address."
    )


def test_a_form_shown_below_its_summary_does_not_repeat_it():
    load = "{% load crispy_forms_filters %}"
    one, two = Sheet({"name": "", "email": "a@example.com"}), Sheet({"name": "Ada", "email": ""})
    html = rendered(
        load + "{% error_summary forms %}{{ one|crispy }}{{ two|crispy }}", forms=[one, two], one=one, two=two
    )

    assert html.count("error-summary") == 1
    assert "4 things need your attention" in words(html)


def test_a_form_without_faults_has_no_summary():
    assert rendered("{% error_summary form %}", form=Sheet()) == ""


def test_a_crispy_form_keeps_what_was_typed_and_says_what_is_wrong_twice():
    html = rendered("{% load crispy_forms_filters %}{{ form|crispy }}", form=Sheet({"name": "", "email": "nonsense"}))

    assert 'value="nonsense"' in html
    assert words(html).count("Enter a valid email address.") == 2
    assert words(html).count("These two do not fit.") == 1
    assert 'aria-describedby="id_email_error"' in html
    assert 'id="id_email_error"' in html


def test_required_fields_say_so_in_words():
    html = rendered("{% load crispy_forms_filters %}{{ form|crispy }}", form=Sheet())

    assert words(html) == "Name required Email required"


def test_pages_of_a_list_keep_its_search():
    request = RequestFactory().get("/", {"q": "a&b", "page": "2"})
    html = rendered("{% pagination page %}", page=Paginator(range(100), 10).page(2), request=request)

    assert 'href="?q=a%26b&amp;page=3" rel="next"' in html
    assert 'aria-current="page">2<' in html
    assert words(html).startswith("11–20 of 100")


def test_one_page_needs_no_links():
    page = Paginator(range(3), 10).page(1)

    assert rendered("{% pagination page %}", page=page, request=RequestFactory().get("/")).strip() == ""


def test_a_question_is_a_form_with_a_way_back():
    source = '{% confirm title="Delete?" button="Delete 3 rows" cancel="/back/" %}They are gone then.{% endconfirm %}'
    html = rendered(source, csrf_token="token")

    assert words(html) == "Delete? They are gone then. Delete 3 rows Go back"
    assert 'name="csrfmiddlewaretoken" value="token"' in html
    assert 'href="/back/"' in html


def test_a_colour_is_asked_for_without_what_html_forbids():
    class Look(forms.Form):
        colour = forms.CharField(max_length=7, widget=ColourInput)

    assert str(Look({"colour": "#0B6FA8"})["colour"]) == (
        '<input type="color" name="colour" value="#0B6FA8" id="id_colour">'
    )
