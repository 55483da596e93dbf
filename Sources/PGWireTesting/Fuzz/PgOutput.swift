import PGWire

/// Messages of the output plugin `pgoutput`, as a server writes them.
package struct PgOutput: Sendable {
    /// One value of a row.
    package enum Value: Sendable {
        case null, unchanged
        case text(String)
        case binary([UInt8])
        /// A kind of its own, with nothing after it.
        case other(Unicode.Scalar)
    }

    package private(set) var bytes: [UInt8] = []

    package init(_ type: Unicode.Scalar, stream transaction: UInt32? = nil) {
        bytes.append(UInt8(ascii: type))
        if let transaction { add(transaction) }
    }

    package mutating func add<I: FixedWidthInteger>(_ value: I) {
        bytes += withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
    }

    package mutating func add(_ text: String) { bytes += Array(text.utf8) + [0] }

    package mutating func add(_ kind: Unicode.Scalar, _ row: [Value]) {
        bytes.append(UInt8(ascii: kind))
        add(UInt16(row.count))
        for value in row {
            switch value {
            case .null: bytes.append(UInt8(ascii: "n"))
            case .unchanged: bytes.append(UInt8(ascii: "u"))
            case .other(let kind): bytes.append(UInt8(ascii: kind))
            case .text(let text):
                bytes.append(UInt8(ascii: "t"))
                add(Int32(text.utf8.count))
                bytes += Array(text.utf8)
            case .binary(let value):
                bytes.append(UInt8(ascii: "b"))
                add(Int32(value.count))
                bytes += value
            }
        }
    }

    private static func make(
        _ type: Unicode.Scalar, stream: UInt32? = nil, _ body: (inout PgOutput) -> Void
    ) -> [UInt8] {
        var message = PgOutput(type, stream: stream)
        body(&message)
        return message.bytes
    }

    package static func begin(_ transaction: UInt32, final: UInt64) -> [UInt8] {
        make("B") { message in
            message.add(final)
            message.add(Int64(5))
            message.add(transaction)
        }
    }

    package static func commit(_ lsn: UInt64, end: UInt64) -> [UInt8] {
        make("C") { message in
            message.add(UInt8(0))
            message.add(lsn)
            message.add(end)
            message.add(Int64(5))
        }
    }

    /// A table with an integer as key and a text, and so many integers beside.
    package static func relation(
        _ oid: UInt32 = 7, stream: UInt32? = nil, identity: Unicode.Scalar = "d", further: Int = 0
    ) -> [UInt8] {
        make("R", stream: stream) { message in
            message.add(oid)
            message.add("public")
            message.add("t")
            message.add(UInt8(ascii: identity))
            let columns = [(UInt8(1), "id", UInt32(23)), (0, "v", 25)] + Array(repeating: (0, "w", 23), count: further)
            message.add(UInt16(columns.count))
            for (flags, name, type) in columns {
                message.add(flags)
                message.add(name)
                message.add(type)
                message.add(Int32(-1))
            }
        }
    }

    package static func type(_ oid: UInt32 = 20_000) -> [UInt8] {
        make("Y") { message in
            message.add(oid)
            message.add("")
            message.add("mood")
        }
    }

    package static func insert(_ row: [Value], _ oid: UInt32 = 7, stream: UInt32? = nil) -> [UInt8] {
        make("I", stream: stream) { message in
            message.add(oid)
            message.add("N", row)
        }
    }

    package static func update(
        _ row: [Value], _ oid: UInt32 = 7, old: (Unicode.Scalar, [Value])? = nil, stream: UInt32? = nil
    ) -> [UInt8] {
        make("U", stream: stream) { message in
            message.add(oid)
            if let old { message.add(old.0, old.1) }
            message.add("N", row)
        }
    }

    package static func delete(_ kind: Unicode.Scalar = "K", _ row: [Value], _ oid: UInt32 = 7) -> [UInt8] {
        make("D") { message in
            message.add(oid)
            message.add(kind, row)
        }
    }

    package static func truncate(_ relations: [UInt32], options: UInt8 = 3) -> [UInt8] {
        make("T") { message in
            message.add(UInt32(relations.count))
            message.add(options)
            for relation in relations { message.add(relation) }
        }
    }

    package static func message(_ text: String, isTransactional: Bool, lsn: UInt64 = 9) -> [UInt8] {
        make("M") { message in
            message.add(UInt8(isTransactional ? 1 : 0))
            message.add(lsn)
            message.add("prefix")
            message.add(Int32(text.utf8.count))
            message.bytes += Array(text.utf8)
        }
    }

    package static func origin(_ name: String) -> [UInt8] {
        make("O") { message in
            message.add(UInt64(3))
            message.add(name)
        }
    }

    package static func streamStart(_ transaction: UInt32, isFirst: Bool) -> [UInt8] {
        make("S") { message in
            message.add(transaction)
            message.add(UInt8(isFirst ? 1 : 0))
        }
    }

    package static let streamStop: [UInt8] = [UInt8(ascii: "E")]

    package static func streamCommit(_ transaction: UInt32, end: UInt64) -> [UInt8] {
        make("c", stream: transaction) { message in
            message.add(UInt8(0))
            message.add(end - 1)
            message.add(end)
            message.add(Int64(5))
        }
    }

    package static func streamAbort(_ transaction: UInt32, _ part: UInt32, lsn: UInt64? = nil) -> [UInt8] {
        make("A", stream: transaction) { message in
            message.add(part)
            guard let lsn else { return }
            message.add(lsn)
            message.add(Int64(5))
        }
    }

    /// `b`, and with flags before it `P`, `K` and `p`.
    package static func prepared(_ type: Unicode.Scalar, _ transaction: UInt32, end: UInt64) -> [UInt8] {
        make(type) { message in
            if type != "b" { message.add(UInt8(0)) }
            message.add(end - 1)
            message.add(end)
            message.add(Int64(5))
            message.add(transaction)
            message.add("gid")
        }
    }

    package static func rollbackPrepared(_ transaction: UInt32, end: UInt64) -> [UInt8] {
        make("r") { message in
            message.add(UInt8(0))
            message.add(UInt64(4))
            message.add(end)
            message.add(Int64(5))
            message.add(Int64(6))
            message.add(transaction)
            message.add("gid")
        }
    }

    /// A message in XLogData.
    package static func logData(_ message: [UInt8], at lsn: UInt64) -> [UInt8] {
        make("w") { data in
            data.add(lsn)
            data.add(lsn)
            data.add(Int64(0))
            data.bytes += message
        }
    }

    package static func keepalive(_ lsn: UInt64, wantsReply: Bool) -> [UInt8] {
        make("k") { data in
            data.add(lsn)
            data.add(Int64(0))
            data.add(UInt8(wantsReply ? 1 : 0))
        }
    }

    /// One of everything, in an order that a server could send.
    package static let everything: [[UInt8]] = [
        begin(1, final: 19), origin("elsewhere"), type(), relation(),
        insert([.text("1"), .text("a")]), insert([.binary([0, 0, 0, 2]), .null]),
        update([.text("1"), .unchanged]), update([.text("3"), .text("b")], old: ("K", [.text("1"), .null])),
        update([.text("3"), .text("b")], old: ("O", [.text("1"), .text("x")])),
        delete("K", [.text("3"), .null]), delete("O", [.text("3"), .text("b")]),
        truncate([7]), message("in", isTransactional: true), commit(19, end: 20),
        message("out", isTransactional: false),
        streamStart(2, isFirst: true), relation(8, stream: 2), insert([.text("1"), .text("a")], 8, stream: 2),
        insert([.text("2"), .text("b")], 8, stream: 3), update([.text("2"), .text("c")], 8, stream: 4), streamStop,
        streamAbort(2, 3), streamAbort(2, 4, lsn: 5), streamStart(2, isFirst: false),
        insert([.text("5"), .text("e")], 8, stream: 2), streamStop, streamCommit(2, end: 30),
        streamStart(5, isFirst: true), streamStop, streamAbort(5, 5),
        prepared("b", 6, end: 40), insert([.text("6"), .null]), prepared("P", 6, end: 40),
        prepared("K", 6, end: 50), rollbackPrepared(7, end: 60),
        streamStart(8, isFirst: true), insert([.text("8"), .null], 8, stream: 8), streamStop, prepared("p", 8, end: 70),
    ]

    /// Two tables of different width, whose numbers differ by a bit.
    package static let twoTables: [[UInt8]] = [
        begin(1, final: 19), relation(8), relation(9, further: 3), insert([.text("1"), .text("a")], 8),
        insert([.text("1"), .text("a"), .null, .text("2"), .binary([0, 0, 0, 3])], 9),
        delete("K", [.text("3"), .null], 8), commit(19, end: 20),
    ]
}
