/// Reads the fields of a composite, one after another.
struct RecordReader: ~Escapable {
    private var binary: ByteReader
    private var text: QuotedFields
    private let format: FormatCode
    private var index = 0
    /// How many fields are to be read.
    private let count: Int

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, _ format: FormatCode, count: Int) throws {
        binary = ByteReader(bytes)
        text = QuotedFields(composite: bytes)
        self.format = format
        self.count = count
        switch format {
        case .binary:
            // `record_send`: the number of fields, and for each its type, length and bytes.
            let sent = try binary.read(Int32.self)
            guard sent == count else { throw Self.wrongCount("\(sent)", count) }
        case .text:
            guard text.take("(") else {
                throw ValueDecodingError.malformed("composite does not start with a parenthesis")
            }
        }
    }

    private static func wrongCount(_ sent: String, _ wanted: Int) -> ValueDecodingError {
        .malformed("composite has \(sent) field\(sent == "1" ? "" : "s"), \(wanted) are to be read")
    }

    @_lifetime(self: copy self)
    mutating func next<T: PostgresDecodable>(_ type: T.Type) throws -> T {
        index += 1
        return try format == .binary ? nextBinary(type) : nextText(type)
    }

    @_lifetime(self: copy self)
    private mutating func nextBinary<T: PostgresDecodable>(_ type: T.Type) throws -> T {
        let sentType = OID(try binary.read(UInt32.self))
        let length = try binary.read(Int32.self)
        do {
            guard length != -1 else { return try T.decodeNull() }
            let bytes = try binary.readSpan(Int(length))
            let type = baseType(sentType, of: type, byteCount: Int(length))
            guard length >= CompositeNesting.largeSize else {
                return try T(postgres: bytes, type: type, format: .binary)
            }
            let depth = CompositeNesting.depth
            guard depth < CompositeNesting.maximumDepth else { throw CompositeNesting.tooDeep }
            return try CompositeNesting.$depth.withValue(depth + 1) {
                try T(postgres: bytes, type: type, format: .binary)
            }
        } catch let error as ValueDecodingError {
            throw error.inField("\(index)", sentType, as: "\(T.self)")
        }
    }

    @_lifetime(self: copy self)
    private mutating func nextText<T: PostgresDecodable>(_ type: T.Type) throws -> T {
        guard index == 1 || text.take(",") else { throw Self.wrongCount("\(index - 1)", count) }
        guard text.takeValue() else { throw ValueDecodingError.malformed("composite ends within field \(index)") }
        do {
            guard !text.isAbsent else { return try T.decodeNull() }
            return try T(postgres: text.value, type: baseType(.ofUnknownValue, of: type), format: .text)
        } catch let error as ValueDecodingError {
            throw error.inField("\(index)", nil, as: "\(T.self)")
        }
    }

    /// After the last field nothing may follow.
    @_lifetime(self: copy self)
    mutating func end() throws {
        switch format {
        case .binary:
            guard binary.isAtEnd else { throw ValueDecodingError.malformed("bytes follow the composite's last field") }
        case .text:
            guard text.take(")") else {
                guard count == 0 || text.next == UInt8(ascii: ",") else {
                    throw ValueDecodingError.malformed(
                        "composite has neither comma nor parenthesis at character \(text.position)")
                }
                throw Self.wrongCount("more", count)
            }
            guard text.isAtEnd else { throw ValueDecodingError.malformed("text follows the composite") }
        }
    }
}

extension ValueDecodingError {
    /// The error, saying in which field of a composite.
    func inField(_ name: String, _ type: OID?, as wanted: String) -> ValueDecodingError {
        switch self {
        case .typeMismatch:
            .malformed("field \(name)\(type.map { " of type \($0)" } ?? "") cannot be decoded as \(wanted)")
        case .unexpectedNull: .malformed("field \(name) is NULL: decode it as \(wanted)?")
        case .outOfRange(let reason): .outOfRange("field \(name): \(reason)")
        case .malformed(let reason): .malformed("field \(name): \(reason)")
        }
    }
}

extension OID {
    /// Stands for the type of a value that nothing tells, as in the text of a composite: that of a database's own, which strings,
    /// enums, arrays and the like read.
    static let ofUnknownValue = OID(UInt32.max)
    /// Stands for the type of a value of a binary COPY that is to be read as text, where it is not certain that it is one.
    static let ofCopiedText = OID(UInt32.max - 1)
}
