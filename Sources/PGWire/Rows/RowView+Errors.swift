/// A type that is decoded in place of another one, which messages are to name.
protocol StandingFor {
    static var decodedType: Any.Type { get }
}

/// What is wrong, in words.
extension RowView {
    @usableFromInline
    func wrongCount(_ count: Int) -> PostgresError {
        .decoding(
            .init(
                columnIndex: 0, columnName: nil,
                description: "the result has \(columns.count) columns (\(columns.names)) where \(count) are decoded"))
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
        let place = "column \"\(column.name.escapingControls)\" of type \(column.type)"
        let text =
            switch error {
            case ValueDecodingError.typeMismatch: "\(place) cannot be decoded as \(type)"
            case ValueDecodingError.unexpectedNull: "\(place) is NULL: decode it as \(type)?"
            case ValueDecodingError.outOfRange(let reason): "\(place) does not fit in \(type): \(reason)"
            case ValueDecodingError.malformed(let reason): "\(place) cannot be decoded as \(type): \(reason)"
            case let error as ByteReader.OverrunError:
                "\(place) cannot be decoded as \(type): \(error.wanted) bytes were needed where \(error.remaining) are left"
            default: "\(place) cannot be decoded as \(type): \(error)"
            }
        return .decoding(.init(columnIndex: index, columnName: column.name, description: text))
    }
}
