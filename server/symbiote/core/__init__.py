"""What every room speaks: text, moments, answers, timings, settings, errors.

Standard library only, except `paths`, the door to platformdirs. Knows nothing of LSP, models or storage.
"""
