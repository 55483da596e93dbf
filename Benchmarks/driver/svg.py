"""A drawing as SVG text, legible on light and on dark pages."""

from xml.sax.saxutils import escape

STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 13px }
.quiet { fill: #656d76; font-size: 11px }
.grid { stroke: #d8dee4 } .axis { stroke: #8c959f; stroke-width: 1.5 }
.first { fill: #0969da; stroke: #0969da } .second { fill: #d4a72c; stroke: #d4a72c }
rect.first, rect.second, circle { stroke: none }
polyline { fill: none !important; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 }
    .grid { stroke: #30363d } .axis { stroke: #7d8590 }
    .first { fill: #4493f8; stroke: #4493f8 } .second { fill: #e3b341; stroke: #e3b341 }
}
"""


class Drawing:
    def __init__(self, width, height, title):
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
                      f'width="{width}" height="{height}" role="img">',
                      f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>"]

    def text(self, x, y, text, kind="", anchor="start"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>')

    def line(self, x1, y1, x2, y2, kind="grid"):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>')

    def bar(self, x, y, width, height, kind):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{height:.1f}" rx="1.5" '
                          f'class="{kind}"/>')

    def curve(self, points, kind):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" class="{kind}"/>')
        self.parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" class="{kind}"/>' for x, y in points]

    def write(self, path):
        path.write_text("\n".join([*self.parts, "</svg>", ""]))
