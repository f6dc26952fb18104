"""The bundle's helper: the side door."""

from rlm_desktop.side_door import main

main()
