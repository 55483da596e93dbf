/// The kind of a statement, as far as its text tells and lint needs it. Every other statement is ``other``.
package enum SQLCommand: Sendable {
    case alterTable(SQLName, [TableAction])
    case createTable(SQLName, isTemporary: Bool, dropsOnCommit: Bool, ifNotExists: Bool)
    case createIndex(on: SQLName, isConcurrent: Bool, ifNotExists: Bool)
    case createType(SQLName)
    /// `kind` is `table`, `type`, `index`, `materialized view` and so on.
    case drop(kind: String, [SQLName], isConcurrent: Bool, isCascading: Bool)
    case reindex(isConcurrent: Bool)
    case refreshMaterializedView(SQLName, isConcurrent: Bool)
    case truncate([SQLName])
    /// UPDATE or DELETE, also within WITH; `unfiltered` are the tables that have no WHERE.
    case change(unfiltered: [SQLName])
    case insert
    case vacuum(isFull: Bool)
    case cluster
    case lockTable
    case addEnumValue(type: SQLName, value: String)
    case renameEnumValue(type: SQLName, value: String)
    /// SET without LOCAL, RESET, DISCARD. The text names the setting.
    case setSession(String)
    case setLocal
    /// BEGIN, COMMIT, ROLLBACK and all else that begins or ends a transaction.
    case controlTransaction(String)
    /// SAVEPOINT, RELEASE, ROLLBACK TO.
    case savepoint
    /// A statement that leaves something in the session: LISTEN, PREPARE, a cursor WITH HOLD.
    case keepInSession(String)
    case doBlock(body: String)
    case select
    case other

    /// Reads one statement.
    package init(_ statement: String) { self.init(SQLToken.tokens(of: statement)) }

    package init(_ tokens: [SQLToken]) {
        var cursor = TokenCursor(tokens)
        guard let first = cursor.first, first.kind == .word else {
            self = .other
            return
        }
        switch first.text {
        case "alter": self = Self.alter(&cursor)
        case "create": self = Self.create(&cursor, tokens)
        case "drop": self = Self.drop(&cursor, tokens)
        case "update", "delete", "with": self = Self.change(tokens)
        case "insert", "merge", "copy": self = .insert
        case "select", "values", "table": self = .select
        case "do": self = .doBlock(body: tokens.first { $0.kind == .string }?.text ?? "")
        case "truncate": self = Self.truncate(&cursor)
        case "reindex": self = .reindex(isConcurrent: tokens.contains { $0.isWord("concurrently") })
        case "refresh": self = Self.refresh(&cursor)
        case "vacuum": self = .vacuum(isFull: tokens.contains { $0.isWord("full") })
        case "cluster": self = .cluster
        case "lock": self = .lockTable
        default: self = Self.session(&cursor, tokens)
        }
    }

    /// Whether the server refuses it in a transaction block.
    package var refusesTransactionBlock: Bool {
        switch self {
        case .createIndex(_, let isConcurrent, _), .drop(_, _, let isConcurrent, _), .reindex(let isConcurrent):
            isConcurrent
        case .vacuum: true
        default: false
        }
    }

    /// Whether it would end the transaction that it runs in.
    package var controlsTransaction: Bool {
        if case .controlTransaction = self { return true }
        return false
    }

    /// Whether it only makes sense after the statements before it.
    package var needsPrecedingStatements: Bool {
        if case .savepoint = self { return true }
        return controlsTransaction
    }
}

/// One action of ALTER TABLE.
package enum TableAction: Sendable {
    case addColumn(ColumnText, ifNotExists: Bool)
    case dropColumn(String, isCascading: Bool)
    case dropConstraint(String, isCascading: Bool)
    case renameColumn(String, to: String)
    /// RENAME TO, or SET SCHEMA.
    case rename(to: String)
    case setNotNull(String)
    case alterType(String)
    case addConstraint(ConstraintText)
    case validateConstraint(String)
    case other

    /// The column of an ADD COLUMN.
    package struct ColumnText: Sendable {
        package var name: String
        package var isNotNull = false
        /// Whether it has a DEFAULT other than NULL.
        package var hasDefault = false
        /// Whether it is a serial, identity or generated column.
        package var isGenerated = false
        package var isUnique = false
        package var isPrimaryKey = false
        package var hasCheck = false
        package var hasReference = false
    }

    /// The constraint of an ADD CONSTRAINT.
    package struct ConstraintText: Sendable {
        package enum Kind: Sendable { case primaryKey, unique, check, foreignKey, exclusion, notNull }

        package var name: String?
        package var kind: Kind
        package var isNotValid = false
        package var usesIndex = false
    }
}
