"""From raw model text to what is worth showing: one filter per file, composed in `chain`.

Pure. Knows nothing of engines, prompts or LSP.
"""
