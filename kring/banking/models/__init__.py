"""Files of the bank: statements, and what their lines mean (C4)."""
