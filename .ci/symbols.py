"""Prints the public declarations and conformances in the symbol graphs of a directory, a line each, in a stable order."""
import json
import pathlib
import subprocess
import sys


def declaration(symbol):
    fragments = symbol.get("declarationFragments") or symbol["names"]["subHeading"]
    return " ".join("".join(fragment["spelling"] for fragment in fragments).split())


def demangled(identifiers):
    """What the toolchain makes of the identifiers of types that belong to other modules."""
    mangled = [f"$s{name.removeprefix('s:')}" for name in identifiers]
    command = ["swift", "demangle", "--compact", "--simplified"]
    text = subprocess.run(command, input="\n".join(mangled), capture_output=True, text=True, check=True).stdout
    return dict(zip(identifiers, text.split("\n")))


def lines(graph, names):
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


# A file named A@B.symbols.json has what A adds to the types of B.
graphs = [json.loads(path.read_text()) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.symbols.json"))]
names = {
    symbol["identifier"]["precise"]: ".".join(symbol["pathComponents"])
    for graph in graphs
    for symbol in graph["symbols"]
}
ends = {r[end] for graph in graphs for r in graph["relationships"] for end in ("source", "target")}
foreign = sorted(name for name in ends - names.keys() if name.startswith("s:") and "::" not in name)
names |= demangled(foreign)
found = {line for graph in graphs for line in lines(graph, names)}
sys.stdout.writelines(f"{line}\n" for line in sorted(found))
