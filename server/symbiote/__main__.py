"""`python -m symbiote`."""

from symbiote.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
