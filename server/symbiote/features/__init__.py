"""What Symbiote does for its user; the only room that visits context, prompt, engine, finish and metrics.

Knows nothing of LSP, sockets or processes.
"""
