"""Setting Symbiote up from a checkout, step by step. Standard library only: it runs before anything is installed."""
