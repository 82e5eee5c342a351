"""Invoices and credit notes: asked for, made of what was ordered, corrected by further documents, never changed."""
