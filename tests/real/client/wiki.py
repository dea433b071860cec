"""What people do in the wiki: log in, open the editor, save, attach."""

import html
import pathlib
import re

USER = "writer"
PASSWORD = "a-password-of-the-test"


class Wiki:
    """The wiki as one browser sees it."""

    def __init__(self, browser):
        self.browser = browser

    def login(self, password=PASSWORD):
        form = self.browser.get("/doku.php?id=start&do=login")
        fields = {"sectok": token(form), "id": "start", "do": "login", "u": USER, "p": password}
        return self.browser.post("/doku.php?id=start", fields)

    def read(self, page):
        return self.browser.get(f"/doku.php?id={page}")

    def raw(self, page):
        return self.browser.get(f"/doku.php?id={page}&do=export_raw")

    def editor(self, page):
        return self.browser.get(f"/doku.php?id={page}&do=edit")

    def save(self, page, text, headers=()):
        """Opens the editor and saves `text`."""
        return self.save_from(self.editor(page), page, text, headers)

    def save_from(self, editor, page, text, headers=()):
        """Saves `text` from an editor that was opened before."""
        fields = hidden(editor, "dw__editform")
        fields |= {"id": page, "wikitext": text, "summary": "", "do[save]": "Save"}
        return self.browser.post(f"/doku.php?id={page}", fields, headers)

    def attach(self, upload):
        form = self.browser.get("/lib/exe/mediamanager.php?ns=")
        fields = {"sectok": token(form), "ns": "", "mediaid": upload.name}
        return self.browser.upload("/lib/exe/mediamanager.php?ns=", fields, "upload", upload)


def token(answer):
    """The wiki's token against forged posts."""
    found = re.search(r'name="sectok" value="([0-9a-f]*)"', answer.text)
    if not found:
        raise LookupError(f"no form to post from (status {answer.status})")
    return found[1]


def hidden(answer, form):
    """The hidden inputs of a form."""
    found = re.search(rf'<form id="{form}".*?</form>', answer.text, re.S)
    if not found:
        raise LookupError(f"no form {form} (status {answer.status})")
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', found[0])
    return {name: html.unescape(value) for name, value in inputs}


def textarea(answer):
    """What the editor holds."""
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", answer.text, re.S)
    return html.unescape(found[1]) if found else None


class Shelf:
    """The wiki's files, behind everyone's back: what is really there."""

    def __init__(self, work):
        self.data = pathlib.Path(work) / "data"

    def page(self, page):
        return read(self.data / "pages" / (page.replace(":", "/") + ".txt"))

    def media(self, name):
        return read(self.data / "media" / name)

    def put_page(self, page, text):
        self.put(self.data / "pages" / (page.replace(":", "/") + ".txt"), text.encode())

    def put_media(self, name, content):
        self.put(self.data / "media" / name, content)

    def put(self, path, content):
        path.write_bytes(content)
        owner = self.data.stat()
        try:
            import os
            os.chown(path, owner.st_uid, owner.st_gid)
        except PermissionError:
            pass


def read(path):
    return path.read_bytes() if path.exists() else None
