import PGWire
import PGWireTesting

extension Scenario {
    static let copyBinary = Scenario(
        "copy-binary", "COPY in and out in binary format; data that does not fit, and a client that gives up."
    ) { session in
        // One transaction, so that a pooler keeps the server connection for it.
        try session.simple("BEGIN; CREATE TEMP TABLE copied (id int4, name text, more float8) ON COMMIT DROP")
        let into = "COPY copied FROM STDIN (FORMAT binary)"
        let out = "COPY copied TO STDOUT (FORMAT binary)"
        try session.simple(out)
        let rows = rows(1...3)
        // A message need not be a row.
        try session.copyIn(into, [BinaryCopy.header + rows.prefix(9), Array(rows.dropFirst(9)), end])
        try session.simple(out)
        try session.simple("SAVEPOINT s")
        try session.copyIn(into, [BinaryCopy.header + rows, [0, 2, 0, 0, 0, 0], end])
        try session.simple("ROLLBACK TO s")
        try session.copyIn(into, [BinaryCopy.header + rows], failure: "the client gave up")
        try session.simple("ROLLBACK TO s")
        try session.copyIn(into, [BinaryCopy.header + end])
        // An error in the middle of what is sent.
        try session.simple("COPY (SELECT 1 / (3 - n) FROM generate_series(1, 3) AS n) TO STDOUT (FORMAT binary)")
        try session.simple("ROLLBACK")
    }

    static let copyText = Scenario("copy-text", "COPY in and out as text and as CSV; data that do not fit.") {
        session in
        try session.simple("BEGIN; CREATE TEMP TABLE copied (id int4, name text) ON COMMIT DROP")
        try session.copyIn("COPY copied FROM STDIN", [Array("1\tone\n2\t\\N\n3\t".utf8), Array("a\\tb\\\\\n".utf8)])
        try session.copyIn(
            "COPY copied FROM STDIN (FORMAT csv, HEADER)", [Array("id,name\n4,\"a \"\"b\"\",\n\"\n5,\n".utf8)])
        try session.simple("COPY copied TO STDOUT")
        try session.simple("COPY copied TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)")
        try session.simple("SAVEPOINT s")
        try session.copyIn("COPY copied FROM STDIN", [Array("no number\tx\n".utf8)])
        try session.simple("ROLLBACK TO s")
        try session.copyIn("COPY copied FROM STDIN", [Array("6\n".utf8)])
        try session.simple("ROLLBACK")
    }

    private static let end: [UInt8] = [0xFF, 0xFF]

    /// The second has NULLs.
    private static func rows(_ ids: ClosedRange<Int32>) -> [UInt8] {
        var writer = ByteWriter()
        for id in ids {
            writer.write(Int16(3))
            writer.write(Int32(4))
            writer.write(id)
            let name = "row \(id)"
            writer.write(id == 2 ? -1 : Int32(name.utf8.count))
            writer.write(utf8: id == 2 ? "" : name)
            writer.write(id == 2 ? -1 : Int32(8))
            if id != 2 { writer.write((Double(id) / 2).bitPattern) }
        }
        return writer.bytes
    }
}
