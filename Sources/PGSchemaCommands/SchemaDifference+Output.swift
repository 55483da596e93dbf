import PGSchemaComparison
import PGSchemaReports

extension SchemaDifference {
    var json: JSONValue {
        .object([
            ("kind", .string(kind.rawValue)), ("object", .string(object)), ("description", .string(description)),
            ("loses_data", .bool(losesData)), ("may_be_rename", .bool(isRenameCandidate)),
        ])
    }

    /// Marks for people: ` (loses data)`.
    var marks: String {
        let marks = [losesData ? "loses data" : nil, isRenameCandidate ? "or renamed" : nil].compactMap { $0 }
        return marks.isEmpty ? "" : " (\(marks.joined(separator: "; ")))"
    }
}
