"""What happened and what it adds up to. Lengths, times, reasons and ids only: never source text.

Knows nothing of LSP, engines or prompts.
"""
