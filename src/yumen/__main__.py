"""`python -m yumen` is the command line."""

from yumen.app.cli import main

if __name__ == "__main__":
    main()
