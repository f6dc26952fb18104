"""Which paper is used where."""

_LETTER = frozenset(("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"))
"""As the Unicode locale data has it; all others use A4."""


def is_letter(territory: str) -> bool:
    """Tell whether letters are written on US Letter in a territory, given as two letters."""
    return territory.upper() in _LETTER
