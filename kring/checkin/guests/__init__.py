"""The guest list (D5): people let in by name, apart from sales.

keeping    add, change, remove, forget
arriving   tick off at the door, undo
finding    by part of a name, forgiving
columns    what the columns of an uploaded table are, and each row as a guest
planning   rows → what would be new, changed, unchanged, of the same name, or refused
uploading  a file → the list, whole or not at all; taken back
exporting  the list as rows, which an upload knows
"""
