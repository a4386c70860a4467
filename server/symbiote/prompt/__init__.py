"""How a model family wants its prompt. Knows nothing of documents, engines or languages.

A family is data: one file in `families/`, named as the family.
"""
