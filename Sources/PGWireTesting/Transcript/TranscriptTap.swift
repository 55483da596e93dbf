import PGWire

/// Records a transcript from the bytes sent and received, in pieces of any size.
package struct TranscriptTap: ~Copyable {
    /// The transcript so far.
    package private(set) var transcript: Transcript
    private var requests = FrontendDecoder()
    private var input = InputBuffer()
    private var framer = MessageFramer()
    /// The last authentication request of the server, as the client's answers share a type.
    private var asked: BackendMessage.Authentication?

    /// Appends to `transcript`.
    package init(_ transcript: Transcript) {
        self.transcript = transcript
        // Accepts any message, to record it.
        framer.phase = .established
    }

    /// Notes what the client sent.
    package mutating func sent(_ bytes: [UInt8]) throws {
        requests.append(bytes)
        while let message = try requests.nextMessage() {
            transcript.entries.append(.init(.client, name(try FrontendRequest(message)), message.bytes))
        }
    }

    /// Notes a CancelRequest, sent by another connection.
    package mutating func cancelled(_ bytes: [UInt8]) {
        transcript.entries.append(.init(.canceller, FrontendRequest.Kind.cancelRequest.rawValue, bytes))
    }

    /// Notes what the client received.
    package mutating func received(_ bytes: [UInt8]) throws {
        input.append(bytes.rawSpan)
        while case .frame(let frame) = try framer.next(in: input.span) {
            let message = try BackendMessage(frame, in: input.span)
            if case .authentication(let request) = message { asked = request }
            let whole = [UInt8](copying: input.span.extracting(0..<frame.body.upperBound))
            transcript.entries.append(.init(.server, message.name, whole))
            input.consume(frame.body.upperBound)
        }
    }

    private func name(_ request: FrontendRequest) -> String {
        switch (request, asked) {
        case (.password, .sasl): "SASLInitialResponse"
        case (.password, .saslContinue): "SASLResponse"
        default: request.kind.rawValue
        }
    }
}
