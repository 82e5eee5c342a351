"""Mandates of another program, from a table (C3): read, matched to payers, tried, and taken over.

columns    heads → what each column is; a row as values, with what is wrong in it
planning   rows → whose mandate each would be, or why it is refused; nothing is written
uploading  the file kept, its columns chosen, the plan carried out
"""
