"""What people write in Markdown is shown, and can do no harm."""

import pytest

from kring.core.markdown import html_of, plain_of


def test_text_is_formatted():
    assert html_of("**Bold** and\na [link](https://example.org/)") == (
        '<p><strong>Bold</strong> and<br>\na <a href="https://example.org/" rel="noopener noreferrer">link</a></p>\n'
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
        ("[go](javascript:alert(1))", "<p>[go](javascript:alert(1))</p>\n"),
        ("![a picture](https://elsewhere.example/spy.png)", "<p></p>\n"),
    ],
)
def test_what_could_do_harm_is_shown_as_text_or_left_out(text, html):
    assert html_of(text) == html


@pytest.mark.parametrize("text", ["# One\n\n## Two", "### One\n\n##### Two", "# One\n\n#### Two"])
def test_headings_begin_below_the_section_and_leave_no_level_out(text):
    assert html_of(text) == "<h3>One</h3>\n<h4>Two</h4>\n"


def test_a_preview_is_plain_words_on_one_line():
    assert plain_of("# Food & health\n\n- *one*\n- [two](https://example.org/)") == "Food & health one two"
