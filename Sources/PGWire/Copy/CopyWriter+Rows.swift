// Rows of up to eight values once more, without a loop over their types: the compiler does not unroll that, and in a loop each
// value costs several times as much as in a line of its own. Which function it is makes no difference to the caller.
extension CopyWriter {
    /// Writes a row of 1 value of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<A: PostgresEncodable>(row a: A) async throws {
        if rowType == ObjectIdentifier(A.self) {
            try writeRow(1) { writer, column in
                try writer.write(a, &column)
            }
        } else {
            try encode(a)
        }
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes a row of 2 values of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<A: PostgresEncodable, B: PostgresEncodable>(row a: A, _ b: B) async throws {
        if rowType == ObjectIdentifier((A, B).self) {
            try writeRow(2) { writer, column in
                try writer.write(a, &column)
                try writer.write(b, &column)
            }
        } else {
            try encode(a, b)
        }
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes a row of 3 values of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable>(
        row a: A, _ b: B, _ c: C
    ) async throws {
        if rowType == ObjectIdentifier((A, B, C).self) {
            try writeRow(3) { writer, column in
                try writer.write(a, &column)
                try writer.write(b, &column)
                try writer.write(c, &column)
            }
        } else {
            try encode(a, b, c)
        }
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes a row of 4 values of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable>(
        row a: A, _ b: B, _ c: C, _ d: D
    ) async throws {
        if rowType == ObjectIdentifier((A, B, C, D).self) {
            try writeRow(4) { writer, column in
                try writer.write(a, &column)
                try writer.write(b, &column)
                try writer.write(c, &column)
                try writer.write(d, &column)
            }
        } else {
            try encode(a, b, c, d)
        }
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes a row of 5 values of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable
    >(row a: A, _ b: B, _ c: C, _ d: D, _ e: E) async throws {
        if rowType == ObjectIdentifier((A, B, C, D, E).self) {
            try writeRow(5) { writer, column in
                try writer.write(a, &column)
                try writer.write(b, &column)
                try writer.write(c, &column)
                try writer.write(d, &column)
                try writer.write(e, &column)
            }
        } else {
            try encode(a, b, c, d, e)
        }
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes a row of 6 values of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable
    >(row a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F) async throws {
        if rowType == ObjectIdentifier((A, B, C, D, E, F).self) {
            try writeRow(6) { writer, column in
                try writer.write(a, &column)
                try writer.write(b, &column)
                try writer.write(c, &column)
                try writer.write(d, &column)
                try writer.write(e, &column)
                try writer.write(f, &column)
            }
        } else {
            try encode(a, b, c, d, e, f)
        }
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes a row of 7 values of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable, G: PostgresEncodable
    >(row a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G) async throws {
        if rowType == ObjectIdentifier((A, B, C, D, E, F, G).self) {
            try writeRow(7) { writer, column in
                try writer.write(a, &column)
                try writer.write(b, &column)
                try writer.write(c, &column)
                try writer.write(d, &column)
                try writer.write(e, &column)
                try writer.write(f, &column)
                try writer.write(g, &column)
            }
        } else {
            try encode(a, b, c, d, e, f, g)
        }
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes a row of 8 values of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable, G: PostgresEncodable, H: PostgresEncodable
    >(row a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H) async throws {
        if rowType == ObjectIdentifier((A, B, C, D, E, F, G, H).self) {
            try writeRow(8) { writer, column in
                try writer.write(a, &column)
                try writer.write(b, &column)
                try writer.write(c, &column)
                try writer.write(d, &column)
                try writer.write(e, &column)
                try writer.write(f, &column)
                try writer.write(g, &column)
                try writer.write(h, &column)
            }
        } else {
            try encode(a, b, c, d, e, f, g, h)
        }
        if message.count >= Self.pieceSize { try await send() }
    }
}
