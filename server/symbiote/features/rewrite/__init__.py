"""Rewrites: from an intention to lines that stream into a document, and what becomes of them.

Knows nothing of LSP.
"""
