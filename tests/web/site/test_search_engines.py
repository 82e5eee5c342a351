"""What search engines find on the main site: a first page in each language, and what is not for them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from kring.organisations import platform_settings

HOST = {"host": "kring.localhost"}


@pytest.mark.parametrize(("code", "words"), [("en", "For whom"), ("nl", "Voor wie"), ("pl", "Dla kogo")])
def test_the_first_page_has_an_address_in_each_language(client, db, code, words):
    page = client.get(f"/{code}/", headers=HOST | {"accept-language": "pl" if code == "en" else "en"})

    assert (page.status_code, page["Content-Language"]) == (200, code)
    assert words in page.text
    assert f'<link rel="canonical" href="http://kring.localhost/{code}/">' in page.text
    for other in ("en", "nl", "pl"):
        assert f'<link rel="alternate" hreflang="{other}" href="http://kring.localhost/{other}/">' in page.text
    assert '<link rel="alternate" hreflang="x-default" href="http://kring.localhost/">' in page.text
    assert '<meta name="description" content="' in page.text


def test_who_has_chosen_a_language_gets_it(client, db):
    client.get("/nl/?lang=pl", headers=HOST)

    answer = client.get("/nl/", headers=HOST)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "Dla kogo" in client.get("/", headers=HOST).text


def test_the_map_of_the_site_is_xml_and_names_what_there_is(client, db):
    def addresses():
        root = ElementTree.fromstring(client.get("/sitemap.xml", headers=HOST).content)
        return [each.text.removeprefix("http://kring.localhost") for each in root.iter() if each.tag.endswith("}loc")]

    assert addresses() == ["/en/", "/nl/", "/pl/", "/"]
    platform_settings.change("organisations_register", "approval")
    assert addresses() == ["/en/", "/nl/", "/pl/", "/", "/register/"]


def test_programs_are_told_where_the_map_is(client, db):
    answer = client.get("/robots.txt", headers=HOST)

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "Sitemap: http://kring.localhost/sitemap.xml" in answer.text


def test_what_is_to_come_is_the_operators_to_say(client, db):
    assert "What is to come" not in client.get("/", headers=HOST).text
    platform_settings.change("site_coming", "An <app> next year.")

    assert "An &lt;app&gt; next year." in client.get("/", headers=HOST).text
