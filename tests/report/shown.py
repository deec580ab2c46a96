# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""How a value of summary.json has to read on the page: a second, independent way from a path to a text."""

from decimal import ROUND_HALF_EVEN, Decimal

EN_DASH = "\N{EN DASH}"
# kind: (factor, sign of what is positive, unit)
KINDS = {"percent": (100, "", " %"), "signed_percent": (100, "+", " %"), "points": (100, "+", ""),
         "number": (1, "", ""), "signed": (1, "+", ""), "integer": (1, "", "")}


def lookup(document: object, path: str) -> object:
    """The value at a path of keys and indices joined by dots. A key may hold dots itself: the longest that fits."""
    if path == "" or document is None:  # of what is not known nothing is known
        return document
    parts = path.split(".")
    if isinstance(document, list):
        if not parts[0].isdigit() or int(parts[0]) >= len(document):
            raise KeyError(path)
        return lookup(document[int(parts[0])], ".".join(parts[1:]))
    if isinstance(document, dict):
        for length in range(len(parts), 0, -1):
            key = ".".join(parts[:length])
            if key in document:
                try:
                    return lookup(document[key], ".".join(parts[length:]))
                except KeyError:
                    continue
    raise KeyError(path)


def shown(value: object, form: str) -> str:
    """The text of a value in a form KIND:DECIMALS."""
    kind, _, decimals = form.partition(":")
    if value is None:
        return EN_DASH
    if kind == "text":
        return str(value)
    if kind == "size":
        return shown(value, f"number:{decimals}").lstrip("-")
    if kind == "size_points":
        return shown(value, f"points:{decimals}").lstrip("+-")
    if kind == "level":  # in full
        return f"{(Decimal(repr(value)) * 100).normalize():f} %"
    factor, plus, unit = KINDS[kind]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{value!r} is no number")
    # The product is one of floats, the rounding one of the exact decimal number that the product is.
    exact = Decimal(value * factor).quantize(Decimal(1).scaleb(-int(decimals or 0)), rounding=ROUND_HALF_EVEN)
    digits = f"{abs(exact):f}"
    whole, point, fraction = digits.partition(".")
    grouped = ""
    while len(whole) > 3:
        whole, grouped = whole[:-3], f",{whole[-3:]}{grouped}"
    sign = "-" if exact.is_signed() else plus
    return f"{sign}{whole}{grouped}{point}{fraction}{unit}"
