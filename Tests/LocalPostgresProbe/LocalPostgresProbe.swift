import LocalPostgres

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Starts a server, says where it is, and waits to be killed. Tests start this program since they cannot kill
/// themselves.
///
///     LocalPostgresProbe [-] [directory]
///
/// `-` puts PgBouncer in front; a directory makes the cluster lasting. Prints `name value` lines and then `ready`;
/// `failed` and the error when there is one. Ends when its standard input does.
@main
enum LocalPostgresProbe {
    static func main() async {
        var options = LocalPostgres.Options()
        var arguments = CommandLine.arguments.dropFirst()
        let hasPooler = arguments.first == "-"
        if hasPooler { arguments = arguments.dropFirst() }
        options.directory = arguments.first
        do {
            let postgres = try await LocalPostgres.start(options)
            print("pid \(postgres.processIdentifier)")
            print("port \(postgres.port)")
            print("directory \(postgres.directory)")
            print("sockets \(postgres.socketDirectory)")
            print("uri \(postgres.connectionURI)")
            let pooler = hasPooler ? try await LocalPgBouncer.start(inFrontOf: postgres) : nil
            if let pooler {
                print("bouncer \(pooler.port)")
                print("log \(pooler.logFile)")
            }
            print("ready")
            fflush(nil)
            while readLine() != nil {}
            await pooler?.stop()
            await postgres.stop()
        } catch {
            print("failed \(error)")
            fflush(nil)
        }
    }
}
