"""Where an event's page is, also for who was not reached by an address: a worker (N1)."""

from __future__ import annotations

from django.urls import get_urlconf

from tests import make


def test_an_event_knows_its_page_outside_a_request(in_scope):
    assert get_urlconf() is None

    assert make.event(slug="congress").get_absolute_url() == "/events/congress/"
