"""Makes the pages and posts, the same in every run. All numbers are synthetic: a birth date, a random tail, the check digit.

usage: bodies.py WORK
"""

import json
import pathlib
import random
import sys
from urllib.parse import quote_plus

CHANCE = random.Random(20261122)
TITLES = ["도로 파손 신고합니다", "민원 처리 결과 문의", "주차 단속 관련 문의드립니다", "여권 재발급 기간 문의", "쓰레기 수거 일정 안내",
          "공공근로 모집 공고", "상수도 요금 이의신청", "어린이집 입소 대기 문의", "가로등 고장 신고", "도서관 휴관일 안내"]
OFFICES = ["민원봉사과", "건설도로과", "세무과", "복지정책과", "총무과", "환경위생과", "교통행정과"]
PAGE = 61440
HITS = 20


def resident():
    digits = f"{CHANCE.randrange(50, 100):02}{CHANCE.randrange(1, 13):02}{CHANCE.randrange(1, 29):02}"
    digits += f"{CHANCE.choice('12')}{CHANCE.randrange(100000):05}"
    check = (11 - sum(int(digit) * weight for digit, weight in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))) % 11) % 10
    return f"{digits[:6]}-{digits[6:]}{check}"


def mobile():
    return f"010-{CHANCE.randrange(2000, 9999):04}-{CHANCE.randrange(10000):04}"


def date():
    return f"2026-{CHANCE.randrange(1, 12):02}-{CHANCE.randrange(1, 29):02}"


def row(number):
    return (f'<tr class="list_row"><td class="num">{number}</td><td class="subject"><a href="/bbs/view.do?bbsId=BBSMSTR_{number % 7:012}'
            f'&amp;nttId={203000 + CHANCE.randrange(9999)}&amp;pageIndex=1">{CHANCE.choice(TITLES)}</a> <img src="/images/ico_file.gif" '
            f'alt="첨부파일" width="14" height="14"/></td><td>{CHANCE.choice(OFFICES)}</td><td>김*준</td>'
            f'<td class="date">{date()} {CHANCE.randrange(24):02}:{CHANCE.randrange(60):02}</td><td class="hit">{CHANCE.randrange(99999)}</td></tr>\n')


ADDRESS = "우) 57234 전라남도 가람군 군청로 15 대표전화 061-380-1114"


def page(hits, footer="가람군청"):
    """A board's list of posts, as one sees them: much markup, many digits, and `hits` numbers of two kinds."""
    head = ('<!DOCTYPE html>\n<html lang="ko"><head><meta charset="utf-8"/><title>민원 게시판 - 가람군청</title></head><body>\n'
            '<h2>자유게시판</h2><p>총 게시물 15,873건, 페이지 1/1588</p><table class="board"><tbody>\n')
    foot = f"</tbody></table>\n<footer>{footer}</footer></body></html>\n"
    rows, size = [], len((head + foot).encode())
    while size < PAGE - hits * 34:
        rows.append(row(15873 - len(rows)))
        size += len(rows[-1].encode())
    step = max(1, len(rows) // max(1, hits))
    for at in range(hits):
        place = at * step % len(rows)
        rows[place] = rows[place].replace("</a>", f" {resident()} 연락처 {mobile()}</a>", 1)
    return (head + "".join(rows) + foot).encode()


def main():
    work = pathlib.Path(sys.argv[1])
    listed = [{"no": 15873 - at, "title": CHANCE.choice(TITLES), "dept": CHANCE.choice(OFFICES), "date": date(), "hit": CHANCE.randrange(99999)}
              for at in range(14)]
    (work / "www" / "a.json").write_bytes(json.dumps({"list": listed, "total": 15873}, ensure_ascii=False).encode())
    (work / "www" / "b.html").write_bytes(page(0))
    (work / "www" / "c.html").write_bytes(page(HITS, ADDRESS))
    (work / "www" / "d.html").write_bytes(page(0, ADDRESS))
    text = ""
    while len(quote_plus(text)) < 3900:
        text += f"{CHANCE.choice(TITLES)} {CHANCE.choice(OFFICES)} {date()} "
    form = f"bbsId=BBSMSTR_1001&subject={quote_plus('민원 문의')}&content={quote_plus(text)}"
    (work / "bodies" / "form").write_bytes(form.encode())


main()
