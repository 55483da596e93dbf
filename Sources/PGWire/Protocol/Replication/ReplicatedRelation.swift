/// A table as it was when what is streamed of it was written: the server describes it before the first change, and again when
/// it is another.
///
/// It has the columns that are published only; a generated column is none of them, unless the publication says so.
public final class ReplicatedRelation: Sendable, CustomStringConvertible {
    /// `pg_class.oid`: on the publisher, and where a partition is published by its root, that of the root.
    public let oid: UInt32
    /// The schema.
    public let schema: SQLIdentifier
    /// The table's name.
    public let name: SQLIdentifier
    /// What of a row's old values the server sends (manual: ALTER TABLE, REPLICA IDENTITY).
    public let identity: ReplicaIdentity
    /// The columns. In place of a domain is what it is over, unless it was made after the stream began. The format is that of
    /// text, whatever the values come in.
    public let columns: Columns
    /// For each column, whether it is part of the key by which rows are identified.
    public let isKey: [Bool]
    /// For each column the name of its type, where it is not built in; of a domain that of what it is over.
    public let typeNames: [ReplicatedType?]

    /// What of a row's old values the server sends when the row is updated or deleted.
    public enum ReplicaIdentity: UInt8, Sendable {
        /// Those of the primary key.
        case primaryKey = 0x64
        /// None: a publication with updates or deletes makes them fail.
        case nothing = 0x6E
        /// All.
        case full = 0x66
        /// Those of a unique index.
        case index = 0x69
    }

    init(
        oid: UInt32, schema: SQLIdentifier, name: SQLIdentifier, identity: ReplicaIdentity, columns: Columns,
        isKey: [Bool], typeNames: [ReplicatedType?]
    ) {
        self.oid = oid
        self.schema = schema
        self.name = name
        self.identity = identity
        self.columns = columns
        self.isKey = isKey
        self.typeNames = typeNames
    }

    /// Schema and name, quoted.
    public var description: String { "\(schema.quoted).\(name.quoted)" }
}

/// A type that is not built in, as the server names it before a table that has it.
public struct ReplicatedType: Sendable, Hashable {
    /// `pg_type.oid`.
    public var oid: OID
    /// The schema.
    public var schema: SQLIdentifier
    /// The type's name; of a domain that of what it is over.
    public var name: SQLIdentifier
}
