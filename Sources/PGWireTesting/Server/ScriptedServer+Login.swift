import PGWire

/// Steps of the startup phase.
extension ScriptedServer.Step {
    /// Receives the StartupMessage. Refuses SSLRequest and GSSENCRequest before it.
    public static let startup = Self("receive the StartupMessage") { connection in
        while true {
            switch try connection.receive() {
            case .startup: return
            case .sslRequest, .gssRequest: try connection.send(Array("N".utf8))
            case let request:
                throw ScriptFailure("StartupMessage was expected, but \(request.kind.rawValue) came")
            }
        }
    }

    /// Receives SSLRequest and answers with these bytes: `N` refuses TLS, `S` accepts it (but there is none); further
    /// bytes are what a man in the middle would inject.
    public static func answerToSSLRequest(_ bytes: [UInt8]) -> Self {
        Self("answer to SSLRequest") { connection in
            try connection.expect(.sslRequest)
            try connection.send(bytes)
        }
    }

    /// Receives bytes and answers as an HTTP server.
    public static let answerAsHTTPServer = Self("answer as an HTTP server") { connection in
        _ = try connection.receiveBytes()
        try connection.send(
            Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
    }

    /// Accepts the client without a password.
    public static let trust = Self("trust") { connection in
        try startup.run(connection)
        try connection.send(WireMessage.greeting)
    }

    /// Asks for a cleartext password, and accepts the client if it is this one.
    public static func cleartext(password: String) -> Self {
        Self("ask for a cleartext password") { connection in
            try startup.run(connection)
            try connection.send(.authenticationCleartextPassword)
            try check(connection, Array(password.utf8))
        }
    }

    /// Asks for the MD5 of the password, and accepts the client if it is of this one.
    public static func md5(user: String, password: String, salt: [UInt8] = [1, 2, 3, 4]) -> Self {
        Self("ask for the password's MD5") { connection in
            try startup.run(connection)
            try connection.send(.authenticationMD5Password(salt: salt))
            try check(
                connection, MD5.postgresResponse(user: Array(user.utf8), password: Array(password.utf8), salt: salt))
        }
    }

    private static func check(_ connection: ServerConnection, _ expected: [UInt8]) throws {
        guard case .password(let answer) = try connection.receive(), answer == expected + [0] else {
            try connection.send(.errorResponse("28P01", "password authentication failed", severity: "FATAL"))
            throw ScriptFailure("another password came than was expected")
        }
        try connection.send(WireMessage.greeting)
    }
}
