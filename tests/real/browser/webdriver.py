"""A real browser: Chromium, without a screen, told what to do through chromedriver (W3C WebDriver). Every wait has an end."""

import atexit
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import time

# Seconds, for one command and for what a command sets going.
COMMAND = 40
PATIENCE = 15
# The key under which WebDriver names an element.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER = "\ue007"

ARGUMENTS = [
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--ignore-certificate-errors",
    "--no-proxy-server",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
]


def missing():
    """What is not here of what is needed, or None."""
    for names in (("chromium", "chromium-browser"), ("chromedriver",)):
        if not any(map(shutil.which, names)):
            return names[0]
    return None


class Failed(Exception):
    """The browser could not do what it was told."""


class Driver:
    """chromedriver, on a port of its own choosing."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.windows = folder, []
        self.log = folder / "chromedriver.log"
        # A group of its own, so that the browsers end with it; temporary files where they are removed.
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["chromedriver", "--port=0"], stdout=log, stderr=log, start_new_session=True,
                env=os.environ | {"TMPDIR": str(folder), "HOME": str(folder)},
            )
        (folder / "chromedriver.pid").write_text(str(self.process.pid))
        atexit.register(self.stop)
        told = wait(lambda: re.search(r"successfully on port (\d+)", self.log.read_text(errors="replace")), "chromedriver")
        self.port = int(told[1])

    def send(self, method, path, body=None):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=COMMAND)
        try:
            data = None if body is None else json.dumps(body)
            line.request(method, path, data, {"Content-Type": "application/json; charset=utf-8"})
            value = json.loads(line.getresponse().read())["value"]
        finally:
            line.close()
        if isinstance(value, dict) and "error" in value:
            raise Failed(f"{path.rsplit('/', 1)[-1]}: {value['error']}: {value['message'].splitlines()[0]}")
        return value

    def stop(self):
        atexit.unregister(self.stop)
        (self.folder / "chromedriver.pid").unlink(missing_ok=True)
        for window in [*self.windows]:
            try:
                window.close()
            except (Failed, OSError):
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(PATIENCE)


class Window:
    """One window of one person. `names` are host names that stand for this machine."""

    def __init__(self, driver, http2, names=()):
        arguments = [*ARGUMENTS]
        if names:
            arguments.append("--host-resolver-rules=" + ",".join(f"MAP {name} 127.0.0.1" for name in names))
        if not http2:
            arguments.append("--disable-http2")
        if os.geteuid() == 0:
            # Chromium's own sandbox does not start as root.
            arguments.append("--no-sandbox")
        wanted = {
            "browserName": "chrome",
            "acceptInsecureCerts": True,
            "unhandledPromptBehavior": "accept",
            "timeouts": {"pageLoad": PATIENCE * 1000, "script": PATIENCE * 1000, "implicit": 0},
            "goog:chromeOptions": {"args": arguments, "prefs": {"intl.accept_languages": "ko-KR,ko"}},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        self.driver = driver
        self.http2 = http2
        made = driver.send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.path = f"/session/{made['sessionId']}"
        driver.windows.append(self)
        # What the browser sent and got, and what its console says, since the last look.
        self.traffic, self.console = [], []

    def do(self, command, **body):
        return self.driver.send("POST", f"{self.path}/{command}", body)

    def ask(self, what):
        return self.driver.send("GET", f"{self.path}/{what}")

    def open(self, address):
        self.do("url", url=address)

    @property
    def address(self):
        return self.ask("url")

    @property
    def title(self):
        return self.ask("title")

    @property
    def source(self):
        """The page as it stands now, written out as HTML."""
        return self.ask("source")

    def run(self, script, *arguments):
        """Runs a script in the page; what it returns."""
        return self.do("execute/sync", script=script, args=list(arguments))

    def find(self, css):
        return self.do("element", using="css selector", value=css)

    def text(self, css="body"):
        """What a reader sees there."""
        return self.ask(f"element/{self.find(css)[ELEMENT]}/text")

    def value(self, css):
        """What a form control holds."""
        return self.ask(f"element/{self.find(css)[ELEMENT]}/property/value")

    def click(self, css):
        """Clicks, once the page has stopped moving: scripts fold and unfold parts of it when it is there.

        The element itself is told, not the point where it stood: a page that scrolls of its own (the preview of a
        wiki) would put something else there between the look and the click."""
        where = """
            const at = arguments[0];
            at.scrollIntoView({block: 'center', behavior: 'instant'});
            const {x, y} = at.getBoundingClientRect(), seen = `${x},${y}`, still = at.seen == seen;
            at.seen = seen;
            return still && document.readyState == 'complete';"""
        element = self.find(css)
        wait(lambda: self.run(where, element), f"{css} to stand still")
        if self.run("return arguments[0].localName == 'option'", element):
            # Not a thing to click on for a script: the list is opened and the line chosen.
            self.do(f"element/{element[ELEMENT]}/click")
        else:
            self.run("arguments[0].click()", element)

    def follow(self, css):
        """A click that leads to another page, which is waited for."""
        self.run("window.leaving = true")
        self.click(css)
        ready = "return !window.leaving && document.readyState == 'complete'"
        wait(lambda: self.run(ready), f"the page behind {css}")

    def back(self):
        self.do("back")

    def write(self, css, text):
        """Types into an empty control."""
        self.do(f"element/{self.find(css)[ELEMENT]}/value", text=text)

    def select(self, css, start, end):
        """Marks letters of a control, as with the mouse."""
        script = "const [at, from, to] = arguments; at.focus(); at.setSelectionRange(from, to)"
        self.run(script, self.find(css), start, end)

    def type(self, text):
        """Presses keys, wherever the cursor stands; what is marked is overwritten."""
        keys = [step for key in text for step in ({"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})]
        self.do("actions", actions=[{"type": "key", "id": "keyboard", "actions": keys}])

    def overwrite(self, css, old, new):
        """Marks a word of a control and types another one."""
        held = self.value(css)
        if held.count(old) != 1:
            raise Failed(f"{old!r} stands {held.count(old)} times in {css}")
        # A browser counts in UTF-16.
        start = len(held[: held.index(old)].encode("utf-16-le")) // 2
        self.select(css, start, start + len(old.encode("utf-16-le")) // 2)
        if new:
            self.type(new)
        else:
            self.type("\ue017")

    def look(self):
        """Takes over what the browser sent and got and said since the last look."""
        for entry in self.do("se/log", type="performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"].startswith("Network."):
                self.traffic.append(event)
        self.console += [entry["message"] for entry in self.do("se/log", type="browser")]

    def body(self, request):
        """The body of an answer, as the browser got it (decoded to text), or nothing if it is gone."""
        try:
            return self.do("goog/cdp/execute", cmd="Network.getResponseBody", params={"requestId": request})["body"]
        except Failed:
            return ""

    def close(self):
        self.driver.windows.remove(self)
        self.driver.send("DELETE", self.path)


def wait(ready, what):
    """Until `ready` gives something; that."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            got = ready()
        except Failed:
            # Between two pages there is none to ask.
            got = None
        if got:
            return got
        time.sleep(0.05)
    raise Failed(f"waited in vain for {what}")
