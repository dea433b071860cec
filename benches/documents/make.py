"""Makes the files of the documents bench, the same in every run. All numbers in them are synthetic.

usage: make.py FOLDER
"""

import pathlib
import random
import struct
import sys
import zipfile
import zlib
from xml.sax.saxutils import escape

CHANCE = random.Random(20261126)
FAMILIES, GIVEN = "김이박최정강조윤장임", ["민준", "서연", "도윤", "지우", "하은", "예준", "수아", "지호", "유진", "현우"]
PLACES = ["서울특별시 종로구", "부산광역시 해운대구", "전라남도 가람군", "경기도 수원시", "강원특별자치도 춘천시"]
WORDS = ["민원", "처리", "결과", "안내", "도로", "보수", "신청", "접수", "담당자", "확인", "예정", "주민", "센터", "공고", "사업", "지원", "대상", "기간", "문의", "바랍니다"]
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def resident():
    digits = f"{CHANCE.randrange(50, 100):02}{CHANCE.randrange(1, 13):02}{CHANCE.randrange(1, 29):02}{CHANCE.choice('12')}{CHANCE.randrange(100000):05}"
    check = (11 - sum(int(digit) * weight for digit, weight in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))) % 11) % 10
    return f"{digits[:6]}-{digits[6:]}{check}"


def sentence(words=12):
    return " ".join(CHANCE.choice(WORDS) for _ in range(words)) + ". "


def package(path, kind, part, parts):
    """A package of OOXML with one main part."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        types = f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        out.writestr("[Content_Types].xml", f'{XML}<Types xmlns="{TYPES}">{types}<Override PartName="/{part}" ContentType="{kind}"/></Types>')
        out.writestr("_rels/.rels", f'{XML}<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="{part}"/></Relationships>')
        for name, text in parts.items():
            out.writestr(name, XML + text)


def workbook(path, people, rows=20_000):
    """A list of rows as they are kept: number, name and address (or what was done), date, amount, number of the case."""
    strings, numbers = [], {}

    def text(at, value):
        if value not in numbers:
            numbers[value] = len(strings)
            strings.append(value)
        return f'<c r="{at}" t="s"><v>{numbers[value]}</v></c>'

    lines = []
    for row in range(1, rows + 1):
        name = CHANCE.choice(FAMILIES) + CHANCE.choice(GIVEN)
        address = f"{CHANCE.choice(PLACES)} {CHANCE.choice(WORDS)}로 {CHANCE.randrange(1, 300)}" if people else f"{sentence(4)}{row % 7000}"
        cells = [f'<c r="A{row}"><v>{row}</v></c>', text(f"B{row}", name if people else CHANCE.choice(WORDS)), text(f"C{row}", address), f'<c r="D{row}"><v>{46000 + CHANCE.randrange(400)}</v></c>',
                 f'<c r="E{row}"><v>{CHANCE.randrange(10_000, 9_000_000)}</v></c>', text(f"F{row}", f"신청 {CHANCE.randrange(10**9):09}")]
        lines.append(f'<row r="{row}">{"".join(cells)}</row>')
    package(path, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "xl/workbook.xml", {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="명단" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
                                      f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{escape(value)}</t></si>" for value in strings)}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    })


def letter(path):
    """A small document with one number."""
    paragraphs = [sentence() for _ in range(20)] + [f"신청인 {resident()}"]
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    package(path, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "word/document.xml",
            {"word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'})


def compound(path, streams, storages):
    """A compound file (MS-CFB, version 3) of streams that are all long enough for whole sectors."""
    sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    entries = [["Root Entry", 5, b"", []]]
    for name, data in streams.items():
        folder, _, leaf = name.rpartition("/")
        parent = 0
        if folder:
            parent = next((at for at, entry in enumerate(entries) if entry[0] == folder), None)
            if parent is None:
                parent = len(entries)
                entries.append([folder, 1, b"", []])
                entries[0][3].append(parent)
        entries[parent][3].append(len(entries))
        entries.append([leaf, 2, data.ljust(4096, b"\0") if len(data) < 4096 else data, []])
    table, sectors = [], []

    def chain(data):
        start = len(sectors)
        for at in range(0, len(data), sector):
            sectors.append(data[at:at + sector].ljust(sector, b"\0"))
            table.append(len(sectors))
        table[-1] = end
        return start

    starts = [chain(entry[2]) if entry[1] == 2 else 0 for entry in entries]
    directory = b""
    links = {}
    for entry in entries:
        # A tree that leans to the right, in the order of the standard: by length, then by letters.
        children = sorted(entry[3], key=lambda at: (len(entries[at][0]), entries[at][0].upper()))
        for one, next_one in zip(children, children[1:] + [free]):
            links[one] = next_one
        entry.append(children[0] if children else free)
    for at, (name, kind, data, _, child) in enumerate(entries):
        start = end if kind == 5 else starts[at]
        directory += name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, free, links.get(at, free), child)
        directory += bytes(36) + struct.pack("<IQ", start, len(data))
    directory += bytes(-len(directory) % sector)
    first_directory = chain(directory)
    count = 1
    while (len(table) + count) * 4 > count * sector:
        count += 1
    fat = [len(sectors) + at for at in range(count)]
    table += [0xFFFFFFFD] * count
    table += [free] * (count * sector // 4 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, count, first_directory, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", *(fat + [free] * (109 - count)))
    path.write_bytes(header + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table))


def hangul(path, size=1 << 20):
    """A document of HWP 5 of about this size: one section of paragraphs, deflated."""
    def record(tag, level, data):
        short = len(data) < 4095
        head = struct.pack("<I", tag | level << 10 | (len(data) if short else 4095) << 20)
        return head + (b"" if short else struct.pack("<I", len(data))) + data

    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    section = b""
    while len(section) < size:
        text = sentence(30) + f"접수 {CHANCE.randrange(10**12):012} {CHANCE.getrandbits(256):x}\r"
        units = text.encode("utf-16-le")
        section += deflate.compress(record(66, 0, struct.pack("<IIHBBHHHIH", len(units) // 2, 0, 0, 0, 0, 1, 0, 1, 0, 0)) + record(67, 1, units))
        if len(section) < size:
            section += deflate.flush(zlib.Z_SYNC_FLUSH)
    section += deflate.flush()
    version = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000300, 1)
    info = zlib.compressobj(6, zlib.DEFLATED, -15)
    properties = info.compress(record(16, 0, struct.pack("<HHHHHHHIII", 1, 1, 1, 1, 1, 1, 1, 0, 0, 0))) + info.flush()
    compound(path, {"FileHeader": version.ljust(256, b"\0"), "DocInfo": properties, "BodyText/Section0": section}, [])


def printed(path, pages=300, size=10 << 20):
    """A PDF of text pages whose font names its glyphs by /ToUnicode only; the font's own program is noise, as large as fonts are."""
    letters = sorted(set("".join(WORDS) + " .-0123456789"))
    glyphs = {letter: at + 1 for at, letter in enumerate(letters)}
    objects = []

    def put(body):
        objects.append(body)
        return len(objects)

    def stream(data, words=""):
        packed = zlib.compress(data)
        return put(f"<< /Length {len(packed)} /Filter /FlateDecode {words}>>\nstream\n".encode() + packed + b"\nendstream")

    pairs = "".join(f"<{number:04x}> <{ord(letter):04x}>\n" for letter, number in glyphs.items())
    unicode = stream(f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(glyphs)} beginbfchar\n{pairs}endbfchar\n".encode())
    program = stream(CHANCE.randbytes(size - 1_500_000), f"/Length1 {size - 1_500_000} ")
    descriptor = put(f"<< /Type /FontDescriptor /FontName /Batang /FontFile2 {program} 0 R >>".encode())
    under = put(f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Batang /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R >>".encode())
    font = put(f"<< /Type /Font /Subtype /Type0 /BaseFont /Batang /Encoding /Identity-H /DescendantFonts [{under} 0 R] /ToUnicode {unicode} 0 R >>".encode())
    tree = len(objects) + 2 * pages + 1
    kids = []
    for page in range(pages):
        lines = [sentence(10) for _ in range(40)]
        if page % 50 == 7:
            lines[20] = f"접수 {resident()}"
        shown = "".join(f"<{''.join(f'{glyphs[letter]:04x}' for letter in line if letter in glyphs)}> Tj 0 -16 Td\n" for line in lines)
        content = stream(f"BT /F1 10 Tf 50 780 Td\n{shown}ET".encode())
        kids.append(put(f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 {font} 0 R >> >> /Contents {content} 0 R >>".encode()))
    put(f"<< /Type /Pages /Count {pages} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode())
    root = put(f"<< /Type /Catalog /Pages {tree} 0 R >>".encode())
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode() + b"".join(f"{at:010} 00000 n \n".encode() for at in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root {root} 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(out)


def main():
    folder = pathlib.Path(sys.argv[1])
    workbook(folder / "list.xlsx", people=False)
    workbook(folder / "people.xlsx", people=True)
    hangul(folder / "report.hwp")
    printed(folder / "pages.pdf")
    with zipfile.ZipFile(folder / "hundred.zip", "w") as out:
        for number in range(100):
            letter(folder / "letter.docx")
            out.write(folder / "letter.docx", f"letters/{number:03}.docx")
    (folder / "letter.docx").unlink()


main()
