"""Asks other programs for the words of documents, and looks for each in what garim's readers give.

A word is a row of letters and digits, two at least. It counts as found wherever its letters stand in a row in garim's text, with
spaces and marks left out on both sides: programs break lines and cells in their own ways.
"""

import argparse
import collections
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

import made

SECONDS = 120
# All sheets, in UTF-8, as they are shown.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
WRITER = {"doc", "docx", "odt", "fodt", "rtf", "html", "hwp"}
CALC = {"xls", "xlsx", "xlsm", "xlsb", "ods", "fods"}
IMPRESS = {"ppt", "pptx", "odp", "fodp", "odg", "fodg"}
# Not xls2csv, which gives strings of two bytes a character as bytes of another charset.
CATDOC = {"doc": "catdoc", "rtf": "catdoc", "ppt": "catppt"}


def run(command):
    """What a program prints; nothing if it fails or takes too long."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
    except (subprocess.TimeoutExpired, FileNotFoundError):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def office(path, kind, folder):
    """What LibreOffice makes of a document as text."""
    if not shutil.which("soffice"):
        return ""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    target = "txt:Text (encoded):UTF8" if kind in WRITER else CSV if kind in CALC else "pdf"
    out = tempfile.mkdtemp(dir=folder)
    run(["soffice", profile, "--headless", "--convert-to", target, "--outdir", out, path])
    texts = []
    for name in sorted(os.listdir(out)):
        whole = os.path.join(out, name)
        if name.endswith(".pdf"):
            texts.append(run(["pdftotext", "-enc", "UTF-8", whole, "-"]))
        else:
            with open(whole, encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
    return "\n".join(texts)


def others(path, kind, folder):
    """What each program that reads such a file finds."""
    if kind == "pdf":
        yield "pdftotext", run(["pdftotext", "-enc", "UTF-8", path, "-"])
    if kind in WRITER | CALC | IMPRESS:
        yield "LibreOffice", office(path, kind, folder)
    program = CATDOC.get(kind)
    if program and shutil.which(program):
        yield program, run([program, "-dutf-8", path])


def plain(text):
    """Letters and digits alone, each in one form."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def words(text):
    """The words of a text, each once."""
    return {word for word in map(plain, re.findall(r"\w+", unicodedata.normalize("NFKC", text))) if len(word) > 1}


def files(paths):
    """Every file below these, of a kind that somebody else reads."""
    known = WRITER | CALC | IMPRESS | {"pdf"}
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            yield from (os.path.join(folder, name) for name in sorted(names) if name.rsplit(".", 1)[-1] in known)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--words", required=True)
    parser.add_argument("--least", type=float, default=0)
    parser.add_argument("--made", action="store_true", help="documents that LibreOffice makes, too")
    parser.add_argument("paths", nargs="+")
    asked = parser.parse_args()
    total, found = collections.Counter(), collections.Counter()
    missing, unread = [], []
    with tempfile.TemporaryDirectory(prefix="garim-words.") as folder:
        more = [made.make(folder)] if asked.made else []
        for path in files(asked.paths + more):
            kind = path.rsplit(".", 1)[-1]
            ours = run([asked.words, path])
            # A page is given as it is written: whoever searches it undoes its tags and entities.
            ours = plain(html.unescape(re.sub(r"<[^<>]*>", "", ours)) if kind == "html" else ours)
            for program, text in others(path, kind, folder):
                theirs = words(text)
                if not theirs:
                    unread.append(f"{os.path.basename(path)} ({program})")
                    continue
                lost = sorted(word for word in theirs if word not in ours)
                total[kind, program] += len(theirs)
                found[kind, program] += len(theirs) - len(lost)
                if lost:
                    missing.append((os.path.basename(path), program, lost))
    if not total:
        print("SKIPPED: no program read anything")
        return 1
    print(f"{'format':<8}{'program':<14}{'words':>8}{'found':>8}  share")
    shares = []
    for key, count in sorted(total.items()):
        share = 100 * found[key] / count
        shares.append(share)
        print(f"{key[0]:<8}{key[1]:<14}{count:>8}{found[key]:>8}  {share:6.2f} %")
    for name, program, lost in missing:
        more = f" … {len(lost) - 20} more" if len(lost) > 20 else ""
        print(f"missing  {name} ({program}): {' '.join(lost[:20])}{more}")
    for name in unread:
        print(f"no text  {name}")
    return 1 if min(shares) < asked.least else 0


if __name__ == "__main__":
    sys.exit(main())
