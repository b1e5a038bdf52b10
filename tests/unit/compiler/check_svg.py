"""Checks an SVG as a reader would: python3 check_svg.py FILE

Well-formed XML, SVG 1.1, no scripts or links, no text beyond the sheet, no text lying on other text. Widths are those
of DejaVu Sans, the widest of the fonts that usual systems fall back to.
"""
import re
import sys
import xml.etree.ElementTree as ElementTree

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "g", "title", "rect", "text", "path", "polyline", "polygon", "circle"}
# In 1/2048 of the font size, from the font's hmtx table.
WIDTHS = {**{c: 1303 for c in "0123456789"}, " ": 651, ".": 651, ",": 651, "-": 739, "_": 1024, "i": 569, "l": 569,
          "j": 569, "f": 721, "t": 803, "r": 842, "m": 1995, "w": 1675, "M": 1767, "W": 2025, "s": 1067, "c": 1126,
          "\u2026": 2048, "\u2192": 1716, "\u00d7": 1716, "=": 1716, "#": 1716, ":": 690, "/": 690, "K": 1343}
OTHER = 1300


def text_box(element):
    x, y, size = (float(element.get(key)) for key in ("x", "y", "font-size"))
    width = sum(WIDTHS.get(c, OTHER) for c in element.text) * size / 2048
    if element.get("font-weight") == "bold":
        width *= 1.1
    x -= {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor", "start")]
    box = [x, y - 0.73 * size, x + width, y + 0.05 * size]
    turn = element.get("transform")
    if turn:
        cx, cy = map(float, re.fullmatch(r"rotate\(-90 (\S+) (\S+)\)", turn).groups())
        left, top, right, bottom = (box[0] - cx, box[1] - cy, box[2] - cx, box[3] - cy)
        box = [cx + top, cy - right, cx + bottom, cy - left]
    return box


def problems(root):
    if root.tag != SVG + "svg" or root.get("version") != "1.1":
        yield "not an SVG 1.1 document"
    width, height = float(root.get("width")), float(root.get("height"))
    boxes = []
    for element in root.iter():
        name = element.tag.removeprefix(SVG)
        if name not in ALLOWED:
            yield f"unexpected element {name}"
        for key, value in element.attrib.items():
            if "nan" in value or "inf" in value:
                yield f"{name} {key}={value}"
        if name == "text":
            boxes.append((text_box(element), element.text))
    for i, (a, text) in enumerate(boxes):
        if a[0] < 0 or a[1] < 0 or a[2] > width or a[3] > height:
            yield f"'{text}' beyond the sheet"
        for b, other in boxes[:i]:
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                yield f"'{text}' lies on '{other}'"


found = list(problems(ElementTree.parse(sys.argv[1]).getroot()))
print("\n".join(found[:20]))
sys.exit(1 if found else 0)
