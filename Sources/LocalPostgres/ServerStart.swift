#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// One start of a server, step by step. Blocks throughout, so it needs a thread of its own.
struct ServerStart {
    let options: LocalPostgres.Options
    let directory: ClusterDirectory
    let installation: PostgresInstallation

    struct Running {
        let login: PasswordFile
        let authority: CertificateAuthority?
        let supervisor: Supervisor
    }

    init(_ options: LocalPostgres.Options) throws {
        try options.validate()
        var options = options
        if let primary = options.primary {
            (options.user, options.password, options.database) = (primary.user, primary.password, primary.database)
            options.installation = primary.installation
        }
        self.options = options
        if let path = options.directory {
            directory = try ClusterDirectory(lasting: path)
        } else {
            directory = try ClusterDirectory(temporaryFor: RunUser.choose(owning: nil))
        }
        do {
            installation = try Self.chooseInstallation(options, directory)
        } catch {
            rmdir(directory.runtimePath)
            throw error
        }
    }

    private static func chooseInstallation(
        _ options: LocalPostgres.Options, _ directory: ClusterDirectory
    ) throws -> PostgresInstallation {
        let existing = directory.major
        if let existing, let wanted = options.installation?.major ?? options.major, wanted != existing {
            throw LocalPostgresError.notACluster(
                path: directory.path, reason: "it was made by PostgreSQL \(existing), not \(wanted).")
        }
        let installation = try options.installation ?? PostgresInstallation.find(major: options.major ?? existing)
        if options.tls == .required, !installation.supportsTLS {
            throw LocalPostgresError.tlsNotSupported(binDirectory: installation.binDirectory)
        }
        if let user = directory.user, !user.canTraverse(installation.binDirectory) {
            throw LocalPostgresError.noUnprivilegedUser(
                "user \(user.user) cannot get to \(installation.binDirectory)")
        }
        return installation
    }

    func run() throws -> LocalPostgres {
        do {
            return LocalPostgres(self, running: try start())
        } catch {
            // No process is left. The files of a failed throwaway cluster are useless: the end of the log is in the
            // error.
            try? removeRuntimeDirectory()
            throw error
        }
    }

    private func removeRuntimeDirectory() throws {
        guard access(directory.runtimePath, F_OK) == 0 else { return }
        _ = try ChildProcess.output(
            of: (directory.user?.launcher() ?? []) + ["/bin/rm", "-rf", "--", directory.runtimePath])
    }

    private func start() throws -> Running {
        let stored = directory.file("pgpass").read().flatMap(PasswordFile.init)
        try refuseOtherServer()
        var login = try login(stored: stored)
        let initialization = ClusterInitialization(
            installation: installation, directory: directory, timeout: options.timeout)
        if directory.major == nil {
            // The password first: a cluster without its password is useless.
            try directory.file("pgpass").write(login.text, owner: directory.user)
            if let primary = options.primary {
                try initialization.copyCluster(of: primary)
            } else {
                try initialization.makeCluster(
                    user: login.user, password: login.password, method: options.authenticationMethod)
            }
        }
        let hasTLS = options.tls != .off && installation.supportsTLS
        let authority = hasTLS ? try ServerCertificates.prepare(in: directory) : nil
        let durability = options.durability ?? (directory.isTemporary ? .throwaway : .durable)
        let configuration = ServerConfiguration(
            options: options, isDurable: durability == .durable, certificates: hasTLS ? directory.path : nil)
        try PrivateFile(path: directory.data + "/local_postgres.conf").write(
            configuration.settings, owner: directory.user)
        try PrivateFile(path: directory.data + "/pg_hba.conf").write(configuration.hba, owner: directory.user)
        // A standby has the databases of its primary.
        if options.primary == nil { try initialization.makeDatabase(options.database) }
        let supervisor = try launch(&login, remembered: stored?.port)
        try directory.file("pgpass").write(login.text, owner: directory.user)
        return Running(login: login, authority: authority, supervisor: supervisor)
    }

    private func login(stored: PasswordFile?) throws -> PasswordFile {
        guard directory.major != nil else {
            return PasswordFile(
                port: 0, user: options.user, password: options.password ?? PasswordFile.randomPassword())
        }
        guard let stored else {
            throw LocalPostgresError.notACluster(path: directory.path, reason: "its file pgpass is missing.")
        }
        guard stored.user == options.user, stored.password == options.password ?? stored.password else {
            throw LocalPostgresError.invalidOption(
                "\(directory.path) was made for user \(stored.user) with a password of its own; leave them out.")
        }
        return stored
    }

    /// The lock is free, so a server on this data is one whose supervisor was killed, or another program's.
    private func refuseOtherServer() throws {
        guard let process = PostmasterFile(directory.data)?.processIdentifier else { return }
        var path = [CChar](repeating: 0, count: 4096)
        // On systems without /proc this cannot be checked; there the server itself refuses.
        guard readlink("/proc/\(process)/cwd", &path, path.count - 1) > 0 else { return }
        let current = String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        if current == directory.data {
            throw LocalPostgresError.directoryInUse(path: directory.path, processIdentifier: process)
        }
    }
}
