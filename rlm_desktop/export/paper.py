"""Which paper is used where."""

import locale

_LETTER = frozenset(
    (
        *("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"),
        *("BELIZE", "CANADA", "CHILE", "COLOMBIA", "COSTA RICA", "GUATEMALA", "MEXICO", "NICARAGUA", "PANAMA"),
        *("PHILIPPINES", "PUERTO RICO", "EL SALVADOR", "UNITED STATES", "VENEZUELA"),
    )
)
"""As the Unicode locale data has it, and as Windows calls them; all others use A4."""


def is_letter(territory: str) -> bool:
    """Tell whether letters are written on US Letter in a territory, given as two letters or by its English name."""
    return territory.upper() in _LETTER


def territory_here() -> str:
    """Give the territory whose customs this computer follows; empty where it doesn't say."""
    # Not by `getlocale`, which takes the locale without a territory for that of the United States.
    return locale.setlocale(locale.LC_CTYPE).partition("_")[2].partition(".")[0]
