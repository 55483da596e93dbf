/// A type that is decoded in place of another one, which messages are to name.
protocol StandingFor {
    static var decodedType: Any.Type { get }
}

/// What is wrong, in words.
extension RowView {
    /// So long may be what is said of a value.
    private static var maximumLength: Int { 1000 }

    @usableFromInline
    func wrongCount(_ count: Int) -> PostgresError {
        .decoding(
            .init(
                columnIndex: 0, columnName: nil,
                description: "the result has \(columns.count) columns (\(columns.names)) where \(count) are decoded"))
    }

    /// Throws unless that many columns can be decoded as types that want these formats.
    @usableFromInline
    func check(_ count: Int, _ formats: ResultFormats) throws(PostgresError) {
        let columns = columns
        guard count == columns.count else { throw wrongCount(count) }
        for index in columns.indices where columns.isStyled(index) && formats[index] == .text {
            throw failure(ValueDecodingError.unknownStyle, index, String.self)
        }
    }

    /// Throws unless the column can be decoded as the type.
    @usableFromInline
    func check<T: PostgresDecodable>(_ index: Int, _ type: T.Type) throws(PostgresError) {
        guard T.postgresResultFormat == .text, columns.isStyled(index) else { return }
        throw failure(ValueDecodingError.unknownStyle, index, type)
    }

    @usableFromInline
    func missing(_ what: String, at index: Int) -> PostgresError {
        .decoding(
            .init(
                columnIndex: index, columnName: nil,
                description: "the result has no column \(what.escapingControls); its columns are: \(columns.names)"))
    }

    @usableFromInline
    func failure(_ error: any Error, _ index: Int, _ type: Any.Type) -> PostgresError {
        let column = columns[index]
        let type = (type as? any StandingFor.Type)?.decodedType ?? type
        let place = "column \"\(column.name.prefix(200))\" of type \(column.type)"
        let text =
            switch error {
            case ValueDecodingError.typeMismatch:
                "\(place) cannot be decoded as \(type)\(column.type.usualSwiftTypes.map { ": take \($0), or cast it in SQL" } ?? "")"
            case ValueDecodingError.unexpectedNull: "\(place) is NULL: decode it as \(type)?"
            case ValueDecodingError.outOfRange(let reason): "\(place) does not fit in \(type): \(reason)"
            case ValueDecodingError.malformed(let reason): "\(place) cannot be decoded as \(type): \(reason)"
            case let error as ByteReader.OverrunError:
                "\(place) cannot be decoded as \(type): \(error.wanted) bytes were needed where \(error.remaining) are left"
            default: "\(place) cannot be decoded as \(type): \(error)"
            }
        // What is quoted of a value may be of any length, and hold anything.
        let excerpt = text.unicodeScalars.prefix(Self.maximumLength + 1)
        let isShort = excerpt.count <= Self.maximumLength
        let shown = isShort ? text : String(String.UnicodeScalarView(excerpt.dropLast())) + "…"
        return .decoding(.init(columnIndex: index, columnName: column.name, description: shown.escapingControls))
    }
}
