"""Files: a picture outside its page, with colours of its own, as SVG or PNG."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file as on_disk
from importlib.resources import files

from resvg_py import svg_to_bytes

__all__ = ["as_file", "to_png"]

_FONT = ("static", "vendor", "fonts", "DejaVuSans.ttf")
_ZOOM = 2  # twice the pixels, so that print and sharp screens show clean lines


def as_file(drawing: str) -> str:
    """Give a drawing the colours that its page would give it.

    >>> as_file("<svg><g/></svg>").endswith("</style><g/></svg>")
    True
    """
    return drawing.replace(">", f"><style>{_style()}</style>", 1)


def to_png(drawing: str) -> bytes:
    """Draw a picture in pixels, on the light ground of the pages."""
    font = files("server").joinpath(*_FONT)
    if not font.is_file():  # without the libraries from npm: whatever the machine has
        return svg_to_bytes(svg_string=as_file(drawing), background="#fbfbf8", zoom=_ZOOM)
    with on_disk(font) as path:
        return svg_to_bytes(
            svg_string=as_file(drawing),
            background="#fbfbf8",
            zoom=_ZOOM,
            skip_system_fonts=True,
            font_files=[str(path)],
            sans_serif_family="DejaVu Sans",
        )


@cache
def _style() -> str:
    return files("server").joinpath("pictures", "files.css").read_text(encoding="utf-8")
