"""Prints the public declarations and conformances in the symbol graphs of a directory, a line each, in a stable order."""
import json
import pathlib
import sys


def declaration(symbol):
    fragments = symbol.get("declarationFragments") or symbol["names"]["subHeading"]
    return " ".join("".join(fragment["spelling"] for fragment in fragments).split())


def lines(graph):
    names = {symbol["identifier"]["precise"]: ".".join(symbol["pathComponents"]) for symbol in graph["symbols"]}
    for symbol in graph["symbols"]:
        yield f'{".".join(symbol["pathComponents"])}    {declaration(symbol)}'
    for relation in graph["relationships"]:
        if relation["kind"] not in ("conformsTo", "inheritsFrom"):
            continue
        target = relation.get("targetFallback") or names.get(relation["target"], relation["target"])
        target = target.removeprefix("Swift.")
        # What every type has, and what the compiler derives, says nothing.
        if target in ("Copyable", "Escapable", "SendableMetatype"):
            continue
        constraints = ", ".join(
            f'{c["lhs"]} {"==" if c["kind"] == "sameType" else ":"} {c["rhs"]}'
            for c in relation.get("swiftConstraints", [])
        )
        source = names.get(relation["source"]) or relation.get("sourceFallback") or relation["source"]
        yield f"{source}: {target}" + (f" where {constraints}" if constraints else "")


found = set()
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.symbols.json")):
    # A file named A@B.symbols.json has what A adds to the types of B.
    found.update(lines(json.loads(path.read_text())))
sys.stdout.writelines(f"{line}\n" for line in sorted(found))
