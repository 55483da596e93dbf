import LocalPostgres
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

struct PsqlError: Error {
    let status: Int32
}

extension LocalPostgres {
    /// Runs one statement by the installation's own psql; returns its unaligned output. These tests must not rest on
    /// the driver, which rests on them. Without `sslMode` by `connectionURI`, whatever else is given.
    func psql(
        _ sql: String, host: String? = nil, port: Int? = nil, password: String? = nil, database: String? = nil,
        sslMode: String? = "prefer"
    ) async throws -> String {
        var connection = connectionURI
        if let sslMode {
            let quote: (String) -> String = { text in
                "'" + text.unicodeScalars.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
            }
            let place = "host=\(host ?? self.host) port=\(port ?? self.port) sslmode=\(sslMode)"
            let login = "user=\(quote(user)) password=\(quote(password ?? self.password))"
            connection = "\(place) \(login) dbname=\(quote(database ?? self.database))"
        }
        let arguments = ["\(installation.binDirectory)/psql", "-XAtqc", sql, connection]
        let answer = try await BlockingThread.run { try ChildProcess.output(of: arguments) }
        guard answer.status == 0 else { throw PsqlError(status: answer.status) }
        return answer.text.split(separator: "\n").joined(separator: "\n")
    }
}

/// What starting fails with; empty when it works, which stops it again.
func startError(_ options: LocalPostgres.Options) async -> String {
    do {
        await (try LocalPostgres.start(options)).stop()
        return ""
    } catch { return "\(error)" }
}

func startError(inFrontOf cluster: LocalPostgres, _ options: LocalPgBouncer.Options) async -> String {
    do {
        await (try LocalPgBouncer.start(inFrontOf: cluster, options)).stop()
        return ""
    } catch { return "\(error)" }
}

/// Nothing runs, listens or lies about any more.
func expectNothingLeft(of postgres: LocalPostgres, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(kill(postgres.processIdentifier, 0) != 0, sourceLocation: sourceLocation)
    #expect(RawConnection(port: postgres.port) == nil, sourceLocation: sourceLocation)
    #expect(access(postgres.socketDirectory, F_OK) != 0, sourceLocation: sourceLocation)
}

/// The temporary directories of LocalPostgres that there are.
func temporaryDirectories() -> Set<String> {
    guard let directory = opendir("/tmp") else { return [] }
    defer { closedir(directory) }
    var names: Set<String> = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasPrefix("pgwire-") { names.insert(name) }
    }
    return names
}

/// Waits for what another process does, at most 20 seconds.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(20)
    while !condition() {
        try #require(clock.now < deadline, what, sourceLocation: sourceLocation)
        await Task.yield()
    }
}
