"""What grammars tell of code: where comments and strings are, which block a place is in, what does not fit.

Between `core` and the rooms that look at text; the door to tree-sitter. Knows nothing of suggestions, models or editors.
"""
