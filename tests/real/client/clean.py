"""With nothing to find, the wiki must work through garim as it works without it, to the byte."""

import re
import zlib

import people
import wiki
from bench import headers_compared, holds, same
from web import Upload

# A picture of one red pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "5478da63f8cfc0000003010100f70341430000000049454e44ae426082"
)
PAGES = [
    "/doku.php",
    "/doku.php?id=start&do=edit",
    "/doku.php?id=start&do=export_raw",
    "/doku.php?id=start&do=recent",
    "/doku.php?id=start&do=index",
    "/doku.php?id=start&do=media",
    "/doku.php?id=board:nothing-here",
    "/doku.php?do=search&q=%EC%9C%84%ED%82%A4",
    "/feed.php?type=atom1&mode=list&ns=board",
    "/lib/exe/css.php?t=dokuwiki",
    "/lib/exe/js.php?t=dokuwiki",
    "/lib/exe/manifest.php",
    "/lib/exe/opensearch.php",
    "/lib/tpl/dokuwiki/images/logo.png",
    "/lib/styles/geshi.less",
    "/lib/index.html",
    "/conf/local.php",
    "/no/such/file.txt",
]
# In which something is found, although it is only recorded: the feed has the writer's address. No cache keeps them.
FOUND_IN = ["/feed.php?type=atom1&mode=list&ns=board"]
# True of certain bytes, which a mask may change; and what a cache may do is only known with them.
OF_THE_BYTES = {"etag", "last-modified", "accept-ranges", "cache-control", "expires", "pragma"}
KOREAN = "====== 공지 ======\n\n접수 2026-11-22, 문서번호 민원-15873. 문의는 `당직실`로. <em>&amp; 100%</em> ＋ 가나다\n"


def steady(body):
    """Without what changes from second to second: the address of the wiki's own clockwork."""
    return re.sub(rb"(taskrunner\.php\?id=[^&\"]*&amp;)\d+", rb"\1T", body)


def login_works(bench, way):
    """Logging in gives a session, and a wrong password does not."""
    one = bench.writer(way)
    page = one.read("start")
    same(page.status, 200, "the status of the page")
    holds("do=logout" in page.text, "the page does not know the writer")
    same(bench.cookies_of_login(way), bench.cookies_of_login("straight"), "the cookies of the login")
    stranger = wiki.Wiki(bench.browser(way))
    stranger.login(password="a wrong one")
    holds("do=logout" not in stranger.read("start").text, "a wrong password was taken")


def version_is_spoken(bench, way):
    """The client gets the version of HTTP it asked for."""
    answer = bench.browser(way).get("/doku.php")
    same(answer.version, "1.1" if way == "straight" else way, "the version of HTTP")


def pages_are_the_same(bench, way):
    """Pages, scripts, styles, feeds and errors are the same to the byte, headers included."""
    compare_pages(bench, way, gzip=False)


def pages_are_the_same_in_gzip(bench, way):
    """The same holds when the client takes gzip: the coded bytes are the site's own."""
    compare_pages(bench, way, gzip=True)


def compare_pages(bench, way, gzip):
    one = bench.writer(way)
    one.browser.gzip = gzip
    other = bench.twin(one, gzip=gzip)
    coded = 0
    for path in PAGES:
        # Once before: the wiki renders and caches a page when it is first seen.
        other.browser.get(path)
        wanted, got = other.browser.get(path), one.browser.get(path)
        same(got.status, wanted.status, f"the status of {path}")
        bodies = [got.body, wanted.body]
        if got.get("content-encoding") == "gzip":
            coded += 1
            bodies = [zlib.decompress(body, wbits=31) for body in bodies]
        same(steady(bodies[0]), steady(bodies[1]), f"the body of {path}")
        if b"taskrunner" not in bodies[0]:
            same(got.body, wanted.body, f"the body of {path} as it was sent")
        keep_case = way != "2"
        there, sent = headers_compared(got, keep_case), headers_compared(wanted, keep_case)
        if way != "straight":
            there, sent = without_tag(there), without_tag(through_garim(path, sent))
            tag_is_garims(path, got.get("etag"), wanted.get("etag"))
        same(sorted(there), sorted(sent), f"the headers of {path}")
    holds(coded > 5 if gzip else coded == 0, f"{coded} pages came in gzip")


def through_garim(path, sent):
    """What garim makes of the site's headers: nobody keeps what was found in, and a tag stands for the date of what is read."""
    if path in FOUND_IN:
        gone = {"etag", "last-modified", "cache-control", "expires", "pragma"}
        control = [name for name, _ in sent if name.lower() == "cache-control"][:1]
        sent = [header for header in sent if header[0].lower() not in gone or header == ("pragma", "no-cache")]
        return sent + [(name, "private, no-store") for name in control or ["cache-control"]]
    picture = any(name.lower() == "content-type" and value.startswith("image/") for name, value in sent)
    return [header for header in sent if picture or header[0].lower() != "last-modified"]


def without_tag(headers):
    return [header for header in headers if header[0].lower() != "etag"]


def tag_is_garims(path, got, wanted):
    """The site's own tag is inside garim's."""
    if wanted is None or path in FOUND_IN:
        holds(got is None or '"g-' in got and path not in FOUND_IN, f"the tag of {path}: {got}")
        return
    weak = "W/" if wanted.startswith("W/") else ""
    opaque = wanted.removeprefix("W/").strip('"')
    shape = f'{weak}"g-[0-9a-f]{{32}}-{"w" if weak else "s"}{re.escape(opaque)}"'
    holds(got and re.fullmatch(shape, got), f"the tag of {path}: {got} for {wanted}")


def editing_works(bench, way):
    """A page is written, read and written again; the site holds exactly what was typed."""
    one = bench.writer(way)
    page = f"board:notice-{way.replace('.', '')}"
    saved = one.save(page, KOREAN)
    same(saved.status, 302, "the status of the save")
    holds(page in saved.get("location"), f"it leads to {saved.get('location')}")
    same(bench.shelf.page(page), KOREAN.encode(), "the page at the site")
    same(wiki.textarea(one.editor(page)).replace("\r\n", "\n"), KOREAN, "the text in the editor")
    more = KOREAN + "\n둘째 줄.\n"
    same(one.save(page, more).status, 302, "the status of the second save")
    same(bench.shelf.page(page), more.encode(), "the page at the site after the second save")


def saving_is_the_same(bench, way):
    """What the site answers to a save is the same as without garim."""
    one = bench.writer(way)
    other = bench.twin(one)
    got, wanted = one.save("same-a", KOREAN), other.save("same-b", KOREAN)
    keep_case = way != "2"
    renamed = [(name, value.replace("same-a", "same-b")) for name, value in headers_compared(got, keep_case)]
    same(renamed, headers_compared(wanted, keep_case), "the headers of the answer")
    same(bench.shelf.page("same-a"), bench.shelf.page("same-b"), "the page at the site")
    # So that the next way starts from nothing.
    one.save("same-a", "")
    other.save("same-b", "")


def chunked_posts_work(bench, way):
    """A form without a length, as scripts send it, arrives whole."""
    one = bench.writer(way)
    fields = {"call": "index", "idx": "board"}
    data = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    chunked = ["Transfer-Encoding: chunked"] if way != "2" else []
    got = one.browser.post_bytes("/lib/exe/ajax.php", data, "application/x-www-form-urlencoded", chunked)
    wanted = bench.twin(one).browser.post("/lib/exe/ajax.php", fields)
    same((got.status, got.body), (wanted.status, wanted.body), "the answer")
    holds(b"notice" in got.body, "the site did not see the question")


def text_attachments_work(bench, way):
    """A text file is attached, and comes back as it was."""
    one = bench.writer(way)
    name = f"minutes-{way.replace('.', '')}.txt"
    content = ("회의록\r\n" + KOREAN * 40).encode()
    answer = one.attach(Upload(name, content, "text/plain"))
    same(answer.status, 200, "the status of the upload")
    same(bench.shelf.media(name), content, "the file at the site")
    same(one.browser.get(f"/lib/exe/fetch.php?media={name}").body, content, "the file as it comes back")


def korean_file_names_work(bench, way):
    """A file may have a Korean name."""
    one = bench.writer(way)
    name = f"회의록-{way.replace('.', '')}.txt"
    same(one.attach(Upload(name, b"minutes\n", "text/plain")).status, 200, "the status of the upload")
    stored = [path for path in (bench.work / "data" / "media").iterdir() if path.read_bytes() == b"minutes\n"]
    holds(stored, "the file is not at the site")
    for path in stored:
        path.unlink()


def large_attachments_work(bench, way):
    """A file far larger than what is kept in memory arrives whole."""
    one = bench.writer(way)
    name = f"large-{way.replace('.', '')}.txt"
    content = (KOREAN.encode() * (12 << 20))[: 12 << 20]
    content = content[: content.rindex(b"\n") + 1]
    same(one.attach(Upload(name, content, "text/plain")).status, 200, "the status of the upload")
    same(bench.shelf.media(name), content, "the file at the site")
    same(one.browser.get(f"/lib/exe/fetch.php?media={name}").body, content, "the file as it comes back")


def pictures_pass(bench, way):
    """A picture is attached as it is."""
    one = bench.writer(way)
    name = f"pixel-{way.replace('.', '')}.png"
    same(one.attach(Upload(name, PIXEL, "image/png")).status, 200, "the status of the upload")
    same(bench.shelf.media(name), PIXEL, "the picture at the site")
    same(one.browser.get(f"/lib/exe/fetch.php?media={name}").body, PIXEL, "the picture as it comes back")


def head_is_the_same(bench, way):
    """HEAD is answered as the site answers it; of a text that could be masked only what stays true is said."""
    one = bench.writer(way)
    other = bench.twin(one)
    keep_case = way != "2"
    for path in ("/lib/tpl/dokuwiki/images/logo.png", "/lib/index.html", "/doku.php?id=start"):
        wanted, got = other.browser.head(path), one.browser.head(path)
        same(got.status, wanted.status, f"the status of {path}")
        there, sent = headers_compared(got, keep_case), headers_compared(wanted, keep_case)
        if path.endswith(".png") and way != "straight":
            tag_is_garims(path, got.get("etag"), wanted.get("etag"))
            there, sent = without_tag(there), without_tag(sent)
        else:
            sent = [header for header in sent if header in there or header[0].lower() not in OF_THE_BYTES]
        same(sorted(there), sorted(sent), f"the headers of {path}")
        holds(got.get("content-length") in (None, wanted.get("content-length")), f"the length of {path}")


def not_modified_works(bench, way):
    """A picture that the browser has is not sent again."""
    one = bench.writer(way)
    path = "/lib/tpl/dokuwiki/images/logo.png"
    tag = one.browser.get(path).get("etag")
    answer = one.browser.get(path, headers=[f"If-None-Match: {tag}"])
    same((answer.status, answer.body), (304, b""), "the answer")


def ranges_are_true(bench, way):
    """A part of a file is that part, or the whole; never something in between."""
    one = bench.writer(way)
    for path in ("/lib/tpl/dokuwiki/images/logo.png", "/lib/index.html"):
        whole = bench.twin(one).browser.get(path).body
        answer = one.browser.get(path, headers=["Range: bytes=10-59"])
        holds(answer.status in (200, 206), f"the status of {path} is {answer.status}")
        same(answer.body, whole[10:60] if answer.status == 206 else whole, f"the bytes of {path}")


def nothing_was_found(bench):
    """In all of this garim has refused nothing."""
    if bench.options.site_only:
        return
    refused = [line for line in bench.log().splitlines() if '"block"' in line]
    same(refused, [], "refusals in the log")
    holds(people.resident(0) not in bench.log(), "a number before any was sent")


CHECKS = [
    version_is_spoken,
    login_works,
    pages_are_the_same,
    pages_are_the_same_in_gzip,
    editing_works,
    saving_is_the_same,
    chunked_posts_work,
    text_attachments_work,
    korean_file_names_work,
    large_attachments_work,
    pictures_pass,
    head_is_the_same,
    not_modified_works,
    ranges_are_true,
    nothing_was_found,
]
