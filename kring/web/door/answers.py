"""A verdict as a response of document 003 §3."""

from __future__ import annotations

from kring.checkin.scanning import ScanResult


def answer(verdict: ScanResult) -> dict[str, object]:
    """`scan_time` is local time without an offset, as the document has it."""
    told: dict[str, object] = {"valid": verdict.valid}
    if not verdict.valid:
        told["error"] = str(verdict.result)
    told["message"] = verdict.message
    if verdict.scan_time:
        told["scan_time"] = verdict.scan_time.replace(tzinfo=None).isoformat(timespec="seconds")
        told["location"] = verdict.scan_location
    if verdict.can_let_in_anyway:
        told["can_let_in_anyway"] = True
    if owed := verdict.to_pay:
        # Text for people; the amounts as numbers for programs and for the button.
        told["to_pay"] = str(owed)
        told["cash"] = {
            "ticket": owed.ticket_id,
            "share": str(owed.share),
            "left": str(owed.left),
            "currency": owed.currency,
            "said_share": owed.said_share,
            "said_left": owed.said_left,
        }
    optional = {"name": verdict.name, "ticket_type": verdict.ticket_type, "note": verdict.note}
    return told | {key: value for key, value in optional.items() if value}


def unusable(message: str) -> dict[str, object]:
    """For errors that are no answer about a ticket."""
    return {"valid": False, "error": "bad_request", "message": message}
