"""LSP, sockets and processes: the only room that imports pygls and lsprotocol.

Knows nothing of prompts, engines' insides or SQL.
"""
