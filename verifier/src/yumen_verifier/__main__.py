"""`python -m yumen_verifier`."""

import sys

from yumen_verifier.cli import main

sys.exit(main())
