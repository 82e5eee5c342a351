"""Collecting by SEPA direct debit: mandates, files for the bank, returns (C3)."""
