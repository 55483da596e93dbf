import PGSchemaSQL
import PGWire

extension Schema {
    /// Builds the schema from the texts that the server printed. What the server prints of that is the canonical text.
    mutating func findCanonicalTexts(_ scratch: inout ScratchSchema, _ tx: borrowing Transaction) async throws {
        var plain = self
        plain.updateFragments { $1.sql = $1.text }
        try await scratch.build(plain.withoutComments, tx)
        let texts = try await scratch.read(tx).texts
        updateFragments { path, fragment in fragment.canonical = texts[path] ?? fragment.text }
    }

    /// Simplifies the texts that the server printed, where the server reads the simpler one as the same.
    mutating func simplify(_ scratch: inout ScratchSchema, _ tx: borrowing Transaction) async throws {
        var paths: [Path] = []
        updateFragments { path, fragment in
            fragment.sql = fragment.text
            if fragment.text.simplified != fragment.text { paths.append(path) }
        }
        // All at once at first. If the server refuses one, it is found by bisection.
        var waiting = [paths]
        while let group = waiting.popLast(), !group.isEmpty {
            if let texts = try await texts(simplifying: Set(group), &scratch, tx) {
                updateFragments { path, fragment in
                    guard group.contains(path), texts[path].hasSameBytes(as: fragment.text) else { return }
                    fragment.sql = fragment.text.simplified
                }
            } else if group.count > 1 {
                waiting += [Array(group[..<(group.count / 2)]), Array(group[(group.count / 2)...])]
            }
        }
    }

    /// The texts that the server prints when those at `paths` are simplified; nil when it refuses one.
    private func texts(
        simplifying paths: Set<Path>, _ scratch: inout ScratchSchema, _ tx: borrowing Transaction
    ) async throws -> [Path: String]? {
        var simple = self
        simple.updateFragments { path, fragment in
            fragment.sql = paths.contains(path) ? fragment.text.simplified : fragment.text
        }
        try await tx.execute(script: "SAVEPOINT simplify")
        do {
            try await scratch.build(simple.withoutComments, tx)
            return try await scratch.read(tx).texts
        } catch SchemaComparisonError.refused {
            try await tx.execute(script: "ROLLBACK TO SAVEPOINT simplify")
            return nil
        }
    }
}
