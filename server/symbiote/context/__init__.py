"""What the model gets to see around the cursor. Knows nothing of tokens, prompts or engines."""
