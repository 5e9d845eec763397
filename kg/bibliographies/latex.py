r"""LaTeX: the text that a value of BibTeX means, in Unicode.

Only for fields of text: an address or a DOI is read letter by letter.
"""

from __future__ import annotations

import re
from functools import cache

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerError

__all__ = ["has_unknown_macro", "plain_text", "unescaped", "without_braces"]

_SPECIAL = re.compile(r"[\\{}$~%]|--|``|''")
_BRACES = re.compile(r"(?<!\\)[{}]")
_PERCENT = re.compile(r"(?<!\\)%")
_DOLLAR = re.compile(r"(?<!\\)\$")
_LINK = re.compile(r"\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
_MATHEMATICS = re.compile(r"(?<!\\)\$[^$]*(?<!\\)\$")
_MACRO = re.compile(r"\\([A-Za-z]+)")
# Commands whose argument is text, which the decoder does not know.
_TEXT_OF = re.compile(
    r"\\(?:textsuperscript|textsubscript|enquote|mkbibquote|url|path|nolinkurl)\s*\{([^{}]*)\}"
)
_BRACE = re.compile(r"\\textbrace(left|right)(?:\{\}| ?)")
_ESCAPED = re.compile(r"\\([_%&#~$ {}])|\{\\([_%&#~$])\}")
_GAPS = re.compile(r"[^\S\n]+")


@cache
def _decoder(*, keeps_groups: bool) -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="verbatim", keep_braced_groups=keeps_groups)


def plain_text(text: str, *, keeps_groups: bool = False) -> str:
    r"""Return what LaTeX would set; mathematics stays as it is.

    With `keeps_groups` what is held together by braces stays so, as in names.

    >>> plain_text(r"J{\'o}zef K\"uhne: R\&D at 50% of $\alpha$")
    'Józef Kühne: R&D at 50% of $\\alpha$'
    >>> plain_text("{{The Royal Society}}", keeps_groups=True)
    '{{The Royal Society}}'
    """
    if not _SPECIAL.search(text):
        return text
    if "\\" not in text and not keeps_groups and "$" not in text:
        return _typeset(_BRACES.sub("", text))
    # a lone per cent sign would begin a comment, a lone dollar mathematics
    safe = _PERCENT.sub(r"\\%", _known(text))
    if len(_DOLLAR.findall(safe)) % 2:
        safe = _DOLLAR.sub(r"\\$", safe)
    try:
        decoded: str = _decoder(keeps_groups=keeps_groups).latex_to_text(safe)
    except (LatexWalkerError, IndexError, ValueError, RecursionError):
        return text if keeps_groups else without_braces(text)
    return _GAPS.sub(" ", decoded).strip()


def _known(text: str) -> str:
    """Replace commands that the decoder does not know by what they mean."""
    text = text.replace(r"\textasciicircum{}", "^")
    spelt = _BRACE.sub(lambda m: {"left": r"\{", "right": r"\}"}[m[1]], text)
    return _TEXT_OF.sub(r"\1", _LINK.sub(r"\1", spelt))


def has_unknown_macro(text: str) -> bool:
    r"""Tell whether a text uses a command that the decoder does not know and so leaves out.

    >>> has_unknown_macro(r"\aap"), has_unknown_macro(r"K\"uhne \emph{in vivo}")
    (True, False)
    """
    known = _decoder(keeps_groups=False).latex_context
    names = _MACRO.findall(_MATHEMATICS.sub("", _known(text)))
    return any(known.get_macro_spec(name) is None for name in names)


def unescaped(text: str) -> str:
    r"""Return an address or identifier letter by letter, without what LaTeX needs to print it.

    >>> unescaped(r"\url{https://made.example/a\_b%20c}")
    'https://made.example/a_b%20c'
    """
    found = re.fullmatch(r"\s*\\(?:url|path|nolinkurl)\s*\{(.*)\}\s*", text, re.DOTALL)
    inner = found[1] if found else text
    return without_braces(_ESCAPED.sub(lambda m: m[1] or m[2], inner)).strip()


def without_braces(text: str) -> str:
    """Return a text without its braces.

    >>> without_braces("{{The Royal}} Society")
    'The Royal Society'
    """
    return _BRACES.sub("", text)


def _typeset(text: str) -> str:
    """Replace what is written for typographic signs."""
    signs = {"---": "\u2014", "--": "\u2013", "``": "“", "''": "”", "~": " ", "\\%": "%"}
    for written, sign in signs.items():
        text = text.replace(written, sign)
    return _GAPS.sub(" ", text).strip()
