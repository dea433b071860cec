"""Holes that are known and open: (class, name, or None for the whole class) and why. A hole in this list that has been closed
fails the test too, so that the list stays true: then take it off."""

TOKENS = "what a site has put into its own cookies and tokens comes back by itself: nobody posts it, and nobody is to be locked out by it"
KNOWN = {
    ("data in JSON", "a JSON Web Token"): TOKENS,
    ("pieces in heads", "a token in a cookie"): TOKENS,
    ("pieces in heads", "base64 in a cookie"): TOKENS,
    ("pieces in heads", "a bearer's token"): TOKENS,
    ("content codings", "deflate in a field of a form"): "pages keep their state so (JSF), packed and in base64",
    ("data in JSON", "base64 in an element"): "of XML only the text as it stands is read",
    ("bodies of programs", "two attributes that belong together"): "halves in two attributes of XML are not put together",
    ("bodies of programs", "YAML, folded"): "YAML is read as plain text, without its line ends in quotes",
    ("forms of frameworks", "entities twice"): "character references are undone once, but for those in XML",
    ("forms of frameworks", "halves in query and form"): "the query and the body are read one after the other",
    ("pieces in heads", "halves in a field, a comma between"): "two numbers with a comma and a space between are a list",
    ("pieces in heads", "an encoded word"): "no site is known that undoes RFC 2047 in a head",
}


def why(case):
    """Why a leak is known; None if it is not."""
    return KNOWN.get((case.group, case.name)) or KNOWN.get((case.group, None))
