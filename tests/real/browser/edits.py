"""What people edit in other ways than in a text's control, in a real browser: days, and text where it stands. Nothing is lost."""

import re

import people
from bench import holds, same
from in_browser import MARK, REFERENCE, shows_none
from places import Places

DAYS = {"birth": "1990-01-02", "birthday": "1985-05-14", "born": "1971-11-30"}


def edits(bench, way):
    """The page of what is edited, open."""
    page = Places(bench, way, "edits", people.resident(f"browser edits {way}"))
    page.open()
    return page


def days_keep_their_values(bench, way):
    """Controls of days that hold a birth are saved as they came; the others stay what they are."""
    page = edits(bench, way)
    shows_none(page.window, [page.number], "the page")
    kind, value = "return document.querySelector(arguments[0]).type", "return document.querySelector(arguments[0]).value"
    for name, day in DAYS.items():
        held = page.window.run(value, f"[name={name}]")
        holds(held and day not in held, f"the control of {name} holds {held!r}")
    same(page.window.run(kind, "[name=due]"), "date", "the control of another day")
    page.window.overwrite("textarea", "접수", "처리")
    page.window.follow(".days button")
    same(page.last()["post"], DAYS | {"due": "2026-12-24", "at": "09:30", "memo": "처리"}, "the fields")


def a_day_can_be_changed(bench, way):
    """Another day that somebody writes over one that was hidden is saved, and the others keep theirs."""
    page = edits(bench, way)
    page.window.run("const it = document.querySelector('[name=birth]'); it.value = ''; it.focus()")
    page.window.type("1991-03-04")
    page.window.follow(".days button")
    same(page.last()["post"], DAYS | {"birth": "1991-03-04", "due": "2026-12-24", "at": "09:30", "memo": "접수"}, "the fields")


def text_is_edited_where_it_stands(bench, way):
    """A word is changed in text that is edited where it stands: the numbers beside it are as they were."""
    page = edits(bench, way)
    n, d = page.number, page.digits
    held = page.window.run("return document.querySelector('.here').innerText + document.querySelector('#editor').innerText")
    same(len(re.findall(f"{MARK}{REFERENCE}", held)), 3, f"marks with what stands for a number in {held!r}")
    for css in (".here", "#editor"):
        holds(page.window.run("return mark(...arguments)", css, "접수"), f"{css} has lost its word")
        page.window.type("처리")
    page.window.follow(".text button")
    wanted = {"here": f"<p>김가람 {n} 처리</p><p>{d}</p>", "editor": f"<p>이가람 <b>{n}</b> 처리</p>"}
    same(page.last()["post"], wanted, "the fields")


CHECKS = [days_keep_their_values, a_day_can_be_changed, text_is_edited_where_it_stands]
