from __future__ import annotations


class EmbeddedError(Exception):
    """The embedded server cannot do what was requested. The message is one line and says what to do."""
