"""What a demo shows: three organisations, their events, staff and crowds. Installed only where KRING_DEMO=1."""
