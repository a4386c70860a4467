"""Engines elsewhere: providers that answer over HTTP, one file per kind, and `Cloud`, which is all that are turned on.

Knows nothing of documents, windows, or of what may be told to whom: texts come as they are to be sent, but for the secrets that a
function given to `Cloud` takes out. Nothing is imported for a provider before it is asked or warmed.
"""
