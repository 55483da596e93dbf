#!/usr/bin/env python3
"""Writes SASLprepTables.swift:  python3 generate-saslprep-tables.py > SASLprepTables.swift

stringprep is tied to Unicode 3.2 (RFC 3454), so its tables come from Python's `stringprep` module, which has them.
Code points that 3.2 does not assign are prohibited before normalization, so only decompositions of assigned ones are
written; for those the mappings of 3.2 and of today are the same, which is asserted here.

Format: base64 digits, each with 5 bits of a number, least significant first, and 32 added while more follow.
Ranges: (gap since the previous end, length - 1)...  Decompositions: see SASLprepTables+Decoding.swift.
"""
import stringprep
import unicodedata

old = unicodedata.ucd_3_2_0
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def number(value):
    text = ""
    while value >= 32:
        text += DIGITS[32 + value % 32]
        value //= 32
    return text + DIGITS[value]


def zigzag(value):
    return number(value * 2 if value >= 0 else -value * 2 - 1)


def ranges(test):
    text, end, start = "", 0, None
    for code in range(0x110001):
        inside = code < 0x110000 and test(chr(code))
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            text += number(start - end) + number(code - start - 1)
            end, start = code, None
    return text


def prohibited(c):
    return any(getattr(stringprep, "in_table_" + name)(c)
               for name in "c12 c21_c22 c3 c4 c5 c6 c7 c8 c9".split())


def decomposition(code):
    """(kind, targets) of one step: 0 compatibility, 1 canonical that composition may undo, 2 canonical that it may not."""
    fields = unicodedata.decomposition(chr(code)).split()
    assert fields == old.decomposition(chr(code)).split(), hex(code)
    if not fields:
        return None
    if fields[0].startswith("<"):
        return 0, [int(field, 16) for field in fields[1:]]
    pair = "".join(chr(int(field, 16)) for field in fields)
    return (1 if unicodedata.normalize("NFC", pair) == chr(code) else 2), [ord(c) for c in pair]


def decompositions():
    entries = []
    for code in range(0x110000):
        if stringprep.in_table_a1(chr(code)) or 0xD800 <= code < 0xE000:
            continue
        assert unicodedata.combining(chr(code)) == old.combining(chr(code)), hex(code)
        found = decomposition(code)
        if found:
            entries.append((code, *found))
    text, previous, target, index = "", 0, 0, 0
    while index < len(entries):
        code, kind, targets = entries[index]

        def run(step):
            length = 1
            while index + length < len(entries) and entries[index + length] == (
                    code + length, kind, [targets[0] + step * length]):
                length += 1
            return length

        step, length = max(((s, run(s)) for s in (0, 1)), key=lambda pair: pair[1])
        text += number(code - previous)
        if len(targets) == 1 and length > 1:
            # No decomposition has no targets, so a zero there marks a run.
            text += number(kind) + number(2 * length + step) + zigzag(targets[0] - target)
            target = targets[0] + step * (length - 1)
            previous = code + length
            index += length
            continue
        text += number(kind + 3 * len(targets))
        first = targets[0]
        for value in targets:
            text += zigzag(value - target)
            target = value
        target = first
        previous = code + 1
        index += 1
    return text


def declaration(name, text, comment):
    print(f"    /// {comment}")
    print(f'    static let {name} = """')
    width = 110
    lines = [text[start:start + width] for start in range(0, len(text), width)]
    print("\n".join("        " + line + ("\\" if line is not lines[-1] else "") for line in lines))
    print('        """')


print("// Written by generate-saslprep-tables.py; do not edit.")
print("// The literals are decoded at the first password that is not ASCII, by SASLprepTables+Decoding.swift.")
print("extension SASLprepTables {")
declaration("space", ranges(stringprep.in_table_c12), "RFC 3454, table C.1.2.")
declaration("nothing", ranges(stringprep.in_table_b1), "RFC 3454, table B.1.")
declaration("prohibitedOutput", ranges(prohibited), "RFC 4013, section 2.3.")
declaration("unassignedIn32", ranges(stringprep.in_table_a1), "RFC 3454, table A.1.")
declaration("rightToLeft", ranges(stringprep.in_table_d1), "RFC 3454, table D.1.")
declaration("leftToRight", ranges(stringprep.in_table_d2), "RFC 3454, table D.2.")
declaration("decompositionSteps", decompositions(), "UAX #15, of the code points that Unicode 3.2 assigns.")
print("}")
