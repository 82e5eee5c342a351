"""A PostgreSQL of our own, for demo, development and tests; needs no Django."""
