package import PGWire

/// A Swift type that a value is decoded as, and what must hold of it whatever the bytes are.
package struct FuzzDecoder: Sendable {
    /// The names of both types.
    package let name: String
    /// The server's type.
    package let type: OID
    /// Some values of it: in binary format, and in text.
    package let samples: @Sendable () -> [(bytes: [UInt8], format: FormatCode)]
    /// Decodes a value alone.
    package let feed: @Sendable (RawSpan, FormatCode) throws(FuzzProblem) -> Void
    /// Decodes the column of a row.
    package let attempt: @Sendable (Row, Int) throws(FuzzProblem) -> Void

    package init<T: PostgresCodable>(_ type: OID, _ values: T...) {
        name = "\(T.self) of \(type)"
        self.type = type
        samples = {
            values.flatMap { value in
                let encoded = try? Self.encode(value)
                return [(encoded ?? [], T.postgresFormat), (Array("\(value)".utf8), .text)]
            }
        }
        feed = { bytes, format throws(FuzzProblem) in
            guard let value = try Self.decode(T.self, bytes, type, format) else { return }
            // What was accepted can be printed.
            _ = "\(value)"
            try Self.checkRoundTrip(of: value, type)
        }
        attempt = { row, index throws(FuzzProblem) in
            do throws(PostgresError) {
                _ = try row.decode(index, as: T?.self)
            } catch {
                guard case .decoding(let failure) = error else {
                    throw FuzzProblem("a column that cannot be decoded as \(T.self) is told of as \(error)")
                }
                try FuzzedSession.check(text: failure.description)
            }
        }
    }

    private static func encode<T: PostgresEncodable>(_ value: T) throws -> [UInt8] {
        var writer = ByteWriter()
        try value.encode(to: &writer)
        return writer.bytes
    }

    private static func decode<T: PostgresDecodable>(
        _ swiftType: T.Type, _ bytes: RawSpan, _ type: OID, _ format: FormatCode
    ) throws(FuzzProblem) -> T? {
        do {
            return try T(postgres: bytes, type: type, format: format)
        } catch is ValueDecodingError {
            return nil
        } catch {
            throw FuzzProblem("\(T.self) of \(type) throws \(error)")
        }
    }

    /// A value that was read is written, read again and written again: both times the bytes are the same.
    private static func checkRoundTrip<T: PostgresCodable>(of value: T, _ type: OID) throws(FuzzProblem) {
        let first: [UInt8]
        do {
            first = try encode(value)
        } catch is ValueEncodingError {
            return
        } catch {
            throw FuzzProblem("\(T.self) is not written: \(error)")
        }
        // A type that can be of several of the server's is written as that which its name stands for.
        let written = T.postgresType == .unspecified ? type : T.postgresType
        guard let again = try decode(T.self, first.span.bytes, written, T.postgresFormat) else {
            throw FuzzProblem("\(T.self) of \(type) is written as \(first), which it does not read")
        }
        let second = try? encode(again)
        guard first == second else {
            throw FuzzProblem("\(T.self) of \(type) is written as \(first), and when that is read, as \(second ?? [])")
        }
    }
}

/// Decodes the columns of rows as each Swift type that their types call for.
package enum DecodingAttempts {
    private static let byType: [OID: [FuzzDecoder]] = Dictionary(grouping: FuzzDecoder.all, by: \.type)
    /// What columns of other types are decoded as.
    private static let others = FuzzDecoder.all.filter { $0.type == FuzzDecoder.userDefined }

    /// Whether decoding succeeds is not the question, only that it ends as it should.
    ///
    /// - Throws: ``FuzzProblem``
    package static func decodeEverything(of row: Row) throws(FuzzProblem) {
        // A hostile row has 65,535 columns, and many rows follow it.
        for index in row.columns.indices.prefix(64) {
            let type = row.columns[index].type
            if let decoders = byType[type] {
                for decoder in decoders { try decoder.attempt(row, index) }
            } else if !others.isEmpty {
                try others[Int(type.rawValue) % others.count].attempt(row, index)
            }
            try text.attempt(row, index)
        }
    }

    private static let text = FuzzDecoder(.text, "")

    /// Whether the values of a row are as many as its columns, and fill its bytes: whoever reads one relies on that, and looks no more.
    package static func check(values: RawSpan, of columns: Columns) throws(FuzzProblem) {
        var reader = ByteReader(values)
        do throws(ByteReader.OverrunError) {
            for _ in columns.indices {
                let length = try reader.read(Int32.self)
                if length >= 0 { _ = try reader.readSpan(Int(length)) }
            }
        } catch {
            throw FuzzProblem("a row of \(columns.count) columns has bytes for fewer")
        }
        guard reader.isAtEnd else { throw FuzzProblem("a row of \(columns.count) columns has bytes for more") }
    }
}
