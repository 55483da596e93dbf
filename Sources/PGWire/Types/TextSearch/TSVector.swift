/// The lexemes of a document for text search: `tsvector` (manual: "Text Search Types"), sorted and without duplicates.
public struct TSVector: Sendable, Hashable, LosslessStringConvertible {
    /// What a place in a document counts for (`setweight`).
    public enum Weight: UInt8, Sendable, Hashable {
        /// The usual weight, which text does not show.
        case d
        /// More than `d`.
        case c
        /// More than `c`.
        case b
        /// The most.
        case a
    }

    /// A place in the document.
    public struct Position: Sendable, Hashable {
        /// The place, counted from 1; at most 16,383, which also stands for all places beyond.
        public let number: Int
        /// What it counts for.
        public let weight: Weight

        /// The place `number`, or the nearest that there is.
        public init(_ number: Int, _ weight: Weight = .d) {
            self.number = min(max(number, 1), 16_383)
            self.weight = weight
        }
    }

    /// A word as the dictionaries normalised it.
    public struct Lexeme: Sendable, Hashable {
        /// The word.
        public var text: String
        /// Where it stands, in order; none when that was stripped.
        public var positions: [Position]

        /// The word at these places.
        public init(_ text: String, at positions: [Position] = []) {
            self.text = text
            self.positions = positions
        }
    }

    /// The lexemes, sorted by their bytes.
    public let lexemes: [Lexeme]

    /// A vector of these lexemes. They are sorted, and those with the same text become one with all their places.
    public init(_ lexemes: [Lexeme]) {
        var sorted: [Lexeme] = []
        for lexeme in lexemes.sorted(by: { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }) {
            if let last = sorted.last, last.text.hasSameBytes(as: lexeme.text) {
                sorted[sorted.count - 1].positions += lexeme.positions
            } else {
                sorted.append(lexeme)
            }
        }
        self.lexemes = sorted.map { Lexeme($0.text, at: Self.inOrder($0.positions)) }
    }

    /// Sorted; of two weights at one place the greater; at most 256, as the server keeps them.
    private static func inOrder(_ positions: [Position]) -> [Position] {
        var sorted: [Position] = []
        for position in positions.sorted(by: { ($0.number, $1.weight.rawValue) < ($1.number, $0.weight.rawValue) })
        where sorted.last?.number != position.number {
            sorted.append(position)
        }
        return Array(sorted.prefix(256))
    }
}

extension TSVector: FormattedValue {
    static var typeName: String { "tsvector" }

    static func reads(_ type: OID) -> Bool { type == .tsvector }

    init(binary reader: inout ByteReader) throws {
        let count = Int(try reader.read(Int32.self))
        // Each takes a zero byte and the number of its places.
        guard count >= 0, count <= reader.remaining / 3 else {
            throw ValueDecodingError.malformed("tsvector of \(count) lexemes in \(reader.remaining) bytes")
        }
        var lexemes: [Lexeme] = []
        lexemes.reserveCapacity(count)
        for _ in 0..<count {
            let text = try reader.readLexeme()
            var positions: [Position] = []
            for _ in 0..<(try reader.read(UInt16.self)) {
                let entry = try reader.read(UInt16.self)
                positions.append(Position(Int(entry & 0x3FFF), Weight(rawValue: UInt8(entry >> 14)) ?? .d))
            }
            lexemes.append(Lexeme(text, at: positions))
        }
        self.init(lexemes)
    }
}

extension ByteReader {
    /// Reads text and the zero byte that ends it. Throws for what is not UTF-8.
    @_lifetime(self: copy self)
    fileprivate mutating func readLexeme() throws -> String {
        var bytes: [UInt8] = []
        while case let byte = try read(UInt8.self), byte != 0 { bytes.append(byte) }
        guard let text = String(validating: bytes.rawSpan) else {
            throw ValueDecodingError.malformed("tsvector is not UTF-8")
        }
        return text
    }
}

extension TSVector: PostgresEncodable, PostgresDecodable {
    /// `tsvector`.
    public static var postgresType: OID { .tsvector }
    /// `tsvector[]`.
    public static var postgresArrayType: OID { .tsvectorArray }

    /// Writes the lexemes with their places. Throws ``ValueEncodingError`` for one that is empty or has a zero byte; the server
    /// refuses those of more than 2,046 bytes.
    public func encode(to writer: inout ByteWriter) throws {
        guard let count = Int32(exactly: lexemes.count) else {
            throw ValueEncodingError.invalid("\(lexemes.count) lexemes")
        }
        writer.write(count)
        for lexeme in lexemes {
            guard !lexeme.text.isEmpty else { throw ValueEncodingError.invalid("an empty lexeme") }
            try lexeme.text.encode(to: &writer)
            writer.write(0 as UInt8)
            writer.write(UInt16(truncatingIfNeeded: lexeme.positions.count))
            for position in lexeme.positions {
                writer.write(UInt16(position.weight.rawValue) << 14 | UInt16(position.number))
            }
        }
    }

    /// Reads a `tsvector`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
