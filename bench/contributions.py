"""What a treasurer asks of 100,000 contributions: addresses, and what to call them."""

from __future__ import annotations

_DUES = "/organisation/dues/"
PAGES = {
    "overview": _DUES,
    "who has not paid": f"{_DUES}unpaid/",
    "list": "/organisation/contributions/",
}
