"""Importing members from files (M5): read, match the columns, try without writing, decide, run, take back.

reading   a file's bytes → rows of text (core/sheets, and contacts)
matching  headers and contents → which column of the register each one is
values    text as people type it → dates, genders, yes and no …
planning  rows → what would be new, changed, unchanged, ambiguous or refused; kept as rows
running   the plan → members, in pieces; paused, cancelled, undone
"""
