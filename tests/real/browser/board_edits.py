"""The demo's board, edited and followed about in a real browser: numbers stay hidden, and stay whole."""

import re

import in_browser
import people
import watch
from bench import holds, same
from in_browser import MARK, REFERENCE, STARS, loads, reads, shows_none

# The posts that the board comes with and that hold a value: the value, how a reader may see it, and a word of the post with
# another that may stand in its place.
POSTS = [
    (1, "810514-1234564", f"810514-{STARS}", "전입신고를", "이사를"),
    (3, "900101-5123488", f"900101-{STARS}", "어디에서", "어디서"),
    (4, "4000-0000-0000-0002", r"4000-00\*\*-\*{4}-\*{4}", "취소", "환불"),
    (6, "050912-3000011", "０５０９１２－[＊*]+", "예전", "옛날"),
]
MOBILES = ["010-1234-5678", "010-9876-5432", "010-2345-6789"]
MEMBERS = {"김통장": "870815-1413505", "이통장": "700313-2537271", "박통장": "750707-1695961"}
OWN = [*(value for _, value, *_ in POSTS), *MOBILES, *MEMBERS.values()]


def numbers(way):
    """All numbers that stand on the board while this way is tried."""
    return OWN + [people.resident(f"browser {what} {way}") for what in ("subject", "content", "keeper")]


def version_is_spoken(bench, way):
    """The browser speaks the version of HTTP that is tried."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    window.open(f"{browsers.front}/board")
    spoken = window.run("return performance.getEntriesByType('navigation')[0].nextHopProtocol")
    same(spoken, "h2" if way == "2" else "http/1.1", "the protocol")


def pages_show_no_number(bench, way):
    """No page of the board shows a number: not to read, in its source, in a control, or where a link leads."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    for path in ("/board", *(f"/board/{post}{end}" for post in (1, 3, 4, 5, 6) for end in ("", "/edit"))):
        window.open(browsers.front + path)
        shows_none(window, numbers(way), path)
    for post, _, seen, *_ in POSTS:
        window.open(f"{browsers.front}/board/{post}")
        reads(window.text(), seen, f"post {post}")
    window.open(f"{browsers.front}/board/1/edit")
    reads(window.value("textarea"), f"810514-{MARK}(?:{REFERENCE})? 로 확인", "the textarea of post 1")


def an_edit_keeps_the_number(bench, way):
    """A word is changed in a textarea and saved: the numbers are as they were, and the word is the new one."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    for post, value, seen, old, new in POSTS:
        path = f"/board/{post}"
        before = browsers.board.stored(path)
        holds(watch.shown([before["content"]], [value]), f"the board has lost the number of post {post}")
        if old not in before["content"]:
            old, new = new, old
        window.open(f"{browsers.front}{path}/edit")
        window.overwrite("textarea", old, new)
        window.follow("input[type=submit]")
        same(browsers.board.stored(path), before | {"content": before["content"].replace(old, new)}, "what the board holds")
        same(window.address, browsers.front + path, "where it leads")
        shows_none(window, numbers(way), f"post {post} after the save")
        reads(window.text(), seen, f"post {post} after the save")
        holds(new in window.text(), f"post {post} does not show the new word")


def every_control_keeps_its_number(bench, way):
    """Numbers in inputs, hidden ones too, and in a textarea that are not touched come back as they were."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    subject, content, keeper = (people.resident(f"browser {what} {way}") for what in ("subject", "content", "keeper"))
    fields = {"name": "김가람", "subject": f"{subject} 조회", "content": f"가 {content}\n나 {content.replace('-', '')}\n다",
              "keeper": keeper, "phone": "02-2100-1234"}
    post = browsers.board.post("/board/write", fields)
    before = browsers.board.stored(post)
    same({name: before[name] for name in fields}, fields, "what the board holds before")
    window.open(f"{browsers.front}{post}")
    holds(subject[:6] in window.title, f"the title is {window.title!r}")
    shows_none(window, numbers(way), "the post")
    window.follow(f"a[href='{post}/edit']")
    shows_none(window, numbers(way), "the edit form")
    reads(window.value("input[name=keeper]"), f"^(?:{REFERENCE}|{keeper[:6]}-{MARK})$", "the hidden input")
    window.overwrite("textarea", "다", "라")
    window.follow("input[type=submit]")
    same(browsers.board.stored(post), before | {"content": fields["content"].replace("다", "라")}, "what the board holds")
    # Again from the same form, as people do.
    window.back()
    window.overwrite("textarea", "라" if "라" in window.value("textarea") else "다", "마")
    window.follow("input[type=submit]")
    same(browsers.board.stored(post), before | {"content": fields["content"].replace("다", "마")}, "what the board holds then")


def an_option_keeps_its_number(bench, way):
    """Another one of a list of options is chosen: the board gets the number behind it."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    before = browsers.board.stored("/board/5")
    name = next(name for name, number in MEMBERS.items() if number not in (before["leader"], before["keeper"]))
    window.open(f"{browsers.front}/board/5/edit")
    options = window.run("return [...document.querySelectorAll('option')].map(option => option.text)")
    same(options, list(MEMBERS), "the options")
    window.click(f"option:nth-child({1 + list(MEMBERS).index(name)})")
    window.follow("input[type=submit]")
    same(browsers.board.stored("/board/5"), before | {"leader": MEMBERS[name]}, "what the board holds")
    holds(name in window.text(), "the post does not name whom was chosen")


def pictures_load(bench, way):
    """A picture whose name is a number loads, and its address does not show the number."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    window.open(f"{browsers.front}/board/5")
    leader = browsers.board.stored("/board/5")["leader"]
    loads(window, "img[src^='/photo/']", "the picture")
    asked = [asked for asked, _ in browsers.board.log()]
    holds(f"GET /photo/{leader}.jpg" in asked, f"the board was not asked for the picture: {asked[-5:]}")
    shows_none(window, numbers(way), "the page with the picture")


def links_lead_to_the_right_page(bench, way):
    """A link that carries a number, and an address that a script builds from one, lead where they led without garim."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    post = browsers.board.stored("/board/5")
    for css, number, key in (("tr:nth-of-type(n) a[href^='/member']", post["leader"], "rrn"),
                             ("input[type=button]", post["leader"], "no")):
        name = next(name for name, known in MEMBERS.items() if known == number)
        window.open(f"{browsers.front}/board/5")
        window.follow(css)
        same(browsers.board.log()[-2:][0][0], f"GET /member?{key}={number}", "what the board was asked for")
        reads(window.text(), f"성명\\s+{name}[\\s\\S]*{number[:6]}-{STARS}", "the member's page")
        loads(window, "img", "the picture of the member")
        shows_none(window, numbers(way), "the member's page")
        # The page's address is one that can be loaded again.
        window.open(window.address)
        reads(window.text(), f"성명\\s+{name}", "the member's page once more")
        window.follow("a[href^='javascript:view']")
        reads(window.text(), f"성명\\s+{name}", "the member's page by its own link")


def nobody_is_told_by_referers(bench, way):
    """Of an address that carries a number another origin learns nothing, and the browser itself does not know the number."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    leader = browsers.board.stored("/board/5")["leader"]
    # What a page asks its browser to send (from a link, whatever the answer's header says).
    for asked_for in ("", "unsafe-url"):
        window.open(f"{browsers.front}/board/5")
        window.follow("a[href^='/member']")
        path = f"/{way}-{asked_for}"
        script = """
            const link = document.createElement('a');
            [link.href, link.referrerPolicy, link.id, link.text] = [...arguments, 'away', 'away'];
            document.body.prepend(link);"""
        window.run(script, browsers.elsewhere.address + path, asked_for)
        window.follow("#away")
        came = browsers.elsewhere.came_from(path)
        same(len(came), 1, "visits elsewhere")
        same(watch.shown(came, numbers(way)), [], "numbers in the Referer elsewhere")
        if not asked_for:
            same(came, [""], "the Referer elsewhere")
    # The site is told its own address, as it knows it.
    window.open(f"{browsers.front}/board/5")
    window.follow("a[href^='/member']")
    window.follow("a[href='/board']")
    same(browsers.board.log()[-1], ("GET /board", f"{browsers.front}/member?rrn={leader}"), "the last request at the board")
    sent = watch.referers(window)
    holds(any("/member?" in referer for referer in sent), f"the browser sent {sent[-3:]}")
    same(watch.shown(sent, numbers(way)), [], "numbers in the Referers that the browser sent")


def stars_alone_are_refused(bench, way):
    """Whoever deletes what stands for the number and leaves the stars gets a page that says so; the number stays."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    before = browsers.board.stored("/board/1")
    window.open(f"{browsers.front}/board/1/edit")
    found = re.search(REFERENCE, window.value("textarea"))
    if found:
        window.overwrite("textarea", found[0], "")
    window.follow("input[type=submit]")
    reads(window.text(), "저장하지 않았습니다", "the refusal")
    same(window.address, f"{browsers.front}/board/1/edit", "where it leads")
    shows_none(window, numbers(way), "the refusal")
    same(browsers.board.stored("/board/1"), before, "what the board holds")


def nothing_is_told(bench):
    """No number of the board stands in what the browser sent or got, nor in anything that the demo wrote."""
    browsers = in_browser.of(bench)
    known = sorted({number for way in ("1.1", "2") for number in numbers(way)})
    for way, window in browsers.windows.items():
        texts = watch.travelled(window)
        holds(len(texts) > 1000, f"only {len(texts)} texts of the traffic over {way} are known")
        same(watch.shown(["\n".join(texts)], known), [], f"numbers in the traffic over {way}")
    written = (bench.work / "board" / "log").read_text(errors="replace")
    holds('"/board/1/edit"' in written, "the demo's records are not in its log")
    same(watch.shown(written.splitlines(), known), [], "numbers in what the demo wrote")
    same(watch.shown([bench.metrics(bench.options.demo_operations_port)], known), [], "numbers in the metrics")
    left = [path for path in (bench.work / "board").rglob("*") if path.is_file() and path.name not in ("log", "pid")]
    same([path for path in left if watch.shown([path.read_text(errors="replace")], known)], [], "files with a number")


CHECKS = [
    version_is_spoken,
    pages_show_no_number,
    an_edit_keeps_the_number,
    every_control_keeps_its_number,
    an_option_keeps_its_number,
    pictures_load,
    links_lead_to_the_right_page,
    nobody_is_told_by_referers,
    stars_alone_are_refused,
    nothing_is_told,
]
