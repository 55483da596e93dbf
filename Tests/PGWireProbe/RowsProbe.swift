import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A million rows of about a hundred bytes, and a consumer that pauses now and then, so that the server is always ahead.
enum RowsProbe {
    static let count = 1_000_000

    /// The most memory that was resident at once, in KiB. On Linux not `ru_maxrss`, which keeps the peak of the process that made
    /// this one.
    private static var peakMemory: Int {
        #if canImport(Darwin)
        var usage = rusage()
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss / 1024
        #else
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        while fgets(&line, Int32(line.count), file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split {
                " \t".contains($0)
            }
            if words.first == "VmHWM:", words.count > 1 { return Int(words[1]) ?? 0 }
        }
        return 0
        #endif
    }

    static func run(_ configuration: Connection.Configuration, by way: String) async throws {
        let sql: SQL = """
            SELECT n, repeat(md5(n::text), 3) FROM generate_series(1, \(raw: "\(count)")) n
            """
        var total = Total()
        try await Connection.withConnection(configuration) { db in
            try await db.execute("SELECT 1")
            print("before \(Self.peakMemory)")
            switch way {
            case "connection":
                for try await (number, text) in db.query(sql, as: (Int, String).self) {
                    try await total.take(number, text)
                }
            case "rows":
                for try await row in db.query(sql) {
                    let (number, text) = try row.decode(as: (Int, String).self)
                    try await total.take(number, text)
                }
            default:
                try await db.transaction { tx in
                    for try await (number, text) in tx.query(sql, as: (Int, String).self) {
                        try await total.take(number, text)
                    }
                }
            }
        }
        print("rows \(total.rows)\nsum \(total.sum)\nbytes \(total.bytes)\npeak \(Self.peakMemory)")
    }

    private struct Total {
        var rows = 0
        var sum = 0
        var bytes = 0

        mutating func take(_ number: Int, _ text: String) async throws {
            rows += 1
            sum += number
            bytes += text.utf8.count
            // Long enough for the server to fill what lies between.
            if rows % 100_000 == 1 { try await Task.sleep(for: .milliseconds(200)) }
        }
    }
}
