"""`python -m yumen_receiver`."""

import sys

from yumen_receiver.cli import main

sys.exit(main())
