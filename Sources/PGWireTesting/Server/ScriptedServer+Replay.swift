extension ScriptedServer.Step {
    /// Replays the server's side of a transcript: accepts the client without a password, then expects messages of the
    /// same kinds as in the transcript, and answers them as its server did.
    ///
    /// CancelRequest, which uses another connection, is not expected.
    public static func replay(_ transcript: Transcript) -> Self {
        Self("replay a transcript of \(transcript.server)") { connection in
            let flights = try transcript.flights()
            let isOk: (WireMessage) -> Bool = { $0 == .authenticationOk }
            guard let login = flights.firstIndex(where: { $0.received.contains(where: isOk) }) else {
                throw ScriptFailure("no login succeeds in this transcript")
            }
            try startup.run(connection)
            try connection.send(Array(flights[login].received.drop { !isOk($0) }))
            for flight in flights.dropFirst(login + 1) {
                for request in flight.requests { try connection.expect(request.kind) }
                try connection.send(flight.received)
            }
        }
    }
}
