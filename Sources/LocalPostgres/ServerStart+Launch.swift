#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension ServerStart {
    /// Starts the server and waits until it is ready; tries other ports when the first is taken.
    func launch(_ login: inout PasswordFile, remembered: Int?) throws -> Supervisor {
        // An interrupted first start left the port 0.
        var port = options.port ?? remembered.flatMap { $0 > 0 && TCPPort.isFree($0) ? $0 : nil }
        if let wanted = options.port, !TCPPort.isFree(wanted) { throw LocalPostgresError.portInUse(wanted) }
        for _ in 0..<8 {
            let attempt = try port ?? TCPPort.free()
            if let supervisor = try launch(port: attempt) {
                login.port = attempt
                return supervisor
            }
            if let wanted = options.port { throw LocalPostgresError.portInUse(wanted) }
            port = nil
        }
        throw LocalPostgresError.portInUse(0)
    }

    /// Nil when the port is taken.
    private func launch(port: Int) throws -> Supervisor? {
        unlink(directory.log)
        let supervisor = try Supervisor(
            [
                "\(installation.binDirectory)/postgres", "-D", directory.data,
                // On the command line they override ALTER SYSTEM.
                "-c", "port=\(port)", "-c", "listen_addresses=127.0.0.1",
                "-c", "unix_socket_directories=\(directory.runtimePath)",
            ],
            as: directory.user, log: directory.log, stopSignal: directory.isTemporary ? .quit : .interrupt,
            removing: directory.runtimePath, lock: directory.lock)
        let log = PrivateFile(path: directory.log)
        let clock = ContinuousClock()
        let deadline = clock.now + options.timeout
        while clock.now < deadline {
            if let file = PostmasterFile(directory.data), file.isReady,
                file.processIdentifier == supervisor.processIdentifier
            {
                return supervisor
            }
            guard let status = supervisor.exitStatus(within: 5) else { continue }
            let text = log.tail()
            supervisor.release()
            if text.utf8.contains("could not bind".utf8) { return nil }
            throw LocalPostgresError.programFailed(program: "postgres", status: status, log: text)
        }
        let text = log.tail()
        supervisor.stop()
        throw LocalPostgresError.timedOut(program: "postgres", seconds: options.timeout.seconds, log: text)
    }
}
