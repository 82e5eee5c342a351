"""One rule for e-mail addresses: ASCII before the @, any domain after it, in one form everywhere."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from kring.core.addresses import AddressField, canonical, normalised


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("jan@münchen.example", "jan@xn--mnchen-3ya.example"),
        ("Jan@MÜNCHEN.Example", "jan@xn--mnchen-3ya.example"),
        ("jan@xn--mnchen-3ya.example", "jan@xn--mnchen-3ya.example"),
        ("jan@XN--MNCHEN-3YA.example", "jan@xn--mnchen-3ya.example"),
        ("jan@mu\u0308nchen.example", "jan@xn--mnchen-3ya.example"),
        # IDNA 2008 keeps ß, and knows the dots and the letters of other keyboards.
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("a@例え。テスト", "a@xn--r8jz45g.xn--zckzah"),
        ("a@ｅｘａｍｐｌｅ．org", "a@example.org"),
        (" Ada.Lovelace+x@Example.ORG ", "ada.lovelace+x@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_kept_as_it_is_sent(written, kept):
    assert canonical(written) == normalised(written) == AddressField().clean(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        *("alı@example.org", "zoë@example.org", "ａda@example.org", "a\u200bda@example.org", "\u212aarl@example.org"),
        *("", "@", "a@", "@example.org", "a b@example.org", "a..b@example.org", ".a@example.org", '"a b"@example.org'),
        *("a@b@example.org", "a,b@example.org", "a@example", "a@[127.0.0.1]", "a@1.2.3.4", "a@-x.org", "a@x-.org"),
        *("a@x_y.org", "a@x..org", "a@xn--zzzzzzzzz.org", "a@xn--.org", "a@💩.la", "a@exa\u202emple.org", "a@x.o"),
        *("a\0@example.org", "a@example.org\0", "a@exam\nple.org", "a\r\nBcc: b@example.org", "\ud800@example.org"),
        *("a@\ud800.org", "a@" + "x" * 64 + ".org", "a@" + "ü" * 60 + ".org"),
        "a@" + "x." * 130 + "org",
    ],
)
def test_what_nobody_delivers_to_is_refused(written):
    with pytest.raises(ValidationError):
        canonical(written)
    with pytest.raises(ValidationError):
        AddressField().clean(written)
    assert isinstance(normalised(written), str)


def test_letters_beyond_ascii_before_the_at_are_named():
    with pytest.raises(ValidationError, match="unaccented"):
        AddressField().clean("alı@example.org")
