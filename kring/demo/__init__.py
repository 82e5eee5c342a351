"""The contents of a demo: three organisations, their events, staff and crowds. Installed only where KRING_DEMO=1."""
