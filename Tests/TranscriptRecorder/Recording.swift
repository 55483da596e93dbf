import PGWire
import PGWireTesting

/// One session with a server that is being written down.
struct Recording: ~Copyable {
    private let target: Target
    private let link: Link
    private var driver: SessionDriver
    private var tap: TranscriptTap

    /// Connects and logs in.
    static func start(_ target: Target, _ scenario: Scenario) throws -> Recording {
        let link = try target.connect()
        var transcript = Transcript()
        transcript.comment = [scenario.comment]
        transcript.server = target.name
        transcript.tls = link.tlsVersion
        transcript.user = scenario.user
        transcript.password = scenario.password
        // Not random: recorded again, only what the server says differs.
        transcript.nonce = "nonceOfTheRecordedClient"
        transcript.endpointHash = link.endpointHash
        var recording = Recording(
            target: target, link: link, driver: try driver(transcript, scenario),
            tap: TranscriptTap(transcript))
        try recording.finish()
        return recording
    }

    private static func driver(_ transcript: Transcript, _ scenario: Scenario) throws -> SessionDriver {
        var login = transcript.login()
        login.versions = scenario.versions
        return try SessionDriver(
            login,
            parameters: [
                ("user", scenario.user), ("database", scenario.database), ("client_encoding", "UTF8"),
                ("application_name", "pgwire-record"),
            ]
        ) { challenge in
            let prepared = SASLprep.passwordBytes(Array(scenario.password.utf8))
            let derivation = PBKDF2(password: prepared, salt: challenge.salt, iterations: challenge.iterations)
            return SCRAMKeys(saltedPassword: derivation.result)
        }
    }

    /// A simple query and its answers.
    mutating func simple(_ sql: String) throws {
        try driver.beginSimple(sql)
        try finish()
    }

    /// A query with parameters and its answers.
    mutating func query(_ sql: String, _ parameters: Parameters = Parameters()) throws {
        try driver.begin(sql, parameters)
        try finish()
    }

    /// A query in the middle of which the server ends the connection.
    mutating func queryToTheEnd(_ sql: String) throws {
        try driver.begin(sql, Parameters())
        try send()
        while true {
            let bytes = try link.receive()
            guard !bytes.isEmpty else { return }
            try tap.received(bytes)
            try driver.receive(bytes)
        }
    }

    /// A COPY FROM STDIN and its data, each piece a message, and then CopyDone, or CopyFail for this reason.
    mutating func copyIn(_ sql: String, _ pieces: [[UInt8]], failure: String? = nil) throws {
        driver.givesCopyData = true
        try driver.beginSimple(sql)
        try send()
        while !driver.awaitsCopyData, !driver.isIdle { try receive() }
        driver.givesCopyData = false
        guard driver.awaitsCopyData else { return }
        try driver.begin(
            pieces.map(FrontendRequest.copyData) + [failure.map(FrontendRequest.copyFail) ?? .copyDone])
        try finish()
    }

    /// Several statements, with a Sync at the end.
    mutating func batch(_ requests: [FrontendRequest]) throws {
        try driver.begin(requests)
        try finish()
    }

    /// A statement that raises a notice when it is under way, and is cancelled then.
    mutating func cancelled(_ sql: String) throws {
        try driver.begin(sql, Parameters())
        try send()
        driver.events.removeAll()
        while !driver.events.contains(where: { if case .notice = $0 { true } else { false } }) { try receive() }
        guard let request = driver.cancelRequest else { throw Link.Failure(description: "no key to cancel by") }
        tap.cancelled(request)
        let other = try target.connect()
        try other.send(request)
        while try !other.receive().isEmpty {}
        try finish()
    }

    /// Says goodbye.
    consuming func close() throws -> Transcript {
        if driver.isIdle {
            try driver.begin([.terminate])
            try send()
        }
        return tap.transcript
    }

    private mutating func finish() throws {
        try send()
        while !driver.isIdle {
            do {
                try receive()
            } catch SessionDriver.Failure.startup(.server) {
                // A login that is refused is a recording too.
                return
            }
            try send()
        }
    }

    private mutating func send() throws {
        let output = driver.takeOutput()
        guard !output.isEmpty else { return }
        try tap.sent(output)
        try link.send(output)
    }

    private mutating func receive() throws {
        let bytes = try link.receive()
        guard !bytes.isEmpty else { throw Link.Failure(description: "the server has closed the connection") }
        try tap.received(bytes)
        try driver.receive(bytes)
    }
}
