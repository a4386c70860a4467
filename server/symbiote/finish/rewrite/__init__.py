"""From what a model streams to the lines of a region: one step per file, put together in `stream`.

Steps take whole lines, so that it does not matter in which pieces the text comes. Knows nothing of engines, prompts or LSP.
"""
