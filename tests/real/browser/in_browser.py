"""What the checks in a real browser have at hand: windows, the demo's board, and the words for what must hold."""

import html
import pathlib
import re
import urllib.request

import elsewhere
import watch
import webdriver
from bench import Skip, holds, same

# What a value looks like to whoever reads the page, and what stands for it where it must come back.
STARS = r"\*{7}"
MARK = r"(?:\*~){3}\*"
REFERENCE = r"garim\.[A-Za-z0-9_-]+\."


class Browsers:
    """The windows of one run, the board of the demo, and another origin. One for all checks: `of(bench)`."""

    def __init__(self, bench):
        self.bench = bench
        self.driver = webdriver.Driver(bench.work / "browser")
        self.windows = {}
        tls = bench.work / "tls"
        self.elsewhere = elsewhere.Elsewhere(tls / "site.pem", tls / "site.key")
        # The demo's own: a small JPEG.
        self.picture = pathlib.Path(__file__).parents[3] / "src/demo/board/photo.jpg"
        self.front = f"https://127.0.0.1:{bench.options.demo_port}"
        self.board = Board(bench.options.demo_board_port)

    def window(self, way):
        """The window that speaks this version of HTTP; its traffic is kept to the end."""
        if way not in self.windows:
            self.windows[way] = webdriver.Window(self.driver, http2=way == "2", names=[self.bench.options.host])
        return self.windows[way]

    def close(self):
        """No window may ask for anything while the checks after these count requests."""
        self.driver.stop()


def of(bench):
    """The browsers of this run, started when first asked for."""
    lacks = webdriver.missing()
    if lacks:
        raise Skip(f"{lacks} is not installed")
    if not hasattr(bench, "browsers"):
        bench.browsers = Browsers(bench)
    return bench.browsers


class Board:
    """The demo's board itself, behind garim's back: what is really there."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"

    def get(self, path):
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.address + path, timeout=10) as answer:
            return answer.read().decode("cp949")

    def post(self, path, fields):
        """Posts a form; the path that it leads to."""
        data = urllib.parse.urlencode(fields, encoding="cp949").encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.address + path, data, timeout=10) as answer:
            return urllib.parse.urlsplit(answer.url).path

    def stored(self, path):
        """What the fields of a post hold, by name, as its edit form says."""
        form = self.get(f"{path}/edit")
        fields = dict(re.findall(r'<input type=(?:text|hidden) name=(\w+)(?: size=\d+)? value="([^"]*)"', form))
        fields["content"] = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", form, re.S)[1]
        chosen = re.search(r'<option value="([^"]*)" selected>', form)
        fields |= {"leader": chosen[1]} if chosen else {}
        return {name: html.unescape(value).replace("\r\n", "\n") for name, value in fields.items()}

    def log(self):
        """What reached the board lately: request line and Referer."""
        rows = re.findall(r"<tr><td>([^<]*)</td><td>([^<]*)</td></tr>", self.get("/board/log"))
        return [(html.unescape(asked), html.unescape(referer)) for asked, referer in rows]


def shows_none(window, numbers, what):
    """No number may stand in the page that is open, nor anywhere in what its links lead to."""
    texts = watch.page(window)
    holds(len(texts) > 10, f"{what} has next to no content")
    same(watch.shown(texts, numbers), [], f"numbers in {what}")


def reads(text, pattern, what):
    """What a reader sees must look like this."""
    holds(re.search(pattern, text), f"{what} reads {text[:300]!r}")


def loads(window, css, what):
    """The picture must be one that the browser could draw."""
    webdriver.wait(lambda: window.run("return arguments[0].complete", window.find(css)), what)
    holds(window.run("return arguments[0].naturalWidth > 0", window.find(css)), f"{what} does not load")
