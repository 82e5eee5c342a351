"""A verdict as a response of document 003 §3."""

from __future__ import annotations

from kring.checkin.scanning import ScanResult


def answer(verdict: ScanResult) -> dict[str, object]:
    """`scan_time` is local time without an offset, as the document has it."""
    answer: dict[str, object] = {"valid": verdict.valid}
    if not verdict.valid:
        answer["error"] = str(verdict.result)
    answer["message"] = verdict.message
    if verdict.scan_time:
        answer["scan_time"] = verdict.scan_time.replace(tzinfo=None).isoformat(timespec="seconds")
        answer["location"] = verdict.scan_location
    if verdict.can_let_in_anyway:
        answer["can_let_in_anyway"] = True
    if verdict.is_member is not None:
        answer["is_member"] = verdict.is_member
    if owed := verdict.to_pay:
        # Text for people; the amounts as numbers for programs and for the button.
        answer["to_pay"] = str(owed)
        answer["cash"] = {
            "ticket": owed.ticket_id,
            "share": str(owed.share),
            "left": str(owed.left),
            "currency": owed.currency,
            "share_text": owed.share_text,
            "left_text": owed.left_text,
        }
    optional = {"name": verdict.name, "ticket_type": verdict.ticket_type, "note": verdict.note}
    return answer | {key: value for key, value in optional.items() if value}


def unusable(message: str) -> dict[str, object]:
    """For errors that are no answer about a ticket."""
    return {"valid": False, "error": "bad_request", "message": message}
