"""Documents with words in many places, written as flat OpenDocument and turned by LibreOffice into every format it writes."""

import os
import shutil
import subprocess

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.{kind}">{styles}<office:body>{body}</office:body></office:document>'
)
PAGE = (
    '<office:automatic-styles><style:page-layout style:name="L"/></office:automatic-styles><office:master-styles>'
    '<style:master-page style:name="Standard" style:page-layout-name="L"><style:header><text:p>머리말낱말 header</text:p></style:header>'
    "<style:footer><text:p>꼬리말낱말 footer</text:p></style:footer></style:master-page></office:master-styles>"
)


def rows(cell):
    """A table of so many cells, each with words of its own."""
    return "".join(
        "<table:table-row>" + "".join(cell(f"칸{row}가{column} value{row * 7 + column}") for column in range(4)) + "</table:table-row>"
        for row in range(40)
    )


def writer():
    paragraphs = "".join(f"<text:p>문단{number} 본문낱말{number} <text:span>이어</text:span>진다 word{number}</text:p>" for number in range(60))
    note = "<text:p>각주<text:note text:note-class=\"footnote\"><text:note-citation>1</text:note-citation><text:note-body><text:p>각주본문 footnote</text:p></text:note-body></text:note></text:p>"
    comment = "<text:p>메모<office:annotation><dc:creator>kim</dc:creator><text:p>메모본문 annotation</text:p></office:annotation></text:p>"
    box = '<text:p><draw:frame svg:width="5cm" svg:height="2cm"><draw:text-box><text:p>글상자본문 textbox</text:p></draw:text-box></draw:frame></text:p>'
    cell = lambda text: f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"
    table = f"<table:table><table:table-column table:number-columns-repeated=\"4\"/>{rows(cell)}</table:table>"
    return HEAD.format(kind="text", styles=PAGE, body=f"<office:text>{paragraphs}{note}{comment}{box}{table}</office:text>")


def calc():
    cell = lambda text: f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    number = '<table:table-row><table:table-cell office:value-type="float" office:value="8105141234567"><text:p>8105141234567</text:p></table:table-cell></table:table-row>'
    sheet = lambda name, more: f'<table:table table:name="{name}">{more}</table:table>'
    return HEAD.format(
        kind="spreadsheet",
        styles="",
        body=f"<office:spreadsheet>{sheet('첫째', rows(cell))}{sheet('둘째', number)}</office:spreadsheet>",
    )


def impress():
    box = lambda text: f'<draw:frame svg:x="1cm" svg:y="1cm" svg:width="20cm" svg:height="3cm"><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>'
    pages = "".join(f'<draw:page draw:name="p{number}">{box(f"슬라이드{number} 발표낱말{number} slide{number}")}</draw:page>' for number in range(8))
    return HEAD.format(kind="presentation", styles="", body=f"<office:presentation>{pages}</office:presentation>")


SOURCES = {
    "written.fodt": (writer, ["doc", "docx", "odt", "rtf", "html", "pdf"]),
    "table.fods": (calc, ["xls", "xlsx", "ods", "pdf"]),
    "slides.fodp": (impress, ["ppt", "pptx", "odp", "pdf"]),
}


def make(folder):
    """Writes them below a folder, which is given back; nothing without LibreOffice."""
    out = os.path.join(folder, "made")
    os.makedirs(out)
    if not shutil.which("soffice"):
        return out
    for name, (text, formats) in SOURCES.items():
        source = os.path.join(out, name)
        with open(source, "w", encoding="utf-8") as file:
            file.write(text())
        for kind in formats:
            # The PDF has a name of its own: each source has one.
            target = os.path.join(out, name.split(".")[0])
            os.makedirs(target, exist_ok=True)
            command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind, "--outdir", target, source]
            try:
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False)
            except subprocess.TimeoutExpired:
                pass
    return out
