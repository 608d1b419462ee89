"""`python -m wasl` is `wasl`."""

from wasl.cli import main

if __name__ == "__main__":
    main()
