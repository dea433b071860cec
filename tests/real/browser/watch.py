"""Looks for numbers where none may be: in a page, in all that the browser sent and got, and in what garim wrote down."""

import base64
import html
import re
import unicodedata
import urllib.parse

# Every string that a page holds or leads to: texts, comments, attributes, what controls hold, and addresses in full, as the
# status bar shows them.
EVERYTHING = """
const all = [document.title, document.URL, document.referrer, document.cookie, JSON.stringify({...localStorage}),
             JSON.stringify({...sessionStorage}), JSON.stringify(history.state)];
const nodes = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
  if (node.nodeType != Node.ELEMENT_NODE) { all.push(node.nodeValue || ''); continue; }
  for (const one of node.attributes) all.push(one.name + '=' + one.value);
  for (const name of ['value', 'defaultValue', 'href', 'src', 'action', 'text'])
    if (typeof node[name] == 'string') all.push(node[name]);
}
return all;
"""


def plain(text):
    """The text without what writes a letter in another way: entities, percent and script escapes, full width."""
    for _ in range(2):
        text = html.unescape(urllib.parse.unquote(text, errors="replace"))
    text = re.sub(r"\\\\?u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})", lambda found: chr(int(found[1] or found[2], 16)), text)
    return unicodedata.normalize("NFKC", text)


def coded(number):
    """The middle of the number in base64, at each of the three offsets."""
    for written in (number, number.replace("-", "")):
        for offset in range(3):
            code = base64.b64encode(b"\0" * offset + written.encode()).decode().rstrip("=")
            # The first and the last letters depend on the neighbours.
            yield code[4 if offset else 0:-2]


def shown(texts, numbers):
    """Which of the numbers, or of resident numbers the secret halves, stand in which texts, in whatever spelling."""
    found = []
    for text in filter(None, texts):
        letters = plain(text)
        for number in numbers:
            *_, half = number.split("-")
            # The digits with whatever people write between two of them.
            spellings = [r"\D{0,3}".join(number.replace("-", ""))] + ([half] if len(half) == 7 else [])
            written = any(re.search(rf"(?<!\d){spelling}(?!\d)", letters) for spelling in spellings)
            if written or any(code in text for code in coded(number)):
                found.append((number, text if len(text) < 300 else f"{text[:200]}… ({len(text)} long)"))
    return found


def page(window):
    """Every text of the page that is open: as it came, as it stands, and its parts."""
    window.look()
    documents = [event["params"]["requestId"] for event in window.traffic
                 if event["method"] == "Network.responseReceived" and event["params"].get("type") in ("Document", "XHR", "Fetch")]
    bodies = [window.body(request) for request in documents[-3:]]
    return [window.source, *bodies, *window.run(EVERYTHING)]


def travelled(window):
    """Every address, header and posted body that the browser sent or got, and what its console says."""
    window.look()
    return [*window.console, *(text for event in window.traffic for text in strings(event["params"]))]


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            # Ids of the browser's own.
            if key not in ("requestId", "loaderId", "frameId", "timestamp", "wallTime"):
                yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def referers(window):
    """The Referers that the browser sent, with where."""
    window.look()
    sent = [event["params"] for event in window.traffic if event["method"] == "Network.requestWillBeSentExtraInfo"]
    return [value for event in sent for name, value in event["headers"].items() if name.lower() == "referer"]
