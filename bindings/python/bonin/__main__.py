"""`python -m bonin`: the same as the command `bonin`."""

import sys

from .cli import main

sys.exit(main())
