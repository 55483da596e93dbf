import PGWire
import Synchronization
import Testing

extension Live {
    /// COPY when one side is slower than the other, stops, or is gone.
    @Suite struct CopyFlow {
        private static let line = String(repeating: "x", count: 999) + "\n"

        /// Much more than the buffers of two systems hold.
        private static let manyLines = 150_000

        /// The server waits for a reader that takes its time; nothing piles up here.
        @Test(arguments: LiveServer.direct) func aSlowReader(_ server: LiveServer) async throws {
            let received = Atomic(0)
            let isBinary = server == .postgres17
            try await server.observed { observer in
                try await server.connected {
                    $0.trafficObserver = { direction, bytes in
                        if direction == .received { received.add(bytes.byteCount, ordering: .relaxed) }
                    }
                } _: { db in
                    let pid = try #require(db.backendProcessID)
                    let memory = residentMemory()
                    var pieces = 0
                    var taken = 0
                    let out: SQL = """
                        COPY (SELECT repeat('x', 999) FROM generate_series(1, \(raw: "\(Self.manyLines)"))) \
                        TO STDOUT (FORMAT \(raw: isBinary ? "binary" : "text"))
                        """
                    let before = received.load(ordering: .relaxed)
                    try await db.copyOut(out) { piece in
                        pieces += 1
                        taken += piece.byteCount + 5  // with its header
                        guard pieces % 50_000 == 10 else { return }
                        try await observer.wait(
                            for: "SELECT wait_event = 'ClientWrite' FROM pg_stat_activity WHERE pid = \(pid)")
                        let ahead = received.load(ordering: .relaxed) - before - taken
                        #expect(ahead < 256 << 10, "\(ahead) bytes wait to be taken")
                        let more = residentMemory() - memory
                        #expect(more < 32 << 20, "\(more) bytes more are in use")
                    }
                    #expect(taken >= Self.manyLines * 1000)
                }
            }
        }

        /// While the server waits for a lock it reads nothing: the writer waits too, and what is buffered stays small.
        @Test(arguments: LiveServer.allCases) func aBlockedServer(_ server: LiveServer) async throws {
            try await server.withTable("id int4 PRIMARY KEY, name text") { db, table in
                try await withLock(server, table) { observer, release in
                    let written = Atomic(0)
                    let memory = residentMemory()
                    let task = Task {
                        try await db.copyIn("COPY \(identifier: table) FROM STDIN") { writer in
                            for id in 1...Self.manyLines {
                                try await writer.write("\(id)\t\(Self.line)")
                                written.add(Self.line.utf8.count, ordering: .relaxed)
                            }
                        }
                    }
                    try await observer.waitUntilBlocked(table)
                    // It goes on until the buffers between are full.
                    var last = -1
                    while last != written.load(ordering: .relaxed) {
                        last = written.load(ordering: .relaxed)
                        try await observer.execute("SELECT pg_sleep(0.2)")
                    }
                    // A pooler between has buffers on both sides.
                    #expect(last < 64 << 20, "\(last) bytes were taken from the writer")
                    let more = residentMemory() - memory
                    #expect(more < 32 << 20, "\(more) bytes more are in use")
                    try await release()
                    #expect(try await task.value == Self.manyLines)
                }
            }
        }

        /// Whoever writes is told by `CancellationError` too, and the connection goes on.
        @Test(arguments: LiveServer.allCases) func cancellingCopyIn(_ server: LiveServer) async throws {
            try await server.withTable("id int4 PRIMARY KEY, name text") { db, table in
                let into: SQL = "COPY \(identifier: table) FROM STDIN"
                try await withLock(server, table) { observer, _ in
                    let isTold = Atomic(false)
                    let task = Task {
                        try await db.copyIn(into) { writer in
                            do {
                                for id in 1...Self.manyLines { try await writer.write("\(id)\t\(Self.line)") }
                            } catch is CancellationError {
                                isTold.store(true, ordering: .relaxed)
                                throw CancellationError()
                            }
                        }
                    }
                    try await observer.waitUntilBlocked(table)
                    let clock = ContinuousClock.now
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(.now - clock < .seconds(4))
                    let wasTold = isTold.load(ordering: .relaxed)
                    #expect(wasTold)
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                }
                // While the data flows; and when the closure hides it.
                for isHidden in [false, true] {
                    let task = Task {
                        try await db.copyIn(into) { writer in
                            for id in 1...10_000 {
                                if id == 5000 { withUnsafeCurrentTask { $0?.cancel() } }
                                do {
                                    try await writer.write("\(id)\t\(Self.line)")
                                } catch  where isHidden {}
                            }
                        }
                    }
                    await #expect(throws: CancellationError.self) { try await task.value }
                }
                #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 0)
            }
        }

        @Test(arguments: LiveServer.allCases) func cancellingCopyOut(_ server: LiveServer) async throws {
            let mark = "copy_\(UInt32.random(in: 0 ... .max))"
            let running = SQL.isRunning(mark)
            try await server.observed { observer in
                try await server.connected { db in
                    for timeout: Duration? in [nil, .seconds(500)] {
                        let waiting = Task {
                            try await db.copyOut(
                                "COPY (SELECT pg_sleep(600) /* \(raw: mark) */) TO STDOUT", timeout: timeout
                            ) { _ in }
                        }
                        try await observer.wait(for: running)
                        let clock = ContinuousClock.now
                        waiting.cancel()
                        await #expect(throws: CancellationError.self) { try await waiting.value }
                        #expect(.now - clock < .seconds(4))
                        #expect(try await observer.fetchOne("SELECT NOT (\(running))", as: Bool.self))
                        #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                    }
                    // In the middle of the data, with as much to come as one likes.
                    let flowing = Task {
                        var count = 0
                        try await db.copyOut("COPY (SELECT generate_series(1, 1000000000)) TO STDOUT") { _ in
                            count += 1
                            if count == 20 { withUnsafeCurrentTask { $0?.cancel() } }
                        }
                    }
                    await #expect(throws: CancellationError.self) { try await flowing.value }
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func timeouts(_ server: LiveServer) async throws {
            let timeout = Duration.milliseconds(150)
            try await server.withTable("id int4 PRIMARY KEY, name text") { db, table in
                let into: SQL = "COPY \(identifier: table) FROM STDIN"
                func expectTimeout(_ body: () async throws -> Void) async throws {
                    let clock = ContinuousClock.now
                    let error = try await serverFailure { try await body() }
                    #expect(error.sqlState == .queryCanceled)
                    #expect(error.message == "canceling statement due to statement timeout")
                    #expect((timeout ..< .seconds(3)).contains(.now - clock))
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                }
                try await withLock(server, table) { _, _ in
                    try await expectTimeout {
                        try await db.copyIn(into, timeout: timeout) { writer in
                            for id in 1...Self.manyLines { try await writer.write("\(id)\t\(Self.line)") }
                        }
                    }
                }
                try await expectTimeout {
                    try await db.copyIn(into, timeout: timeout) { writer in
                        for id in 1...1_000_000_000 { try await writer.write("\(id)\t\n") }
                    }
                }
                try await expectTimeout {
                    try await db.copyOut("COPY (SELECT pg_sleep(600)) TO STDOUT", timeout: timeout) { _ in }
                }
                try await expectTimeout {
                    try await db.copyOut(
                        "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT", timeout: timeout
                    ) { _ in }
                }
                #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 0)
                #expect(try await db.fetchOne("SELECT current_setting('statement_timeout')", as: String.self) == "0")
            }
        }

        /// A server that goes down in the middle says why, and that is what comes out; but an error of the closure counts
        /// more.
        @Test(arguments: LiveServer.direct) func aServerThatDies(_ server: LiveServer) async throws {
            try await server.observed { observer in
                for isBodyFailing in [false, true] {
                    for isCopyIn in [true, false] {
                        let db = try await Connection.connect(server.configuration)
                        let pid = try #require(db.backendProcessID)
                        try await db.execute("CREATE TEMPORARY TABLE t (name text)")
                        func kill() async throws {
                            try await observer.execute("SELECT pg_terminate_backend(\(pid))")
                            try await observer.wait(
                                for: "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = \(pid))")
                            if isBodyFailing { throw Stop() }
                        }
                        func copy() async throws {
                            if isCopyIn {
                                try await db.copyIn("COPY t FROM STDIN") { writer in
                                    for index in 1...10_000 {
                                        try await writer.write(Self.line)
                                        if index == 5000 { try await kill() }
                                    }
                                }
                            } else {
                                var seen = 0
                                try await db.copyOut("COPY (SELECT generate_series(1, 10000000)) TO STDOUT") { _ in
                                    seen += 1
                                    if seen == 1 { try await kill() }
                                }
                            }
                        }
                        if isBodyFailing {
                            await #expect(throws: Stop.self) { try await copy() }
                        } else if isCopyIn {
                            let error = try await serverFailure { try await copy() }
                            #expect(error.sqlState == .adminShutdown && error.isFatal)
                        } else {
                            // What it had no place to write can be lost with it.
                            _ = try await failure { try await copy() }
                        }
                        _ = try await failure { try await db.execute("SELECT 1") }
                        await db.close()
                    }
                }
            }
        }

        /// Runs `body` while another session keeps row 1 of the table from being inserted, until it is released.
        private func withLock(
            _ server: LiveServer, _ table: String,
            _ body: (_ observer: Connection, _ release: () async throws -> Void) async throws -> Void
        ) async throws {
            try await server.observed { holder in
                try await holder.execute("BEGIN")
                try await holder.execute("INSERT INTO \(identifier: table) VALUES (1)")
                try await server.observed { observer in
                    try await body(observer) { try await holder.execute("ROLLBACK") }
                }
            }
        }
    }
}

extension Connection {
    /// Waits until a COPY into `table` waits for a lock.
    fileprivate func waitUntilBlocked(_ table: String) async throws {
        try await wait(
            for: """
                SELECT count(*) = 1 FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND query LIKE 'COPY%' AND query LIKE \("%\(table)%")
                """)
    }
}
