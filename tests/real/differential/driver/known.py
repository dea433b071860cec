"""Holes that are known and open: (class, name, or None for the whole class) and why. A hole in this list that has been closed
fails the test too, so that the list stays true: then take it off."""

TOKENS = "what a site has put into its own cookies and tokens comes back by itself: nobody posts it, and nobody is to be locked out by it; it is told in the record"
KNOWN = {
    ("data in JSON", "a JSON Web Token"): TOKENS,
    ("pieces in heads", "a token in a cookie"): TOKENS,
    ("pieces in heads", "base64 in a cookie"): TOKENS,
    ("pieces in heads", "a bearer's token"): TOKENS,
    ("content codings", "deflate in a field of a form"): "pages keep their state so (JSF), packed and in base64",
    ("bodies of programs", "YAML, folded"): "YAML is read as plain text, without its line ends in quotes",
    ("forms of frameworks", "entities twice"): "character references are undone once, but for those in XML",
    ("pieces in heads", "an encoded word"): "no site is known that undoes RFC 2047 in a head",
}


def why(case):
    """Why a leak is known; None if it is not."""
    return KNOWN.get((case.group, case.name)) or KNOWN.get((case.group, None))
