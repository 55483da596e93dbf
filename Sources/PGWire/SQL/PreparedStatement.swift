/// A statement that is written once and run with other values each time.
///
/// ```swift
/// let byTeam = PreparedStatement("SELECT id, name FROM player WHERE team = $1 AND age > $2", takes: (Int64, Int).self)
/// for team in teams {
///     let players = try await db.fetchAll(byTeam(team, 21), as: (Int64, String).self)
/// }
/// ```
/// It belongs to no connection, and can be kept in a `static let`: each connection has it prepared when it is run there
/// for the first time, where the server can keep it, and keeps it longer than statements that are not prepared explicitly.
/// Through a transaction pooler, where nothing can be kept, it is sent whole each time, with the same results.
/// ``Queryable/prepare(_:timeout:)`` has it prepared ahead, and says whether it is right.
///
/// A statement of a literal with interpolated values is prepared as well, when it comes for the second time. What this adds
/// is that the text is put together and looked through only once.
public struct PreparedStatement<each Parameter: PostgresEncodable>: Sendable, CustomStringConvertible {
    private let sql: SQL

    /// - Parameters:
    ///   - text: one statement with `$1`, `$2` … for its values, each of which may stand there several times. Whoever can
    ///     choose the text can do to the database whatever the role may do.
    ///   - parameters: the types of the values, as a tuple; for one value that type, for none `Void.self`.
    ///
    /// When the text has a number without a type, or does not use one, running or preparing it throws
    /// ``PostgresError/usage(_:)``.
    public init(_ text: String, takes parameters: (repeat each Parameter).Type) {
        var kinds: [Parameters.Kind] = []
        for type in repeat (each Parameter).self { kinds.append(Parameters.Kind(type)) }
        var sql = SQL(text, kinds)
        sql.isPreparedAtOnce = true
        self.sql = sql
    }

    /// The statement with these values, for any call that takes a statement.
    ///
    /// A value that cannot be encoded makes that call throw ``PostgresError/encoding(_:)``.
    public func callAsFunction(_ value: repeat each Parameter) -> SQL {
        var sql = sql
        var number = 0
        for value in repeat each value {
            number += 1
            do throws(PostgresError) {
                try Parameters.encode(value, number: number, to: &sql.values)
            } catch {
                sql.refusal = sql.refusal ?? SQL.Refusal(error)
            }
        }
        return sql
    }

    /// The statement without values, to be described.
    var withoutValues: SQL { sql }

    /// The text.
    public var description: String { sql.text }
}
