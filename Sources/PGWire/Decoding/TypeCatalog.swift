import Synchronization

/// What the catalogs of a database say of its own types, as far as that was needed by now: asked for once, for all connections.
///
/// Nothing needs it but the names of a composite's fields, as text can be decoded whatever its type is.
final class TypeCatalog: Sendable {
    /// A type (manual: "pg_type", "pg_attribute").
    struct Entry: Sendable {
        /// The type of an array's elements.
        var element: OID
        /// What a domain is over.
        var base: OID
        /// The fields of a composite.
        var fields: [Field] = []
    }

    /// A field of a composite.
    struct Field: Sendable {
        var name: String
        var type: OID
    }

    /// Thrown where a type is not known, or no longer as it was. Whoever runs the statement has it looked up then, and decodes
    /// once more.
    struct Missing: Error {
        var type: OID
        /// What is wrong where looking it up does not help.
        var failure: PostgresError
    }

    private let entries = Mutex<[OID: Entry]>([:])
    /// Bounds the memory that a server can fill.
    private static let capacity = 4096

    subscript(type: OID) -> Entry? { entries.withLock { $0[type] } }

    /// What a domain is over; any other type itself.
    func base(of type: OID) -> OID {
        var type = type
        // Domains over domains; a server may say that they go round in a circle.
        for _ in 0..<32 {
            guard let base = self[type]?.base, base != OID(0) else { break }
            type = base
        }
        return type
    }

    /// Forgets all, as something was changed.
    func removeAll() { entries.withLock { $0 = [:] } }

    /// Notes what the server has said of types; of `asked` nothing where it said nothing.
    func note(_ found: [OID: Entry], asked: OID) {
        entries.withLock { entries in
            if entries.count + found.count > Self.capacity { entries = [:] }
            entries[asked] = Entry(element: OID(0), base: OID(0))
            for (type, entry) in found.prefix(Self.capacity) { entries[type] = entry }
        }
    }
}
