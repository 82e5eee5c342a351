"""What members owe their organisation: fees, contributions, reminders (C1, C2, C5)."""
