"""Holes that are known and open: (class, name, or None for the whole class) and why. A hole in this list that has been closed
fails the test too, so that the list stays true: then take it off."""

TOKENS = "what a site has put into its own cookies and tokens comes back by itself: nobody posts it, and nobody is to be locked out by it; it is told in the record"
KNOWN = {
    ("pieces in heads", "a token in a cookie"): TOKENS,
    ("pieces in heads", "base64 in a cookie"): TOKENS,
    ("pieces in heads", "a bearer's token"): TOKENS,
    ("odd values", "halves under names that say nothing"): "six and seven digits beside each other are mostly a day and an amount",
}


def why(case):
    """Why a leak is known; None if it is not."""
    return KNOWN.get((case.group, case.name)) or KNOWN.get((case.group, None))
