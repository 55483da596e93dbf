import PGSchemaComparison
import TestSupport

extension RandomSchema {
    /// A type, and what can be said about a column of it, which stands as `?`.
    struct Kind {
        let type: String
        let defaults: [String]
        var checks: [String] = []
        /// What can be computed from it, and of which type that is.
        var expression: (sql: String, type: String)?
        /// Whether it can be the key of an index that is a tree.
        var isOrdered = true
        /// What other indexes it can be the key of.
        var methods: [String] = []
        var operatorClass: String?
        var hasCollation = false
    }

    private static let kinds = [
        Kind(
            type: "integer", defaults: ["0", "41 + 1", "-1"], checks: ["? > 0 AND ? <> 7", "? IN (1, 2)"],
            expression: ("abs(?)", "integer"), methods: ["hash", "brin"]),
        Kind(
            type: "smallint", defaults: ["3"], checks: ["? = ANY ('{1,2}')"], expression: ("abs(?)", "smallint")),
        Kind(type: "bigint", defaults: ["9000000000"], checks: ["? BETWEEN 1 AND 9"], expression: ("? * 2", "bigint")),
        Kind(
            type: "numeric(10, 2)", defaults: ["1.5"], checks: ["? >= 0", "? <= 10.5"],
            expression: ("round(?)", "numeric")),
        Kind(type: "double precision", defaults: ["0.5", "'Infinity'"], checks: ["? < 1e100"]),
        Kind(
            type: "text", defaults: ["'x'", "'it''s'", "'a' || 'b'"],
            checks: ["length(?) > 2 OR ? = 'a'", "? ~ '^[a-z\\d]+$'", "? NOT IN ('a', 'b')", "? LIKE 'x%'"],
            expression: ("lower(?)", "text"), methods: ["hash"], operatorClass: "text_pattern_ops",
            hasCollation: true),
        Kind(
            type: "varchar(20)", defaults: ["'y'", "upper('y')"], checks: ["? IN ('a', 'b', 'c')", "? = 'a'"],
            expression: ("upper(?)", "text"), operatorClass: "varchar_pattern_ops", hasCollation: true),
        Kind(type: "varchar", defaults: ["''"], checks: ["? <> ''"], hasCollation: true),
        Kind(type: "char(3)", defaults: ["'abc'"], checks: ["? IN ('abc', 'def')"], hasCollation: true),
        Kind(
            type: "boolean", defaults: ["true", "false"], checks: ["? IS NOT TRUE", "NOT ?"],
            expression: ("NOT ?", "boolean")),
        Kind(
            type: "timestamp with time zone", defaults: ["now()", "CURRENT_TIMESTAMP", "now() + interval '1 day'"],
            checks: ["? > '2000-01-01 00:00Z'"], methods: ["brin"]),
        Kind(
            type: "timestamp", defaults: ["LOCALTIMESTAMP"], expression: ("date_trunc('day', ?)", "timestamp")),
        Kind(type: "date", defaults: ["CURRENT_DATE"], checks: ["? <> '2000-01-01'"], expression: ("? + 1", "date")),
        Kind(type: "interval", defaults: ["'1 day'"], checks: ["? < '1 year'::interval"]),
        Kind(
            type: "jsonb", defaults: ["'{}'", "'[1, 2]'::jsonb"],
            checks: ["? <> 'null'", "jsonb_typeof(?) = 'object'"],
            expression: ("? ->> 'a'", "text"), isOrdered: false, methods: ["gin"], operatorClass: "jsonb_path_ops"),
        Kind(type: "json", defaults: ["'{}'"], isOrdered: false),
        Kind(type: "uuid", defaults: ["gen_random_uuid()"], methods: ["hash"]),
        Kind(type: "bytea", defaults: [#"'\x00ff'"#], checks: ["length(?) < 9"]),
        Kind(
            type: "text[]", defaults: ["'{}'", "ARRAY['a', 'b']"], checks: ["cardinality(?) < 5", "'a' = ANY (?)"],
            isOrdered: false, methods: ["gin"]),
        Kind(type: "varchar(9)[]", defaults: ["'{a}'"], checks: ["? <> '{}'"], isOrdered: false),
        Kind(type: "integer[]", defaults: ["'{1,2}'"], checks: ["? && ARRAY[1, 2]"], isOrdered: false),
        Kind(
            type: "tstzrange", defaults: ["'empty'"], checks: ["NOT isempty(?)"], isOrdered: false, methods: ["gist"]),
    ]

    mutating func kind() -> Kind {
        if pick(0...2) == 0, let type = pick(schema.enums), let label = pick(type.labels) {
            return Self.kind(of: type, label: label, isArray: pick(0...3) == 0)
        }
        return pick(Self.kinds) ?? Self.kinds[0]
    }

    func kind(of column: Schema.Column) -> Kind? {
        let type = column.type.sql
        for other in schema.enums {
            for isArray in [false, true] where type == other.name.inSQL + (isArray ? "[]" : "") {
                return Self.kind(of: other, label: other.labels[0], isArray: isArray)
            }
        }
        return Self.kinds.first { $0.type == type }
    }

    private static func kind(of type: Schema.Enum, label: String, isArray: Bool) -> Kind {
        let (name, label) = (type.name.inSQL, label.inQuotes)
        let labels = type.labels.map { "'\($0.inQuotes)'" }.joined(separator: ", ")
        guard isArray else {
            return Kind(
                type: name, defaults: ["'\(label)'", "'\(label)'::\(name)"],
                checks: ["? <> '\(label)'", "? IN (\(labels))"], expression: ("? = '\(label)'", "boolean"))
        }
        return Kind(
            type: "\(name)[]", defaults: [#"'{"\#(label)"}'"#, "ARRAY['\(label)']::\(name)[]"],
            checks: ["'\(label)' = ANY (?)"], isOrdered: false, methods: ["gin"])
    }
}
