/// A type that takes itself from a row, column by column, without the machinery of `Decodable`: a line for each column, and nothing
/// is allocated but its values.
///
/// ```swift
/// struct Player: PostgresRowDecodable {
///     var id: Int64
///     var name: String
///     var team: String?
///
///     init(row: RowFields) throws {
///         id = try row["id"]
///         name = try row["name"]
///         team = try row["team"]
///     }
/// }
///
/// let players = try await db.fetchAll("SELECT id, name, team FROM player", as: Player.self)
/// ```
/// It is asked for as a `Decodable` type is, by `as:`; of a type that is both this is used.
public protocol PostgresRowDecodable {
    /// Makes a value of a row.
    ///
    /// - Throws: what asking for a column throws, or an error of your own, which comes out unchanged.
    init(row: RowFields) throws
}

/// The columns of a row by their names, for ``PostgresRowDecodable``.
///
/// Where a column is, is found by its name for the first row, and known for those that follow as long as they are asked for the same
/// columns in the same order.
@safe public struct RowFields: ~Escapable {
    /// The row.
    public let view: RowView
    @usableFromInline let places: FieldPlaces

    @_lifetime(copy view)
    init(_ view: RowView, _ places: FieldPlaces) {
        self.view = view
        self.places = places
    }

    /// The value of the first column with this name, in exactly this spelling.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when the result has no such column, or its value is no `T`.
    @inlinable
    public subscript<T: PostgresDecodable>(_ name: StaticString) -> T {
        get throws(PostgresError) {
            var cursor = try cursor(at: name)
            if view.usualCount < 0 { try view.check(cursor.index, T.self) }
            let value = try cursor.next(T.self)
            places.stand(after: cursor)
            return value
        }
    }

    /// The value of the first column with this name as any `Decodable` type: of a column of JSON, or of a type that wraps one of
    /// PostgreSQL's, as an enum with a raw value.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when the result has no such column, or its value is no `T`.
    public func decode<T: Decodable>(_ name: StaticString, as type: T.Type = T.self) throws -> T {
        try column(name).decode(type)
    }

    /// The same for an Optional, which is nil where the column is NULL.
    public func decode<T: Decodable>(_ name: StaticString, as type: T?.Type = T?.self) throws -> T? {
        try column(name).decodeIfPresent(T.self)
    }

    private func column(_ name: StaticString) throws(PostgresError) -> ColumnDecoder {
        let index = try cursor(at: name).index
        return ColumnDecoder(row: Row(view), index: index, places.context)
    }

    /// A cursor that stands before the value of the column.
    @usableFromInline
    @inline(__always)
    @_lifetime(copy self)
    func cursor(at name: StaticString) throws(PostgresError) -> RowView.Cursor {
        let index = try places.index(of: name, in: view)
        let isBehind = index < places.nextIndex
        var cursor = RowView.Cursor(
            view, index: isBehind ? 0 : places.nextIndex, offset: isBehind ? 0 : places.nextOffset)
        while cursor.index < index { cursor.skip() }
        return cursor
    }
}

extension Row {
    /// The row as a value that takes its columns itself.
    ///
    /// - Throws: what its `init(row:)` throws.
    public func decode<T: PostgresRowDecodable>(as type: T.Type = T.self) throws -> T {
        try RowReader<T>(.ofPlainValues).read(self)
    }
}

/// Decodes rows one after another as the same type.
final class RowReader<T: PostgresRowDecodable> {
    private let places: FieldPlaces

    init(_ context: DecodingContext, check: ((Int) throws(PostgresError) -> Void)? = nil) {
        places = FieldPlaces(context, check: check)
    }

    func read(_ row: Row) throws -> T { try read(row.view) }

    func read(_ row: RowView) throws -> T {
        places.begin(row.columns)
        return try T(row: RowFields(row, places))
    }
}
