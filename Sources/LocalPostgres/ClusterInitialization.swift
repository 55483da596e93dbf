#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Makes a cluster and databases with the installation's programs, without a running server.
struct ClusterInitialization {
    let installation: PostgresInstallation
    let directory: ClusterDirectory
    let timeout: Duration

    /// Runs `initdb` to make the cluster in `data`.
    func makeCluster(user: String, password: String, method: LocalPostgres.Options.AuthenticationMethod) throws {
        if access(directory.newData, F_OK) == 0 {
            try run("/bin/rm", ["-rf", "--", directory.newData])
        }
        let passwordFile = directory.file("initdb.password")
        try passwordFile.write(password + "\n", owner: directory.user)
        defer { unlink(passwordFile.path) }
        try run(
            "\(installation.binDirectory)/initdb",
            [
                "-D", directory.newData, "-U", user, "--pwfile", passwordFile.path, "-A", method.rawValue,
                "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions",
            ])
        let file = PrivateFile(path: directory.newData + "/postgresql.conf")
        try file.write(
            (file.read() ?? "") + "\ninclude_if_exists = 'local_postgres.conf'\n", owner: directory.user)
        try systemCall("rename", directory.newData) { rename(directory.newData, directory.data) }
    }

    /// Runs `pg_basebackup` to make the cluster in `data` a standby of another one, which has to be running.
    func copyCluster(of primary: LocalPostgres) throws {
        if access(directory.newData, F_OK) == 0 {
            try run("/bin/rm", ["-rf", "--", directory.newData])
        }
        // With -R, the standby connects as this does.
        let server = [
            ("host", primary.host), ("port", "\(primary.port)"), ("user", primary.user),
            ("passfile", primary.passwordFile),
        ]
        try run(
            "\(installation.binDirectory)/pg_basebackup",
            [
                "-D", directory.newData, "-R", "-X", "stream", "-c", "fast", "--no-sync", "--no-password", "-d",
                server.map { "\($0)='\($1)'" }.joined(separator: " "),
            ])
        try systemCall("rename", directory.newData) { rename(directory.newData, directory.data) }
    }

    /// Makes the database if it is missing, with a server in single-user mode, which needs no password.
    func makeDatabase(_ name: String) throws {
        if name == "postgres" || name == "template1" { return }
        let statement = directory.file("create.sql")
        try statement.write("CREATE DATABASE \(name.quoted(by: "\""))\n", owner: directory.user)
        defer { unlink(statement.path) }
        let output = try run(
            "\(installation.binDirectory)/postgres",
            [
                "--single", "-F", "-D", directory.data, "-c", "log_error_verbosity=verbose", "-c", "ssl=off",
                "-c", "log_min_messages=warning", "-c", "logging_collector=off", "postgres",
            ], input: statement.path)
        // In this mode the exit status does not report errors. 42P04 is duplicate_database.
        if output.utf8.contains("ERROR:  ".utf8), !output.utf8.contains("ERROR:  42P04".utf8) {
            throw LocalPostgresError.programFailed(program: "postgres --single", status: 0, log: output)
        }
    }

    @discardableResult
    private func run(_ program: String, _ arguments: [String], input: String = "/dev/null") throws -> String {
        let log = directory.file("initialization.log")
        defer { unlink(log.path) }
        let supervisor = try Supervisor(
            [program] + arguments, as: directory.user, input: input, log: log.path, stopSignal: .terminate,
            removing: directory.runtimePath, lock: directory.lock)
        guard let status = supervisor.exitStatus(within: timeout.milliseconds) else {
            let text = log.tail()
            supervisor.stop()
            throw LocalPostgresError.timedOut(program: program, seconds: timeout.seconds, log: text)
        }
        supervisor.release()
        guard status == 0 else {
            throw LocalPostgresError.programFailed(program: program, status: status, log: log.tail())
        }
        return log.read() ?? ""
    }
}

extension Duration {
    /// In milliseconds, rounded down, and at most what `poll` accepts. Not shared with PGWire, as this module depends
    /// on nothing.
    var milliseconds: Int32 {
        Int32(clamping: components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }

    var seconds: Double { Double(milliseconds) / 1000 }
}
