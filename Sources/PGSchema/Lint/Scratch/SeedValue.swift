import PGSchemaSQL

/// Generates values of a type, another one for each number as far as the type has so many.
package struct SeedValue: Sendable {
    package let column: String
    /// `character varying`, `numeric`, `template_type_enum`.
    package let base: String
    /// `atttypmod`: the length or precision, encoded differently for each type; -1 for none.
    let modifier: Int
    package let isArray: Bool
    /// The labels of an enum.
    package let labels: [String]

    /// An SQL expression for the value; nil when nothing is known of the type.
    ///
    /// - Parameters:
    ///   - number: makes the value differ from that of every other row.
    ///   - variant: counts up for the rows of a table, for types that have few values.
    ///   - isWidest: whether it is to be too long for every narrower type.
    package func literal(_ number: Int, variant: Int, isWidest: Bool = false) -> String? {
        let value = isWidest ? widest(number) ?? element(number, variant) : element(number, variant)
        guard isArray else { return value }
        return value.map { "ARRAY[\($0)]::\(base)[]" }
    }

    private func element(_ number: Int, _ variant: Int) -> String? {
        if !labels.isEmpty { return labels[variant % labels.count].asLiteral }
        switch base {
        case "smallint": return String(number % 32_767)
        case "integer", "bigint", "real", "double precision", "oid", "money": return String(number)
        case "numeric": return numeric(String(number))
        case "text", "character varying", "character", "name", "citext": return text(number).asLiteral
        case "boolean": return variant % 2 == 0 ? "true" : "false"
        case "uuid": return ("00000000-0000-4000-8000-" + hexadecimal(number, digits: 12)).asLiteral
        case "json", "jsonb": return "{\"seed\": \(number)}".asLiteral
        case "bytea": return ("\\x" + hexadecimal(number, digits: 8)).asLiteral
        case "bit": return "B" + padded(String(number, radix: 2), to: min(max(modifier, 1), 83_886_080)).asLiteral
        case "bit varying": return "B" + String(number, radix: 2).asLiteral
        case "xml": return "<seed>\(number)</seed>".asLiteral
        case "tsvector", "tsquery": return "seed\(number)".asLiteral
        case "\"char\"": return (String(UnicodeScalar(UInt8(65 + number % 26)))).asLiteral
        default: return time(number) ?? network(number) ?? geometry(number) ?? range(number)
        }
    }

    private func widest(_ number: Int) -> String? {
        switch base {
        case "integer": return String(1_000_000 + number)
        case "bigint": return String(3_000_000_000 + number)
        case "numeric" where modifier >= 4:
            let precision = min((modifier - 4) >> 16 & 0xFFFF, 15)
            return numeric(String(repeating: "9", count: max(0, precision - String(number).count)) + String(number))
        case "character varying" where modifier >= 4, "character" where modifier >= 4:
            let text = text(number)
            // An index entry has no room for more.
            let length = min(modifier - 4, 2000)
            return (text + String(repeating: "x", count: max(0, length - text.unicodeScalars.count))).asLiteral
        default: return nil
        }
    }

    private func text(_ number: Int) -> String {
        let length = modifier >= 4 && base != "text" ? modifier - 4 : Int.max
        let long = "\(column) \(number)"
        // The last digits tell numbers apart.
        return long.unicodeScalars.count <= length ? long : String(String(number, radix: 36).suffix(length))
    }

    private func numeric(_ number: String) -> String {
        guard modifier >= 4 else { return number }
        let precision = (modifier - 4) >> 16 & 0xFFFF
        let scale = (modifier - 4) & 0x7FF
        let digits = String(number.suffix(max(1, min(precision, 15))))
        // In units of the last place, which also works if there are no digits before the point.
        return scale > 0 && scale <= precision ? "\(digits)e-\(scale)" : digits
    }

    private func time(_ number: Int) -> String? {
        switch base {
        case "date": "date '2026-01-01' + \(number)"
        case "timestamp without time zone": "timestamp '2026-01-01 00:00' + \(number) * interval '1 minute'"
        case "timestamp with time zone": "timestamptz '2026-01-01 00:00Z' + \(number) * interval '1 minute'"
        case "time without time zone": "time '00:00' + \(number) * interval '1 second'"
        case "time with time zone": "timetz '00:00Z' + \(number) * interval '1 second'"
        case "interval": "\(number) * interval '1 minute'"
        default: nil
        }
    }

    private func network(_ number: Int) -> String? {
        switch base {
        case "inet", "cidr": "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)".asLiteral
        case "macaddr": ("0200" + hexadecimal(number, digits: 8)).asLiteral
        case "macaddr8": ("02000000" + hexadecimal(number, digits: 8)).asLiteral
        default: nil
        }
    }

    private func geometry(_ number: Int) -> String? {
        switch base {
        case "point": "point(\(number), \(number))"
        case "box": "box(point(\(number), 0), point(\(number + 1), 1))"
        case "circle": "circle(point(\(number), 0), 1)"
        case "lseg": "lseg(point(\(number), 0), point(0, 1))"
        default: nil
        }
    }

    private func range(_ number: Int) -> String? {
        switch base {
        case "int4range", "int8range", "numrange": "[\(number),\(number + 1))".asLiteral
        case "daterange": "daterange(date '2026-01-01' + \(number), date '2026-01-02' + \(number))"
        case "tsrange", "tstzrange":
            "\(base)(timestamp '2026-01-01' + \(number) * interval '1 day', "
                + "timestamp '2026-01-02' + \(number) * interval '1 day')"
        default: nil
        }
    }

    private func hexadecimal(_ number: Int, digits: Int) -> String {
        padded(String(number, radix: 16), to: digits)
    }

    private func padded(_ text: String, to length: Int) -> String {
        String(repeating: "0", count: max(0, length - text.count)) + text.suffix(length)
    }

    /// Values that may satisfy a check: those that its text mentions, and values near to them.
    package func candidates(for check: SeedTable.Check, _ number: Int) -> [String] {
        let tokens = SQLToken.tokens(of: check.definition)
        var found: [String] = tokens.filter { $0.kind == .string }.map { $0.text.asLiteral }
        if base == "date" || base.starts(withBytesOf: "timestamp") {
            found += found.flatMap { ["\($0)::\(base) + interval '1 day'", "\($0)::\(base) - interval '1 day'"] }
        }
        let numbers = tokens.filter { $0.kind == .number }.compactMap { Int($0.text) }
        for mentioned in numbers { found += Self.near(mentioned).map(String.init) }
        if ["text", "character varying", "character", "citext"].contains(base) {
            for length in numbers where (1...1000).contains(length) {
                found.append(padded(String(number, radix: 36), to: length).asLiteral)
                found.append(padded(String(number), to: length).asLiteral)
            }
            found += ["seed\(number)@example.com", "https://example.com/\(number)", "seed-\(number)", "SEED"]
                .map(\.asLiteral)
        }
        found += ["0", "1", "-1", "true", "false", "''", "NULL"]
        return found
    }

    /// The number and its neighbours, if they do not overflow.
    private static func near(_ number: Int) -> [Int] {
        [number == .max ? nil : number + 1, number, number == .min ? nil : number - 1].compactMap { $0 }
    }
}
