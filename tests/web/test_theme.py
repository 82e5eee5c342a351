"""Each organisation's colours are a stylesheet of its own (Q2)."""

from __future__ import annotations

import pytest

from kring.web import theme
from tests import make

FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture
def orange(db):
    return make.organisation(subdomain="orange", primary_colour="#FF6600", accent_colour="#00AA88")


def address(organisation, hash=None):
    return f"/theme-{hash or theme.fingerprint(organisation)}.css"


def test_a_site_is_served_its_own_colours_to_keep_forever(client, orange):
    answer = client.get(address(orange), headers={"host": "orange.kring.localhost"})

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == FOREVER
    assert "--tblr-primary: light-dark(#ff6600, #ff6600);" in answer.text
    assert "--tblr-primary-fg: light-dark(#000000, #000000);" in answer.text
    assert "--tblr-accent: light-dark(#00aa88, #00aa88);" in answer.text


def test_nothing_in_it_keeps_a_cache_from_sharing_it(client, orange):
    answer = client.get(address(orange), headers={"host": "orange.kring.localhost"})

    assert "Vary" not in answer
    assert not answer.cookies


def test_other_colours_have_another_address(orange):
    before = theme.url(orange)

    orange.accent_colour = "#000000"

    assert theme.fingerprint(orange) not in before


def test_an_old_address_serves_todays_colours_for_a_short_while(client, orange):
    answer = client.get(address(orange, "0123456789ab"), headers={"host": "orange.kring.localhost"})

    assert "#ff6600" in answer.text
    assert answer["Cache-Control"] == "public, max-age=300"


def test_it_costs_the_question_whose_site_it_is_and_no_other(client, orange, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(address(orange), headers={"host": "orange.kring.localhost"})


def test_pages_ask_for_the_colours_of_their_organisation(client, orange):
    answer = client.get("/accounts/login/", headers={"host": "orange.kring.localhost"})

    assert f'<link rel="stylesheet" href="{address(orange)}">' in answer.text


def test_who_chooses_a_pale_colour_is_told_what_becomes_of_it():
    assert theme.advice("#0B5E8F") == ""
    assert theme.advice("#FFD500") == (
        "#FFD500 is hard to read as text on a light page. Buttons get it as it is; "
        "links and headings get the darker shade #816C00."
    )
