import PGWire
import Testing

extension Live {
    /// How far a COPY has come.
    @Suite struct CopyProgresses {
        private let rowSize = 2 + 4 + 8 + 4 + 100

        @Test(arguments: LiveServer.allCases) func bothWays(_ server: LiveServer) async throws {
            try await server.withTable("id int8, name text") { db, table in
                var steps: [CopyProgress] = []
                let count = try await db.copyIn(
                    "COPY \(identifier: table) (id, name) FROM STDIN (FORMAT binary)", progress: { steps.append($0) }
                ) { writer in
                    let name = String(repeating: "x", count: 100)
                    for id: Int64 in 1...10_000 { try await writer.write(row: id, name) }
                }
                check(steps, count, rows: true, bytes: BinaryCopy.header.count + 10_000 * rowSize + 2)
                steps = []
                let read = try await db.copyOut(
                    "COPY \(identifier: table) (id, name) TO STDOUT (FORMAT binary)", as: (Int64, String).self,
                    progress: { steps.append($0) }
                ) { _, _ in }
                check(steps, read, rows: true, bytes: BinaryCopy.header.count + 10_000 * rowSize + 2)
                steps = []
                var bytes = 0
                let lines = try await db.copyOut(
                    "COPY \(identifier: table) TO STDOUT", progress: { steps.append($0) }
                ) { piece in bytes += piece.byteCount }
                check(steps, lines, rows: false, bytes: bytes)
                steps = []
                let written = try await db.copyIn(
                    "COPY \(identifier: table) FROM STDIN", progress: { steps.append($0) }
                ) {
                    writer in
                    for id in 1...10_000 {
                        try await writer.write("\(id + 10_000)\t\(String(repeating: "y", count: 100))\n")
                    }
                }
                check(steps, written, rows: false, bytes: 10_000 * (5 + 1 + 100 + 1))
            }
        }

        private func check(_ steps: [CopyProgress], _ count: Int, rows: Bool, bytes: Int) {
            #expect(count == 10_000)
            #expect(steps.count >= 6 && steps.count <= bytes / (128 * 1024) + 1)
            #expect(steps.dropLast().allSatisfy { !$0.isComplete && ($0.rows != nil) == rows })
            #expect(
                zip(steps, steps.dropFirst()).allSatisfy { $0.bytes <= $1.bytes && ($0.rows ?? 0) <= ($1.rows ?? 0) })
            #expect(steps.last?.bytes == bytes && steps.last?.rows == 10_000 && steps.last?.isComplete == true)
        }

        /// One that fails has no end.
        @Test func aFailure() async throws {
            try await LiveServer.postgres15.withTable("id int8 CHECK (id < 90000)") { db, table in
                var steps: [CopyProgress] = []
                let error = try await failure {
                    try await db.copyIn("COPY \(identifier: table) FROM STDIN", progress: { steps.append($0) }) {
                        writer in
                        for id in 1...100_000 { try await writer.write("\(id)\n") }
                    }
                }
                #expect("\(error)".contains("23514"))
                #expect(!steps.isEmpty && steps.allSatisfy { !$0.isComplete })
            }
        }
    }
}
