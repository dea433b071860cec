"""Holes that are known and open: (class, name, or None for the whole class) and why. A hole in this list that has been closed
fails the test too, so that the list stays true: then take it off."""

QUOTED = "escapes in a quoted cookie are not undone"
UNSAID = "what is packed without saying so, or once more than it says, is read as the text that it is not"

KNOWN = {
    ("number in a head field", "Authorization, Basic"): "credentials are not taken out of their base64",
    ("number in a head field", "Cookie, backslashes"): QUOTED,
    ("number in a head field", "Cookie, octal"): QUOTED,
    ("pseudo fields", "user in :authority"): "HTTP/2 takes a user in :authority, and the Host sent on holds it",
    ("XML", "a long comment inside"): "the lexer reads over 512 bytes of a comment and then ends the number; XML readers join it",
    ("XML", "full width in Shift_JIS"): "a charset that only the declaration says is not looked at",
    ("charset of a form", "IBM037, of the query"): "the charset of the type decides about the query too, at some sites",
    ("charset of a form", "x-IBM933, of the query"): "the charset of the type decides about the query too, at some sites",
    ("content codings", "empty"): UNSAID,
    ("content codings", "gzip of text, unsaid"): UNSAID,
    ("content codings", "gzip twice, said once"): UNSAID,
    ("content codings", "gzip, unsaid"): UNSAID,
    ("crossings", "form, soft hyphens, cp949, gzip, unsaid, small chunks"): UNSAID,
    ("names", "in the file's name, backslashes inside"): "Tomcat leaves backslashes out of a quoted name",
    ("part contents", "a message"): "a part that is a message is read as text, not by its transfer encoding",
}


def why(case):
    """Why a leak is known; None if it is not."""
    return KNOWN.get((case.group, case.name)) or KNOWN.get((case.group, None))
