"""The bundle's app: the front door."""

import sys

from rlm_desktop.__main__ import main

sys.exit(main())
