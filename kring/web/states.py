"""How states look: one tone for each word a model may use, so that "cancelled" is never green on some page."""

TONE_ICONS = {
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "danger": "alert-circle",
}

TONES = {
    "success": (
        *("active", "accepted", "applied", "completed", "converted", "found", "open_now"),
        *("paid", "running_open", "sent", "valid"),
    ),
    "info": ("created", "filled_in", "invited", "open", "queued", "sending", "stored"),
    "warning": (
        "already_scanned",
        "awaiting",
        "held",
        "kept",
        "not_paid",
        "other_day",
        "paying",
        "short_code",
        "waiting",
        "pending",
        "undecided",
    ),
    "danger": ("blocked", "down", "failed", "not_found", "refused", "unsent", "wrong_event"),
    "neutral": (
        *("cancelled", "closed", "declined", "expired", "finished", "ignored", "new"),
        *("running_closed", "undone", "withdrawn"),
    ),
}
_TONE_OF = {state: tone for tone, states in TONES.items() for state in states}


def tone_of(state: str) -> str:
    """The tone of a state's value; neutral for one nobody has given a tone."""
    return _TONE_OF.get(state, "neutral")
