/// What holds for one transaction alone: a role, a search path, timeouts, the claims of a user's token, and any other setting
/// of the server's or of one's own (manual: `set_config`).
///
/// It travels with BEGIN, so it costs no round trip, and ends with the transaction: nothing is left in the connection, nor in
/// a pooler's. Values are parameters and never part of SQL. One line runs a query as Supabase's `authenticated`, with row level
/// security by a user's claims, through a transaction pooler too:
///
/// ```swift
/// let notes = try await db.transaction(settings: .role("authenticated").claims(["sub": user])) { tx in
///     try await tx.fetchAll("SELECT title FROM note", as: String.self)
/// }
/// ```
/// Of a setting with a dot in its name that a session had never heard of, the server remembers the name: afterwards
/// `current_setting(name, true)` is empty where it was NULL before. So write `nullif(current_setting(name, true), '')`.
///
/// In a transaction that sees one snapshot (``IsolationLevel/repeatableRead``), that is taken as the settings are made.
public struct TransactionSettings: Sendable, Hashable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    /// A setting. The name is in lower case, as the server does not tell them apart.
    struct Setting: Sendable, Hashable {
        var name: String
        var value: String
    }

    /// In the order in which they were first given; the role not among them.
    private(set) var list: [Setting] = []
    /// Set after all others, as they may need what it may not do.
    private(set) var role: Setting?
    private(set) var statementTimeout: Duration?
    /// The first one that is invalid. It is told as the transaction begins, as a literal cannot throw.
    private(set) var problem: String?

    /// No settings.
    public init() {}

    /// Settings by their names: `["app.tenant": "7", "work_mem": "64MB"]`.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { set(name, value) }
    }

    /// Whether there are none.
    public var isEmpty: Bool { list.isEmpty && role == nil && statementTimeout == nil && problem == nil }

    /// The names; values may be secrets.
    public var description: String {
        let names = list.map(\.name) + (role == nil ? [] : ["role"])
        return "[\((names + (statementTimeout == nil ? [] : ["statement_timeout"])).joined(separator: ", "))]"
    }

    /// Adds a setting, in place of an earlier one of the same name.
    mutating func set(_ name: String, _ value: String) {
        if let problem = Self.problem(name) ?? Self.problem(value, of: name) { return fail(problem) }
        let setting = Setting(name: Self.folded(name), value: value)
        if setting.name == "role" {
            role = setting
        } else if let index = list.firstIndex(where: { $0.name.hasSameBytes(as: setting.name) }) {
            list[index] = setting
        } else {
            list.append(setting)
        }
    }

    /// Adds a timeout of the server's.
    mutating func set(_ name: String, _ timeout: Duration) {
        guard timeout >= .zero else { return fail("the setting \(name) of the transaction is negative") }
        let milliseconds = min(timeout.wholeMilliseconds, Int64(Int32.max))
        if name == "statement_timeout" {
            statementTimeout = timeout
        } else {
            set(name, String(milliseconds))
        }
    }

    /// Notes what is wrong.
    mutating func fail(_ problem: String) { self.problem = self.problem ?? problem }
}

extension TransactionSettings {
    /// Why a name is invalid; the server's own rule for names of settings.
    private static func problem(_ name: String) -> String? {
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            part.first.map(isStart) ?? false && part.allSatisfy { isStart($0) || isFurther($0) }
        }
        guard isName, name.utf8.count <= SQLIdentifier.maximumByteCount * 2 else {
            return
                "\"\(name.escapingControls.prefix(80))\" is no name of a setting: it is made of letters, digits and _, as work_mem, "
                + "and of one's own settings with a dot, as app.tenant"
        }
        switch folded(name) {
        case "statement_timeout":
            return "say statement_timeout by statementTimeout(_:), as the client must know it, too"
        case "client_encoding": return "client_encoding cannot be set: the connection speaks UTF8"
        case "transaction_isolation", "transaction_read_only", "transaction_deferrable":
            return "say \(name) by the parameters isolation, readOnly and deferrable"
        default: return nil
        }
    }

    /// The name as the server compares it: letters of ASCII in lower case, all others as they are.
    private static func folded(_ name: String) -> String {
        String(
            decoding: name.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
            as: UTF8.self)
    }

    private static func problem(_ value: String, of name: String) -> String? {
        value.hasZero
            ? "the value of the setting \(name) holds a zero byte (U+0000), which the server has no text for" : nil
    }

    private static func isStart(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func isFurther(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "$")
    }
}
