"""Making one member of two (M1): whose values are kept, what moves along, and taking it back for 30 days."""
