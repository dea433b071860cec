"""Every place of a page from which a browser sends a value back, tried against a site that writes down what reached it."""

import json
import pathlib
import shutil

import in_browser
import people
import watch
from bench import holds, same
from in_browser import loads, shows_none


class Places:
    """A page, that of all places or another, laid out at the site for one way, and what the site wrote down."""

    def __init__(self, bench, way, page="places", number=None):
        self.browsers = in_browser.of(bench)
        self.window = self.browsers.window(way)
        self.number = number or people.resident(f"browser places {way}")
        self.digits = self.number.replace("-", "")
        self.way = "h" + way.replace(".", "")
        self.front = f"https://{bench.options.host}:{bench.options.front_port}"
        self.folder = bench.work / "data" / "received"
        shutil.copy(self.browsers.picture, self.folder / "photo.jpg")
        text = (pathlib.Path(__file__).parents[1] / "site" / f"{page}.html").read_text()
        self.page = f"{page}-{self.way}.html"
        (bench.work / "wiki" / self.page).write_text(self.filled(text))
        (self.folder / f"number-{self.way}").write_text(self.number)

    def filled(self, text):
        """The page with the number in it, as it is and in the spellings of HTML and of scripts."""
        first, rest = ord(self.number[0]), self.number[1:]
        spellings = {"N": self.number, "D": self.digits, "W": self.way, "E": f"&#{first};{rest.replace('-', '&#x2d;')}",
                     "U": f"\\u{first:04x}{rest.replace('-', chr(92) + 'x2d')}"}
        for letter, spelling in spellings.items():
            text = text.replace(f"@{letter}@", spelling)
        return text

    def open(self):
        """Opens the page. What is written down from then on is what `received` gives."""
        (self.folder / "log").unlink(missing_ok=True)
        self.window.open(f"{self.front}/{self.page}")

    def received(self):
        """What reached the site."""
        log = self.folder / "log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def last(self):
        asked = self.received()
        holds(asked, "nothing reached the site")
        return asked[-1]


def forms_bring_numbers_back(bench, way):
    """Every kind of control of a form, sent as it came, brings the number to the site."""
    places = Places(bench, way)
    n, d = places.number, places.digits
    places.open()
    shows_none(places.window, [n], "the page")
    places.window.follow(".post button")
    wanted = dict.fromkeys(("text", "single", "bare", "hidden", "tel", "search", "password", "short", "radio", "entities", "option", "plain", "button"), n)
    wanted |= {"digits": d, "number": d, "around": f"김가람({n}) 외 1명, {d}", "check": [n, d],
               "area": f'김가람 {n}\r\n{d} 이하 같음 <a href="/received.php?no={n}">'}
    same(places.last()["post"], wanted, "the fields")
    same(places.last()["get"], {"of": n}, "the query of the form's address")


def other_forms_bring_numbers_back(bench, way):
    """So do a multipart form, a form whose fields become the address, and one that a script fills."""
    places = Places(bench, way)
    n, d = places.number, places.digits
    places.open()
    places.window.follow(".multipart button")
    same(places.last()["post"], {"text": n, "area": f"{n}, {d}"}, "the multipart fields")
    places.open()
    places.window.follow(".get button")
    same(places.last()["get"], {"text": f"김가람 {n}", "who": d}, "the query")
    same(watch.shown([places.window.address], [n]), [], "numbers in the address")
    places.open()
    places.window.run("fill()")
    places.window.follow(".by-script button")
    same(places.last()["post"], {"no": n}, "the field that a script filled")


def links_bring_numbers_back(bench, way):
    """Links, the arguments of scripts in links and handlers, and pictures bring the number to the site."""
    places = Places(bench, way)
    n, d = places.number, places.digits
    places.open()
    loads(places.window, ".image", "the picture")
    same(places.last()["uri"], f"/received.php/{n}.jpg?give=image", "what was asked for")
    for link, uri in (("query", f"/received.php?no={n}&way={places.way}"), ("path", f"/received.php/{n}/2"),
                      ("script", f"/received.php?no={n}"), ("handler", f"/received.php?no={d}")):
        places.open()
        places.window.follow(f".{link}")
        same(places.last()["uri"], uri, f"what the link '{link}' asked for")
        same(watch.shown([places.window.address], [n]), [], "numbers in the address")


def scripts_bring_numbers_back(bench, way):
    """What scripts send of their own (JSON, forms, addresses, file names) brings the number to the site."""
    places = Places(bench, way)
    n, d = places.number, places.digits
    places.open()
    places.window.run("return scripts()")
    asked = [one for one in places.received() if "give=" not in one["uri"]]
    holds(len(asked) == 4, f"{len(asked)} of 4 requests reached the site")
    same(asked[0]["json"], {"no": n, "list": [d, n, n]}, "the JSON")
    same(asked[1]["post"], {"no": n, "note": d}, "the form")
    same(asked[2]["get"], {"no": n}, "the query")
    same((asked[3]["post"], asked[3]["files"]), ({"no": n}, [f"{n}.txt"]), "the multipart form")


def redirects_and_cookies_hide_numbers(bench, way):
    """A redirect and a cookie that carry the number are followed and kept, and the browser never sees it."""
    places = Places(bench, way)
    places.open()
    places.window.open(f"{places.front}/received.php?give=redirect&way={places.way}")
    same(places.last()["get"], {"no": places.number}, "where the redirect led")
    shows_none(places.window, [places.number], "the page behind the redirect")
    places.window.open(f"{places.front}/received.php?after")
    same(places.last()["cookie"], places.number, "the cookie as it came back")
    same(watch.shown([json.dumps(places.window.ask("cookie"))], [places.number]), [], "numbers in the browser's cookies")


def stars_are_no_data(bench, way):
    """Where a script sends back what it may only read (JSON, data attributes), the site gets the number or nothing."""
    places = Places(bench, way)
    n = places.number
    places.open()
    text, _ = places.window.run("return api()")
    same(watch.shown([text], [n]), [], "numbers in the JSON")
    came = [one["json"] for one in places.received() if one["json"]]
    holds(came in ([], [{"no": n, "list": [n]}]), f"the site got {came}")
    places.open()
    places.window.follow(".data")
    came = [one["get"] for one in places.received() if "no" in one["get"]]
    holds(came in ([], [{"no": n}]), f"the site got {came}")


def halves_are_no_data(bench, way):
    """A script that cuts a number in two, as old forms do, sends pieces of what stands for it: the site gets none of them."""
    places = Places(bench, way)
    for at, to in ((6, 7), (8, 8), (6, 6)):
        places.open()
        places.window.run("halves(...arguments)", at, to)
        places.window.follow(".halves button")
        same([one["post"] for one in places.received() if one["post"]], [], f"what the site got, cut at {at}")
        holds("접수번호" in places.window.text(), f"the page reads {places.window.text()[:200]!r}")


def nothing_is_told(bench):
    """No number of all this stands in what the browser sent or got, nor in what garim wrote."""
    known = [people.resident(f"browser {page} {way}") for page in ("places", "edits") for way in ("1.1", "2")]
    for way, window in in_browser.of(bench).windows.items():
        same(watch.shown(["\n".join(watch.travelled(window))], known), [], f"numbers in the traffic over {way}")
    holds('"/received.php"' in bench.log(), "the requests are not in garim's records")
    same(watch.shown(bench.log().splitlines(), known), [], "numbers in what garim wrote")


CHECKS = [
    forms_bring_numbers_back,
    other_forms_bring_numbers_back,
    links_bring_numbers_back,
    scripts_bring_numbers_back,
    redirects_and_cookies_hide_numbers,
    stars_are_no_data,
    halves_are_no_data,
    nothing_is_told,
]
