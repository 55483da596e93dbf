#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Starts PgBouncer, repeatedly. Blocks, so it needs a thread of its own.
struct PgBouncerStart: Sendable {
    let options: LocalPgBouncer.Options
    let cluster: LocalPostgres
    let directory: String
    private let executable: String
    private let authority: CertificateAuthority?

    var log: String { directory + "/pgbouncer.log" }

    init(_ options: LocalPgBouncer.Options, _ cluster: LocalPostgres) throws {
        self.options = options
        self.cluster = cluster
        executable = try options.executable ?? Self.findExecutable()
        if options.clientTLS == .disable {
            authority = nil
        } else {
            authority = try cluster.certificateAuthority ?? CertificateAuthority(commonName: "LocalPgBouncer CA")
        }
        try PgBouncerConfiguration(options: options, cluster: cluster, port: 0, directory: "/").validate()
        // Only the name is needed; each `launch` makes the directory again.
        directory = try TemporaryDirectory.make(owner: cluster.runUser)
        rmdir(directory)
    }

    private static func findExecutable() throws -> String {
        let usual = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"]
        let candidates = (SearchPath.executables + usual).map { "\($0)/pgbouncer" }
        guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw LocalPostgresError.pgBouncerNotFound(searched: candidates)
        }
        return found
    }

    /// Starts it on `port`, else on that of the options, else on a free one.
    func launch(port: Int?) throws -> (supervisor: Supervisor, port: Int) {
        let wanted = port ?? options.port
        for _ in 0..<8 {
            let attempt = try wanted ?? TCPPort.free()
            if let supervisor = try launch(on: attempt) { return (supervisor, attempt) }
            if let wanted { throw LocalPostgresError.portInUse(wanted) }
        }
        throw LocalPostgresError.portInUse(0)
    }

    /// Nil when the port is taken.
    private func launch(on port: Int) throws -> Supervisor? {
        guard TCPPort.isFree(port) else { return nil }
        try TemporaryDirectory.makeAgain(directory, owner: cluster.runUser)
        do {
            try writeFiles(port: port)
        } catch {
            _ = try? ChildProcess.output(of: ["/bin/rm", "-rf", "--", directory])
            throw error
        }
        let supervisor = try Supervisor(
            [executable, "\(directory)/pgbouncer.ini"], as: cluster.runUser, log: log, stopSignal: .kill,
            removing: directory)
        let clock = ContinuousClock()
        let deadline = clock.now + options.timeout
        let log = PrivateFile(path: log)
        while clock.now < deadline {
            let status = supervisor.exitStatus(within: 5)
            let text = log.read() ?? ""
            if text.utf8.contains("process up".utf8) || status != nil {
                // With a Unix socket it runs on without the port, where another program listens.
                if text.utf8.contains("listening on 127.0.0.1:\(port)\n".utf8), status == nil { return supervisor }
                let tail = log.tail()
                supervisor.stop()
                if tail.utf8.contains("ddress already in use".utf8) { return nil }
                throw LocalPostgresError.programFailed(program: executable, status: status ?? 0, log: tail)
            }
        }
        let tail = log.tail()
        supervisor.stop()
        throw LocalPostgresError.timedOut(program: executable, seconds: options.timeout.seconds, log: tail)
    }

    private func writeFiles(port: Int) throws {
        let configuration = PgBouncerConfiguration(
            options: options, cluster: cluster, port: port, directory: directory)
        let owner = cluster.runUser
        try PrivateFile(path: "\(directory)/pgbouncer.ini").write(configuration.text, owner: owner)
        try PrivateFile(path: "\(directory)/users.txt").write(configuration.users, owner: owner)
        guard let authority else { return }
        try PrivateFile(path: "\(directory)/ca.crt").write(authority.certificatePEM, owner: owner)
        try authority.issue(commonName: "localhost", dnsNames: ["localhost"], ipAddresses: ["127.0.0.1", "::1"])
            .write(
                certificateFile: "\(directory)/server.crt", privateKeyFile: "\(directory)/server.key", owner: owner)
    }
}
