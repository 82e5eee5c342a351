"""The price of a ticket type is read for selling in one place; everything else asks there (D2).

Search: every read of an attribute or column `price` in the code of the product. What else has a price is listed here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "kring"
SOLD_AT = "events/pricing/asking.py"
NOT_SELLING = {
    # The price of a quote, which was asked for.
    "events/offering.py": {"self.quote.price", "self.price", "each.price"},
    "web/public/teams.py": {"each.price"},
    "web/public/structured_data.py": {"ticket.price"},
    "registrations/new_tickets.py": {"found[0].price", "price.price", "self.agreed.price"},
    "registrations/pricing.py": {"new.price", "each.new.price"},
    "registrations/fulfilment.py": {"each.new.price"},
    "api/quotes.py": {"each.price"},
    # What the buyer chose.
    "api/orders.py": {"self.price"},
    "registrations/registering.py": {"each.entry.price"},
    "box_office/selling.py": {"listed.price"},
    "box_office/differences.py": {"pricing.for_anybody(registration).price"},
    "web/manage/box_office/views.py": {"listed.price"},
    # What a partner's tickets cost instead, as staff agreed.
    "partners/taking.py": {"quota.price"},
    "partners/keeping.py": {"quota.price"},
    "web/manage/partners/forms.py": {"quota.price"},
    "api/partner_tickets.py": {"change.price", "tickets.price", "found.price", "row.price"},
    # What it is, for those who set it; and what a waiting list promises.
    "events/editing_parts.py": {"wish.price", "made.price", "ticket_type.price"},
    "web/manage/attractions/views.py": {"wish.price"},
    "api/events.py": {"type_.price"},
    "api/event_inputs.py": {"self.price"},
    "waiting/joining.py": {"each.price"},
    # Of a plan of the platform, and what Stripe says it costs.
    "plans/at_stripe.py": {"plan.price"},
    "api/organisation.py": {"found.plan.price"},
    "plans/editing.py": {"plan.price", "at_stripe.price"},
    "plans/models/plan.py": {"self.price"},
    "plans/syncing.py": {"answer.price"},
    # Orders of years ago, made up.
    "demo/crowds.py": {"ticket_type.price"},
}


def reads(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr == "price" and isinstance(node.ctx, ast.Load):
            yield ast.unparse(node)


def found() -> dict[str, set[str]]:
    by_file = {str(path.relative_to(ROOT)): set(reads(path.read_text())) for path in ROOT.rglob("*.py")}
    return {name: expressions for name, expressions in by_file.items() if expressions}


def test_the_price_of_a_ticket_type_is_read_for_selling_in_one_place_only() -> None:
    result = found()

    assert result.pop(SOLD_AT) == {"ticket_type.price"}
    assert result == NOT_SELLING


@pytest.mark.parametrize("source", ["total = ticket_type.price * 2", "sum(each.price for each in types)"])
def test_the_search_finds_a_price_that_is_read(source: str) -> None:
    assert list(reads(source))


def test_pages_that_sell_show_what_was_asked_for() -> None:
    """Only the administration shows the price of the type itself."""
    pages = [path for path in ROOT.rglob("*.html") if re.search(r"\b(type|ticket_type)\.price\b", path.read_text())]

    assert [str(path.relative_to(ROOT)) for path in pages] == [
        "web/manage/attractions/templates/manage/attractions/item.html"
    ]
