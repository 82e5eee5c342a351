"""How states look: one tone for each word a model may use, so that "cancelled" is never green on some page."""

from kring.web.manage.nouns import tones

TONE_ICONS = {
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "danger": "alert-circle",
}

# Those of organisations, which no noun of their staff's pages is about; "new" is an event's too.
OF_ORGANISATIONS = {"active": "success", "blocked": "danger", "deleting": "danger"}
TONES = tones() | OF_ORGANISATIONS


def tone_of(state: str) -> str:
    """The tone of a state's value; neutral for one nobody has given a tone."""
    return TONES.get(state, "neutral")
