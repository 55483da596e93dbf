import PGWire
import PGWireTesting

/// Ways to log in, or not to.
extension Scenario {
    /// Those of servers that ask for a password in every way (``Target/admit(_:)``).
    static let logins = [
        trust, cleartext, md5, newerProtocol, missingDatabase, roleThatIsFull, terminated, terminatedInCopy,
    ]

    static let trust = login("trust-login", "Is let in without a password.", "trusting")
    static let cleartext = login("cleartext-login", "Is asked for the password itself.", "clear")
    static let md5 = login("md5-login", "Is asked for the MD5 of the password.", "hashed")
    static let roleThatIsFull = login("full-refused-login", "A role that may have no connection.", "full")

    static let missingDatabase: Scenario = {
        var scenario = Scenario("database-refused-login", "Logs in to a database that does not exist.")
        scenario.database = "nowhere"
        return scenario
    }()

    static let newerProtocol: Scenario = {
        var scenario = Scenario("newer-protocol-login", "Asks for protocol 3.2, and takes what it is offered.")
        scenario.versions = .v30 ... .v32
        return scenario
    }()

    static let terminated = Scenario("terminated", "The server ends the connection in the middle of a statement.") {
        session in
        try session.queryToTheEnd("SELECT n, pg_terminate_backend(pg_backend_pid()) FROM generate_series(1, 2) AS n")
    }

    static let terminatedInCopy = Scenario("terminated-copy", "The same in the middle of a COPY.") { session in
        try session.queryToTheEnd(
            "COPY (SELECT n, pg_terminate_backend(pg_backend_pid()) FROM generate_series(1, 2) AS n) TO STDOUT")
    }

    private static func login(_ name: String, _ comment: String, _ user: String) -> Scenario {
        var scenario = Scenario(name, comment)
        scenario.user = user
        return scenario
    }
}
