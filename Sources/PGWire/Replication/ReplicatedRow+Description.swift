extension ReplicatedRow: CustomStringConvertible {
    /// The table, and what was sent of each column: `public.player(id: 7, name: NULL, biography: unchanged)`. It has the values, so
    /// take care where it is logged.
    public var description: String {
        let values = columns.indices.map { index in
            let value =
                switch self[index] {
                case .null, nil: "NULL"
                case .unchanged: "unchanged"
                case .notKey: "not sent"
                case .text(let text): text.escapingControls
                case .binary(let bytes): "\(bytes.count) bytes"
                }
            return "\(columns[index].name.escapingControls): \(value)"
        }
        return "\(relation)(\(values.joined(separator: ", ")))"
    }
}

extension ReplicatedChange: CustomStringConvertible {
    /// What was done, and the row: `insert public.player(id: 7, …)`.
    public var description: String {
        switch self {
        case .insert(let row): "insert \(row)"
        case .update(let old, let new): "update \(new)" + (old.map { ", before \($0)" } ?? "")
        case .delete(let row): "delete \(row)"
        case .truncate(let truncation):
            "truncate " + truncation.relations.map(\.description).joined(separator: ", ")
        case .message(let message): "message \(message.prefix.escapingControls) of \(message.content.count) bytes"
        }
    }
}
