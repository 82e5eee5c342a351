class Trouble(Exception):
    """Kring cannot start with these settings. The message is one line and says what to do; the exit code is 2."""
