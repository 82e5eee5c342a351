"""The command line of Kring."""
