"""A mail filled into a mould is the mail that would have been composed (N1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kring.mail.composing import compose
from kring.mail.moulds import mould

NAMES = [
    "Ada Lovelace",
    "",
    "*bold* _and_ `code` [link](https://evil.example) # not a heading",
    "<script>alert(1)</script> & Sons <b>",
    "Two\nlines\r\nand a\ttab",
    "  spaces   inside and around  ",
    "Zoë Żółć 🏕️ \u202eright to left",
    "{{ name }} {% now %} \\ \\* 100% %(name)s",
    'O\'Brien "the" 1. - + ~ | !',
    "https://evil.example/?a=1&b=2",
]
FACTS = {"event": "Camp *2026* & <more>", "attraction": "Boats", "places": "2 places", "deadline": "Sat 14 Mar, 09:00"}
URLS = {
    "invitation_url": "https://a.kring.example/waiting/invitations/abc-_123/",
    "position_url": "https://a.kring.example/waiting/x/?a=1&b=2",
}


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
@pytest.mark.parametrize("template", ["waiting-invited", "waiting-reminder", "waiting-expired"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_filled_in_is_what_would_have_been_composed(in_scope, template, language, name):
    given = {**FACTS, "event_url": "https://a.kring.example/events/camp/"}
    blanks = {"name": "text", "invitation_url": "url", "position_url": "url"}

    shape = mould(template, language=language, organisation=in_scope, blanks=blanks, **given)
    filled = shape.fill({"name": name, **URLS})

    composed = compose(template, language=language, organisation=in_scope, context={**given, "name": name, **URLS})
    # A quotation mark in text may be written as itself or escaped: it is the same text.
    assert replace(filled, html=filled.html.replace("&quot;", '"')) == composed


def test_one_mould_says_to_each_her_own_name(in_scope):
    shape = mould("waiting-ended", language="en", organisation=in_scope, blanks={"name": "text"}, event="Camp")

    assert "Hello Ada," in shape.fill({"name": "Ada"}).text
    assert "Hello Bob," in shape.fill({"name": "Bob"}).text
