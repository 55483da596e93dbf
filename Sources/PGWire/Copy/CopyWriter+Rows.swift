// Rows of up to eight values once more, without a loop over their types: the compiler does not unroll that, and in a loop each
// value costs several times as much as in a line of its own. Which function it is makes no difference to the caller.
extension CopyWriter {
    /// Writes a row of 1 value of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<A: PostgresEncodable>(row a: A) async throws {
        if rowType == ObjectIdentifier(A.self) {
            let start = beginRow(1)
            var column = 0
            do {
                try write(a, &column)
            } catch {
                throw endRow(at: start, error, column)
            }
            rows += 1
        } else {
            try encode(a)
        }
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes a row of 2 values of a binary COPY, see ``write(row:)``.
    @inlinable
    public mutating func write<A: PostgresEncodable, B: PostgresEncodable>(row a: A, _ b: B) async throws {
        if rowType == ObjectIdentifier((A, B).self) {
            let start = beginRow(2)
            var column = 0
            do {
                try write(a, &column)
                try write(b, &column)
            } catch {
                throw endRow(at: start, error, column)
            }
            rows += 1
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
            let start = beginRow(3)
            var column = 0
            do {
                try write(a, &column)
                try write(b, &column)
                try write(c, &column)
            } catch {
                throw endRow(at: start, error, column)
            }
            rows += 1
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
            let start = beginRow(4)
            var column = 0
            do {
                try write(a, &column)
                try write(b, &column)
                try write(c, &column)
                try write(d, &column)
            } catch {
                throw endRow(at: start, error, column)
            }
            rows += 1
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
            let start = beginRow(5)
            var column = 0
            do {
                try write(a, &column)
                try write(b, &column)
                try write(c, &column)
                try write(d, &column)
                try write(e, &column)
            } catch {
                throw endRow(at: start, error, column)
            }
            rows += 1
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
            let start = beginRow(6)
            var column = 0
            do {
                try write(a, &column)
                try write(b, &column)
                try write(c, &column)
                try write(d, &column)
                try write(e, &column)
                try write(f, &column)
            } catch {
                throw endRow(at: start, error, column)
            }
            rows += 1
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
            let start = beginRow(7)
            var column = 0
            do {
                try write(a, &column)
                try write(b, &column)
                try write(c, &column)
                try write(d, &column)
                try write(e, &column)
                try write(f, &column)
                try write(g, &column)
            } catch {
                throw endRow(at: start, error, column)
            }
            rows += 1
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
            let start = beginRow(8)
            var column = 0
            do {
                try write(a, &column)
                try write(b, &column)
                try write(c, &column)
                try write(d, &column)
                try write(e, &column)
                try write(f, &column)
                try write(g, &column)
                try write(h, &column)
            } catch {
                throw endRow(at: start, error, column)
            }
            rows += 1
        } else {
            try encode(a, b, c, d, e, f, g, h)
        }
        if message.count >= Self.pieceSize { try await send() }
    }
}
