"""Two runs beside each other: what differs in figures, settings, answers and steps."""
