import PGWire
import PGWireTesting
import Testing

extension NotificationEvent {
    /// The payload of a notification; nil for any other event.
    var payload: String? {
        if case .notification(let notification) = self { notification.payload } else { nil }
    }
}

extension Notifications {
    /// The next payloads; fails for any other event.
    func payloads(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String] {
        var seen: [String] = []
        guard count > 0 else { return seen }
        for try await event in self {
            seen.append(try #require(event.payload, "\(event)", sourceLocation: sourceLocation))
            if seen.count == count { break }
        }
        return seen
    }

    /// The next event.
    func next() async throws -> NotificationEvent {
        var iterator = makeAsyncIterator()
        return try #require(try await iterator.next())
    }
}

/// What scripted servers do for one who listens.
enum Listening {
    typealias Step = ScriptedServer.Step

    static let listened = Step.answer(.commandComplete("LISTEN"), .readyForQuery())

    static func message(_ payload: String) -> WireMessage {
        .notificationResponse(processID: 7, channel: "c", payload: payload)
    }

    static func configuration(_ server: ScriptedServer) -> Connection.Configuration {
        var configuration = Connection.Configuration(
            host: "127.0.0.1", port: server.port, user: "anybody", tls: .disabled)
        configuration.connectTimeout = .seconds(10)
        configuration.poolerMode = .direct
        return configuration
    }

    /// Listens to a server that answers LISTEN and then does these steps.
    static func run<R>(
        _ steps: [Step], _ change: (inout Notifications.Options) -> Void = { _ in },
        _ body: (Notifications) async throws -> R
    ) async throws -> R {
        var options = Notifications.Options()
        options.giveUpAfter = .zero
        change(&options)
        return try await ScriptedServer.run([.trust, listened] + steps) { server in
            try await Connection.listen(to: ["c"], configuration(server), options, body)
        }
    }
}
