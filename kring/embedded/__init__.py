"""An embedded PostgreSQL for demo, development and tests; needs no Django."""
