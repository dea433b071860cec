"""Holes that are known and open: (class, name, or None for the whole class) and why. A hole in this list that has been closed
fails the test too, so that the list stays true: then take it off."""

QUOTED = "escapes in a quoted cookie are not undone"

KNOWN = {
    ("number in a head field", "Cookie, backslashes"): QUOTED,
    ("number in a head field", "Cookie, octal"): QUOTED,
    ("XML", "a long comment inside"): "the lexer reads over 512 bytes of a comment and then ends the number; XML readers join it",
    ("XML", "full width in Shift_JIS"): "a charset that only the declaration says is not looked at",
}


def why(case):
    """Why a leak is known; None if it is not."""
    return KNOWN.get((case.group, case.name)) or KNOWN.get((case.group, None))
