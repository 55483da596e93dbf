/// What an advisory lock is on (manual: "Advisory Locks"): a number, a pair of numbers, or a name. What it stands for is up to the
/// programs that use it; it has nothing to do with tables.
///
/// ```swift
/// try await db.withAdvisoryLock("nightly report") { … }
/// let key = AdvisoryLockKey(42, playerID)
/// ```
/// Keys belong to a database. Numbers and pairs are apart from each other, so that 1 and (0, 1) are two locks.
public struct AdvisoryLockKey: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByStringInterpolation,
    CustomStringConvertible
{
    enum Kind: Hashable {
        case number(Int64)
        case pair(Int32, Int32)
    }

    let kind: Kind
    /// The number or the pair, and the name that it was made of.
    public let description: String

    /// A number.
    public init(_ number: Int64) {
        kind = .number(number)
        description = "\(number)"
    }

    /// A pair of numbers, as of a kind of things and one among them.
    public init(_ first: Int32, _ second: Int32) {
        kind = .pair(first, second)
        description = "(\(first), \(second))"
    }

    /// A name, which stands for the number that the first eight bytes of its SHA-256 are: for ever the same, for all programs.
    /// In SQL it is `('x' || left(encode(sha256(convert_to(name, 'UTF8')), 'hex'), 16))::bit(64)::bigint`.
    public init(_ name: String) {
        let number = SHA256.hash(name.utf8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        kind = .number(Int64(bitPattern: number))
        description = "\(Int64(bitPattern: number)) (\"\(name.escapingControls)\")"
    }

    /// A number.
    public init(integerLiteral number: Int64) { self.init(number) }

    /// A name, as ``init(_:)-(String)``.
    public init(stringLiteral name: String) { self.init(name) }

    /// Compares what the server compares.
    public static func == (left: Self, right: Self) -> Bool { left.kind == right.kind }

    /// Hashes what the server compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(kind) }

    /// The parameters of the server's functions.
    var arguments: SQL {
        switch kind {
        case .number(let number): "\(number)"
        case .pair(let first, let second): "\(first), \(second)"
        }
    }

    /// Its row in `pg_locks`.
    var condition: SQL {
        let (classID, objectID, subID): (UInt32, UInt32, Int16) =
            switch kind {
            case .number(let number):
                (UInt32(truncatingIfNeeded: number >> 32), UInt32(truncatingIfNeeded: number), 1)
            case .pair(let first, let second): (UInt32(bitPattern: first), UInt32(bitPattern: second), 2)
            }
        return """
            l.classid OPERATOR(pg_catalog.=) \(raw: "\(classID)")::pg_catalog.oid
            AND l.objid OPERATOR(pg_catalog.=) \(raw: "\(objectID)")::pg_catalog.oid
            AND l.objsubid OPERATOR(pg_catalog.=) \(raw: "\(subID)")::pg_catalog.int2
            """
    }
}
