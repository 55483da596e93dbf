import PGWire

/// What Documentation/Replicas.md shows.
enum ReplicaExamples {
    static func servers() throws -> ReplicatedPool {
        // shown: begin
        let hosts = "db1,db2,db3/scribe?connect_timeout=5&target_session_attrs"
        let primary = ConnectionPool(try .init("postgres://scribe@\(hosts)=read-write"))
        let standbys = ConnectionPool(try .init("postgres://scribe@\(hosts)=prefer-standby&load_balance_hosts=random"))
        let servers = ReplicatedPool(primary: primary, standbys: standbys)
        // shown: end
        return servers
    }

    static func writeAndRead(_ servers: ReplicatedPool, title: String) async throws -> [String] {
        // shown: begin
        let (id, lsn) = try await servers.write { tx in
            try await tx.fetchOne("INSERT INTO note (title) VALUES (\(title)) RETURNING id", as: Int64.self)
        }
        let titles = try await servers.read(after: lsn) { tx in  // on a standby, as soon as it has the note
            try await tx.fetchAll("SELECT title FROM note WHERE id <= \(id)", as: String.self)
        }
        // shown: end
        return titles
    }

    static func inOneFlight(_ servers: ReplicatedPool, lsn: LogSequenceNumber) async throws -> (Int, [String]) {
        // shown: begin
        let (count, titles) = try await servers.pipeline(after: lsn) { p in
            (
                try p.fetchOne("SELECT count(*) FROM note", as: Int.self),
                try p.fetchAll("SELECT title FROM note ORDER BY id DESC LIMIT 10", as: String.self)
            )
        }
        // shown: end
        return (count, titles)
    }

    struct Request { var headers: [String: String] = [:] }

    static func header(_ servers: ReplicatedPool, _ request: Request) async throws -> [String] {
        // shown: begin
        // "16/B374D848", as lsn.description has it
        let lsn = request.headers["X-Last-Write"].flatMap(LogSequenceNumber.init)
        let titles = try await servers.read(after: lsn) { tx in
            try await tx.fetchAll("SELECT title FROM note", as: String.self)
        }
        // shown: end
        return titles
    }

    static func lost(_ servers: ReplicatedPool, lsn: LogSequenceNumber) async throws -> Int? {
        // shown: begin
        do {
            return try await servers.read(after: lsn) {
                try await $0.fetchOne("SELECT count(*) FROM note", as: Int.self)
            }
        } catch PostgresError.connection(let error) where error.reason == .writeLost {
            return nil  // forget the place; what was written there is gone
        }
        // shown: end
    }

    static func byHand(_ primary: Connection, _ standby: Connection, title: String) async throws -> Int {
        // shown: begin
        try await primary.execute("INSERT INTO note (title) VALUES (\(title))")
        let lsn = try await primary.currentLSN()  // behind all that was committed so far
        let count = try await standby.readTransaction(after: lsn, within: .milliseconds(200)) { tx in
            try await tx.fetchOne("SELECT count(*) FROM note", as: Int.self)
        }
        // shown: end
        return count
    }
}
