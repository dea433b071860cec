"""DokuWiki edited in a real browser: its own scripts and forms carry what garim wrote instead of numbers."""

import in_browser
import people
import watch
import webdriver
import wiki
from bench import holds, same
from in_browser import MARK, REFERENCE, STARS, loads, reads, shows_none


def number(way, what):
    """A number of this check and this way alone."""
    return people.resident(f"browser wiki {what} {way}")


def numbers(way):
    return [number(way, what) for what in ("page", "section", "picture", "name")]


def name(what, way):
    return f"browser-{what}-{way.replace('.', '')}"


def writer(bench, way):
    """The window of somebody who has logged in to the wiki, and the wiki's address."""
    browsers = in_browser.of(bench)
    window = browsers.window(way)
    front = f"https://{bench.options.host}:{bench.options.front_port}"
    window.open(f"{front}/doku.php?id=start&do=login")
    if window.run("return !!document.querySelector('#dw__login input[name=u]')"):
        window.write("#dw__login input[name=u]", wiki.USER)
        window.write("#dw__login input[name=p]", wiki.PASSWORD)
        window.follow("#dw__login button[type=submit]")
    holds(window.run("return !!document.querySelector('a[href*=\"do=logout\"]')"), "nobody is logged in")
    return window, front


def save(window):
    window.follow("#edbtn__save")


def an_edit_keeps_the_number(bench, way):
    """A word of a page of the wiki is changed: in the file the number is as it was, and the word is the new one."""
    window, front = writer(bench, way)
    page, secret = name("page", way), number(way, "page")
    text = f"====== 명단 ======\n\n  * 김가람 {secret} 접수함\n  * <code>주민번호={secret}</code>\n"
    bench.shelf.put_page(page, text)
    window.open(f"{front}/doku.php?id={page}")
    shows_none(window, numbers(way), "the page")
    reads(window.text("#dokuwiki__content"), f"김가람 {secret[:6]}-{STARS} 접수함", "the page")
    window.open(f"{front}/doku.php?id={page}&do=edit")
    shows_none(window, numbers(way), "the editor")
    reads(window.value("#wiki__text"), f"김가람 {secret[:6]}-{MARK}(?:{REFERENCE})? 접수함", "the editor")
    window.overwrite("#wiki__text", "접수함", "처리함")
    save(window)
    same(bench.shelf.page(page).decode(), text.replace("접수함", "처리함"), "the file of the page")
    shows_none(window, numbers(way), "the page after the save")
    reads(window.text("#dokuwiki__content"), f"김가람 {secret[:6]}-{STARS} 처리함", "the page after the save")


def a_preview_keeps_the_number(bench, way):
    """The same with a preview in between, which shows page and editor at once."""
    window, front = writer(bench, way)
    page, secret = name("page", way), number(way, "page")
    before = bench.shelf.page(page).decode()
    window.open(f"{front}/doku.php?id={page}&do=edit")
    window.overwrite("#wiki__text", "처리함", "보류함")
    window.follow("#edbtn__preview")
    shows_none(window, numbers(way), "the preview")
    reads(window.text("#dokuwiki__content"), f"김가람 {secret[:6]}-{STARS} 보류함", "the preview")
    same(bench.shelf.page(page).decode(), before, "the file before the save")
    save(window)
    same(bench.shelf.page(page).decode(), before.replace("처리함", "보류함"), "the file of the page")


def a_section_edit_keeps_the_rest(bench, way):
    """One section is edited while the numbers stand in the others, which travel in hidden inputs."""
    window, front = writer(bench, way)
    page, secret = name("section", way), number(way, "section")
    text = f"====== 첫째 ======\n\n김가람 {secret} 확인\n\n====== 둘째 ======\n\n여기를 고침\n\n====== 셋째 ======\n\n{secret}\n"
    bench.shelf.put_page(page, text)
    window.open(f"{front}/doku.php?id={page}")
    window.follow(".editbutton_2 button")
    held = window.value("#wiki__text")
    holds("여기를 고침" in held and "첫째" not in held, f"the editor holds {held!r}")
    shows_none(window, numbers(way), "the editor of the section")
    window.overwrite("#wiki__text", "여기를", "거기를")
    save(window)
    same(bench.shelf.page(page).decode(), text.replace("여기를", "거기를"), "the file of the page")


def pictures_load(bench, way):
    """A picture of the wiki whose name is a number loads."""
    window, front = writer(bench, way)
    page, secret = name("picture", way), number(way, "picture")
    picture = (bench.browsers.picture).read_bytes()
    bench.shelf.put_media(f"{secret}.jpg", picture)
    bench.shelf.put_page(page, f"사진 {{{{:{secret}.jpg?linkonly|서류}}}} {{{{:{secret}.jpg|얼굴}}}}\n")
    window.open(f"{front}/doku.php?id={page}")
    loads(window, "#dokuwiki__content img.media", "the picture")
    shows_none(window, numbers(way), "the page with the picture")


def pages_named_by_a_number_open(bench, way):
    """A page whose name is a number opens from a link, can be edited, and no other site learns its name."""
    window, front = writer(bench, way)
    page, secret = name("name", way), number(way, "name")
    bench.shelf.put_page(page, f"  * [[:{secret}|김가람]]\n")
    away = f"{bench.browsers.elsewhere.address}/wiki-{way}"
    text = f"나이 서른\n\n[[{away}|바깥]]\n"
    bench.shelf.put_page(secret, text)
    window.open(f"{front}/doku.php?id={page}")
    shows_none(window, numbers(way), "the page with the link")
    window.follow("#dokuwiki__content a.wikilink1")
    reads(window.text("#dokuwiki__content"), "나이 서른", "the page behind the link")
    shows_none(window, numbers(way), "the page behind the link")
    window.follow("a[href*='do=edit']")
    shows_none(window, numbers(way), "the editor of the page behind the link")
    window.overwrite("#wiki__text", "서른", "마흔")
    save(window)
    same(bench.shelf.page(secret).decode(), text.replace("서른", "마흔"), "the file of the page")
    window.follow("a.urlextern")
    came = bench.browsers.elsewhere.came_from(f"/wiki-{way}")
    same((len(came), watch.shown(came, numbers(way))), (1, []), "visits elsewhere")


def what_one_is_given_nobody_else_can_use(bench, way):
    """The address that stands for a number in one person's session does not open in another's."""
    window, front = writer(bench, way)
    window.open(f"{front}/doku.php?id={name('name', way)}")
    link = window.run("return document.querySelector('#dokuwiki__content a.wikilink1').href")
    window.open(link)
    reads(window.text("#dokuwiki__content"), "나이 마흔", "the page behind the link")
    other = webdriver.Window(bench.browsers.driver, http2=way == "2", names=[bench.options.host])
    try:
        # So that the other has a session as well.
        other.open(f"{front}/doku.php?id=start")
        other.open(link)
        shows_none(other, numbers(way), "the refusal")
        holds("나이" not in other.text() and "접수번호" in other.text(), f"the other sees {other.text()[:200]!r}")
    finally:
        other.close()


def nothing_is_told(bench):
    """No number stands in what the browser sent or got of the wiki, nor in what garim wrote, nor in its metrics."""
    browsers = in_browser.of(bench)
    known = [secret for way in ("1.1", "2") for secret in numbers(way)]
    travelled = {way: "\n".join(watch.travelled(window)) for way, window in browsers.windows.items()}
    browsers.close()
    for way, text in travelled.items():
        same(watch.shown([text], known), [], f"numbers in the traffic over {way}")
    holds("do=edit" not in bench.log() and "/doku.php" in bench.log(), "the records are not as they should be")
    same(watch.shown([*bench.log().splitlines(), bench.metrics()], known), [], "numbers in what garim wrote")
    left = [path for path in (bench.work / "state").rglob("*") if path.is_file()]
    same([path for path in left if watch.shown([path.read_text(errors="replace")], known)], [], "files with a number")


CHECKS = [
    an_edit_keeps_the_number,
    a_preview_keeps_the_number,
    a_section_edit_keeps_the_rest,
    pictures_load,
    pages_named_by_a_number_open,
    what_one_is_given_nobody_else_can_use,
    nothing_is_told,
]
