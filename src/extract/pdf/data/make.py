#!/usr/bin/env python3
"""Makes the tables beside it: characters of Adobe's CID collections, and of glyph names.

usage: make.py CMAPS GLYPHS

CMAPS   the folder `cMap` of Adobe's cmap-resources and mapping-resources-pdf (BSD-3-Clause), as Debian's package
        `poppler-data` installs it in /usr/share/poppler/cMap
GLYPHS  a file that holds Adobe's glyphlist.txt (BSD-3-Clause), also inside another: `fontTools/agl.py`
Each `.cid` is zlib over one little-endian UTF-16 unit for each CID, 0 where there is none; `glyphs.z` is zlib over
lines `name;hex[ hex]`, sorted by name.
"""
import re
import struct
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).parent
COLLECTIONS = ["Korea1", "KR", "Japan1", "GB1", "CNS1"]


def unit(text):
    """The one UTF-16 unit of a destination, or 0 for more than one."""
    return int(text, 16) if len(text) == 4 and text.lower() != "fffd" else 0


def table(path):
    cids = {}
    text = path.read_text(encoding="latin-1")
    for body in re.findall(r"\d+\s+beginbfchar(.*?)endbfchar", text, re.S):
        for cid, to in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", body):
            cids[int(cid, 16)] = unit(to)
    for body in re.findall(r"\d+\s+beginbfrange(.*?)endbfrange", text, re.S):
        for low, high, to in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(<[0-9a-fA-F]+>|\[[^\]]*\])", body):
            low, high = int(low, 16), int(high, 16)
            listed = re.findall(r"<([0-9a-fA-F]+)>", to)
            for cid in range(low, high + 1):
                if to.startswith("["):
                    cids[cid] = unit(listed[cid - low]) if cid - low < len(listed) else 0
                else:
                    first = unit(listed[0])
                    cids[cid] = first + cid - low if first else 0
    return [cids.get(cid, 0) for cid in range(max(cids) + 1)]


def main(cmaps, glyphs):
    for name in COLLECTIONS:
        units = table(Path(cmaps) / f"Adobe-{name}" / f"Adobe-{name}-UCS2")
        packed = zlib.compress(struct.pack(f"<{len(units)}H", *units), 9)
        (HERE / f"{name.lower()}.cid").write_bytes(packed)
        print(name, len(units), "CIDs,", sum(map(bool, units)), "with a character,", len(packed), "bytes")
    text = Path(glyphs).read_text(encoding="utf-8")
    lines = sorted(set(re.findall(r"^[A-Za-z0-9]+;[0-9A-F]{4}(?: [0-9A-F]{4})*$", text, re.M)))
    packed = zlib.compress("\n".join(lines).encode(), 9)
    (HERE / "glyphs.z").write_bytes(packed)
    print(len(lines), "glyph names,", len(packed), "bytes")


main(*sys.argv[1:])
