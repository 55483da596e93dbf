/// An object as `pg_depend` names it: the catalog that it is in, and its row there.
struct ObjectID: Hashable, Sendable {
    /// `pg_class`; or one of ``ObjectKind``'s for what only an order of creation knows, such as the rows.
    let catalog: String
    let oid: Int64

    init(_ catalog: String, _ oid: Int64) {
        self.catalog = catalog
        self.oid = oid
    }

    /// What of another object is made in a step of its own.
    init(_ kind: ObjectKind, of other: ObjectID) {
        self.init(kind.rawValue, other.oid)
    }

    /// All rows.
    static let rows = ObjectID(ObjectKind.rows.rawValue, 0)
}

/// The kinds of what is created one after the other, in the order in which they are when nothing else decides.
enum ObjectKind: String, CaseIterable, Sendable {
    case schema, extension_, collation, conversion, shellType, type, textSearchParser, textSearchTemplate
    case textSearchDictionary, textSearchConfiguration, function, aggregate, operator_, operatorFamily
    case operatorClass, cast, domainConstraint, sequence, table, partition, columnDefault, tableSettings, viewColumns,
        view
    case materializedView
    /// Keys and indexes that are there before the rows.
    case earlyKey, earlyIndex
    /// The rows of all tables.
    case rows
    case key, index, indexPartition

    var priority: Int { Self.priorities[self] ?? 0 }

    private static let priorities = Dictionary(zip(allCases, 0...)) { first, _ in first }
}
