import PGSchemaSQL
import PGWire

/// A rename of a table, column, enum type or enum label.
public struct SchemaRename: Sendable, Equatable {
    /// The kind of the object.
    public let kind: Kind
    /// The table of a column, or the type of a label, by its new name.
    let container: String?
    package let old: String
    let new: String

    /// The kinds of objects that can be renamed.
    public enum Kind: String, Sendable {
        /// A table.
        case table
        /// A column.
        case column
        /// An enum type.
        case type = "enum type"
        /// A value of an enum type.
        case label = "enum label"
    }

    /// The old name: `emails.old`.
    public var from: String { qualified(old) }
    /// The new name: `emails.new`.
    public var to: String { qualified(new) }
    /// The text of a ``Request``: `emails.old=new`.
    public var text: String { "\(from)=\(new)" }

    private func qualified(_ name: String) -> String { container.map { "\($0).\(name)" } ?? name }

    /// The statement, without the semicolon.
    package var sql: String {
        let owner = (container ?? old).quotedIfNeeded
        return switch kind {
        case .table: "ALTER TABLE \(owner) RENAME TO \(new.quotedIfNeeded)"
        case .type: "ALTER TYPE \(owner) RENAME TO \(new.quotedIfNeeded)"
        case .column: "ALTER TABLE \(owner) RENAME COLUMN \(old.quotedIfNeeded) TO \(new.quotedIfNeeded)"
        case .label: "ALTER TYPE \(owner) RENAME VALUE \(old.asLiteral) TO \(new.asLiteral)"
        }
    }

    /// The rename that undoes it.
    var inverse: SchemaRename { SchemaRename(kind: kind, container: container, old: new, new: old) }

    /// A requested rename: `users=accounts` for a table or an enum type, `emails.old=new` for a column or a label.
    public struct Request: Sendable {
        package let text: String
        let container: String?
        package let old: String
        let new: String

        /// Parses a request.
        ///
        /// - Throws: ``SchemaComparisonError/badRename(_:reason:)`` when it is not `old=new`.
        public init(_ text: String) throws(SchemaComparisonError) {
            self.text = text
            guard let sides = text.splitOnce(at: "=") else {
                throw .badRename(text, reason: "write it as old=new, or table.old=new")
            }
            let path = sides.before.splitOnce(at: ".")
            container = path?.before
            old = path?.after ?? sides.before
            // `emails.old=emails.new` means the same.
            let prefix = container.map { "\($0)." } ?? ""
            new =
                sides.after.starts(withBytesOf: prefix)
                ? String(sides.after.unicodeScalars.dropFirst(prefix.unicodeScalars.count)) : sides.after
            guard !old.isEmpty, !new.isEmpty, container?.isEmpty != true else {
                throw .badRename(text, reason: "a name is missing")
            }
        }
    }

    /// The renames for `requests`, in the order in which they must run: containers first.
    ///
    /// - Throws: ``SchemaComparisonError/badRename(_:reason:)``
    static func resolve(
        _ requests: [Request], from live: Schema, to declared: Schema
    ) throws(SchemaComparisonError) -> [SchemaRename] {
        var renames: [SchemaRename] = []
        for request in requests where request.container == nil {
            let kind: Kind = live.table(request.old) != nil ? .table : .type
            let isThere = kind == .table || live.enum(request.old) != nil
            let isWanted = kind == .table ? declared.table(request.new) != nil : declared.enum(request.new) != nil
            let isFree = kind == .table ? live.table(request.new) == nil : live.enum(request.new) == nil
            try check(request, isThere, isWanted, isFree)
            renames.append(SchemaRename(kind: kind, container: nil, old: request.old, new: request.new))
        }
        for request in requests {
            guard let asked = request.container else { continue }
            // By its old name or its new one.
            let moved = renames.first {
                $0.container == nil && ($0.old.hasSameBytes(as: asked) || $0.new.hasSameBytes(as: asked))
            }
            let (old, new) = (moved?.old ?? asked, moved?.new ?? asked)
            if let table = live.table(old) {
                try check(
                    request, table.column(request.old) != nil, declared.table(new)?.column(request.new) != nil,
                    table.column(request.new) == nil)
                renames.append(SchemaRename(kind: .column, container: new, old: request.old, new: request.new))
            } else {
                let labels = live.enum(old)?.labels ?? []
                try check(
                    request, labels.contains(bytesOf: request.old),
                    declared.enum(new)?.labels.contains(bytesOf: request.new) ?? false,
                    !labels.contains(bytesOf: request.new))
                renames.append(SchemaRename(kind: .label, container: new, old: request.old, new: request.new))
            }
        }
        return renames
    }

    private static func check(
        _ request: Request, _ isThere: Bool, _ isWanted: Bool, _ isFree: Bool
    ) throws(SchemaComparisonError) {
        guard isThere else { throw .badRename(request.text, reason: "the database has no \(request.old)") }
        guard isWanted else { throw .badRename(request.text, reason: "the declared schema has no \(request.new)") }
        guard isFree else { throw .badRename(request.text, reason: "the database has \(request.new) already") }
    }
}
