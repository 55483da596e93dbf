extension ScriptedServer.Step {
    /// Plays the server's side of a transcript: lets the client in without a password, then receives messages of the
    /// kinds that the transcript's client sent, and answers what its server answered.
    ///
    /// CancelRequest, which would come by another connection, is not waited for.
    public static func replay(_ transcript: Transcript) -> Self {
        Self("replay a transcript of \(transcript.server)") { connection in
            let flights = try transcript.flights()
            let isOk: (WireMessage) -> Bool = { $0 == .authenticationOk }
            guard let login = flights.firstIndex(where: { $0.received.contains(where: isOk) }) else {
                throw ScriptFailure("nobody is let in, in this transcript")
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
