"""With something to find: it is not posted, and it is not shown."""

import re
import zlib

import people
import wiki
from bench import holds, same
from web import Upload

FORM = "application/x-www-form-urlencoded"


def marked(way, what):
    """A number of this check and this way alone."""
    return people.resident(f"{what} {way}")


def posts_are_refused(bench, way):
    """A post with a resident number is refused with a page, and the wiki keeps what it had."""
    one = bench.writer(way)
    page, number = f"board:kept-{way.replace('.', '')}", marked(way, "post")
    same(one.save(page, "처음 글\n").status, 302, "the status of the clean save")
    refused = one.save(page, f"제 주민등록번호는 {number} 입니다.\n")
    is_refusal(refused, number)
    same(bench.shelf.page(page), "처음 글\n".encode(), "the page at the site")
    same(one.save(page, "고친 글\n").status, 302, "the status of the next clean save")
    same(bench.shelf.page(page), "고친 글\n".encode(), "the page at the site")


def is_refusal(answer, number):
    same(answer.status, 403, "the status")
    holds("text/html" in (answer.get("content-type") or ""), f"it is {answer.get('content-type')}")
    holds("접수번호" in answer.text, "the page has no reference number to ask with")
    holds("no-store" in (answer.get("cache-control") or ""), "a cache may keep the refusal")
    holds(number not in answer.text and number.replace("-", "") not in answer.text, "the page shows the number")


def disguises_are_refused(bench, way):
    """So is a number with spaces, full-width, as entities, without its dash, or in pieces of a body without a length."""
    one = bench.writer(way)
    number = marked(way, "disguise")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    front, back = number.split("-")
    for written in (f"주민번호 {front}{back}", " ".join(front) + " - " + " ".join(back), wide, number.replace("-", "&#45;")):
        is_refusal(one.save("disguise", f"글 {written} 끝\n"), number)
    same(bench.shelf.page("disguise"), None, "the page at the site")
    chunked = ["Transfer-Encoding: chunked"] if way != "2" else []
    is_refusal(one.browser.post_bytes("/lib/exe/ajax.php", f"call=index&idx={number}".encode(), FORM, chunked), number)


def addresses_are_refused(bench, way):
    """A number in the address is refused, and the site never hears of it."""
    one = bench.writer(way)
    number = marked(way, "address")
    before = bench.requests_at_site()
    is_refusal(one.browser.get(f"/doku.php?id=start&note={number}"), number)
    same(bench.requests_at_site(), before, "requests at the site")


def scripts_get_json(bench, way):
    """A script that asks for JSON is refused in JSON."""
    import json
    number = marked(way, "json")
    body = json.dumps({"note": f"주민등록번호 {number}"}).encode()
    one = bench.writer(way)
    answer = one.browser.post_bytes("/lib/exe/ajax.php", body, "application/json", ["Accept: application/json"])
    same(answer.status, 403, "the status")
    holds(isinstance(json.loads(answer.body), dict), "no JSON object")
    holds(number not in answer.text, "the answer shows the number")


def attachments_are_refused(bench, way):
    """A text file with a number is refused wherever in it the number stands, and is not at the site."""
    one = bench.writer(way)
    number = marked(way, "attachment")
    for place, filler in (("short", 1), ("deep", 40_000)):
        name = f"list-{place}-{way.replace('.', '')}.csv"
        content = ("이름,비고\n" + "홍길동,없음\n" * filler + f"김가람,{number}\n").encode()
        is_refusal(one.attach(Upload(name, content, "text/csv")), number)
        same(bench.shelf.media(name), None, "the file at the site")
    is_refusal(one.attach(Upload(f"{number}.txt", b"nothing inside\n", "text/plain")), number)


def pages_are_masked(bench, way):
    """A number that the site holds is shown masked, and nothing else of the page moves."""
    one = bench.writer(way)
    page, number = f"old-{way.replace('.', '')}", marked(way, "page")
    bench.shelf.put_page(page, f"====== 명단 ======\n\n  * 김가람 {number}\n\n<code>주민번호={number}</code>\n")
    other = bench.twin(one)
    other.read(page)
    for path in (f"/doku.php?id={page}", f"/doku.php?id={page}&do=export_raw"):
        for gzip in (False, True):
            one.browser.gzip = other.browser.gzip = gzip
            wanted, got = plain(other.browser.get(path)), plain(one.browser.get(path))
            holds(number.encode() in wanted, f"the site itself does not show the number at {path}")
            holds(number.encode() not in got, f"the number is shown at {path}, gzip {gzip}")
            holds(f"{number[:7]}*******".encode() in got, f"no mask at {path}, gzip {gzip}")
            same(len(got), len(wanted), f"the length of {path}") if b"taskrunner" not in got else None
            same(unmasked(got, number), unmasked(wanted, number), f"the rest of {path}")
    one.browser.gzip = False
    answer = one.read(page)
    same(answer.get("cache-control"), "private, no-store", "Cache-Control of the masked page")


def plain(answer):
    if answer.get("content-encoding") == "gzip":
        return zlib.decompress(answer.body, wbits=31)
    length = answer.get("content-length")
    holds(length is None or int(length) == len(answer.body), f"a length of {length} for {len(answer.body)} bytes")
    return answer.body


def unmasked(body, number):
    from clean import steady
    body = steady(body)
    for shown in (number[:7] + "*******", number[:7] + "*~*~*~*"):
        body = body.replace(shown.encode(), number.encode())
    return body


def masks_do_not_come_back(bench, way):
    """Saving the editor of a masked page keeps the number; what is saved without what stands for it is refused."""
    one = bench.writer(way)
    page, number = f"form-{way.replace('.', '')}", marked(way, "form")
    text = f"김가람 {number}\n"
    bench.shelf.put_page(page, text)
    editor = one.editor(page)
    shown = wiki.textarea(editor)
    holds(shown and number not in shown and number[:6] in shown, f"the editor shows {shown!r}")
    without = re.sub(r"garim\.[\w-]+\.", "", shown)
    holds(without != shown, f"nothing in {shown!r} stands for the number")
    refused = one.save_from(editor, page, without + "한 줄 더\n")
    same(refused.status, 403, "the status of the save without it")
    same(bench.shelf.page(page), text.encode(), "the page at the site after it")
    same(one.save_from(editor, page, shown + "한 줄 더\n").status, 302, "the status of the save")
    same(bench.shelf.page(page).decode(), text + "한 줄 더\n", "the page at the site")


def files_are_masked(bench, way):
    """A text file with a number comes back masked, whole even where a part was asked for."""
    one = bench.writer(way)
    name, number = f"old-{way.replace('.', '')}.txt", marked(way, "file")
    content = ("가나다라 " * 50 + number + " 마바사\n").encode()
    bench.shelf.put_media(name, content)
    path = f"/lib/exe/fetch.php?media={name}"
    masked = content.replace(number.encode(), f"{number[:7]}*******".encode())
    answer = one.browser.get(path)
    same((answer.status, answer.body), (200, masked), "the file")
    part = one.browser.get(path, headers=[f"Range: bytes={content.index(number.encode()) + 3}-"])
    same((part.status, part.body), (200, masked), "the file of which a part was asked for")
    head = one.browser.head(path)
    same(head.status, 200, "the status of HEAD")
    holds(head.get("content-length") in (None, str(len(masked))), "HEAD gives another length")


def old_copies_are_not_called_good(bench, way):
    """A copy of a text with a number that a browser has from before garim is not called good when the text is opened."""
    one = bench.writer(way)
    name, number = f"copy-{way.replace('.', '')}.txt", marked(way, "file")
    bench.shelf.put_media(name, f"가나다 {number}\n".encode())
    path = f"/lib/exe/fetch.php?media={name}"
    tag = bench.twin(one).browser.get(path).get("etag")
    answer = one.browser.get(path, headers=[f"If-None-Match: {tag}", "Accept: text/html,*/*;q=0.8"])
    same(answer.status, 200, "the status")
    holds(number.encode() not in answer.body, "the number is shown")


def pictures_are_counted(bench):
    """The pictures that passed are in the records and in the metrics."""
    records = [line for line in bench.log().splitlines() if "uninspectable" in line and "image" in line]
    holds(records, "no record tells of a picture")
    holds("image" in bench.metrics(), "no metric counts them")


CHECKS = [
    posts_are_refused,
    disguises_are_refused,
    addresses_are_refused,
    scripts_get_json,
    attachments_are_refused,
    pages_are_masked,
    masks_do_not_come_back,
    files_are_masked,
    old_copies_are_not_called_good,
    pictures_are_counted,
]
