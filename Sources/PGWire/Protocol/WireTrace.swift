/// Shows each message that is sent or comes, one line each, in the format of libpq's `PQtrace`: direction, length, name, fields.
///
/// ```
/// F	21	Query	 "SELECT 1 AS one"
/// B	28	RowDescription	 1 "one" 0 0 23 4 -1 0
/// B	11	DataRow	 1 1 '1'
/// B	13	CommandComplete	 "SELECT 1"
/// B	5	ReadyForQuery	 I
/// ```
/// It is for somebody who looks for an error, on one connection: the lines of several ones are mixed. What stands in place of what
/// is not shown is what libpq writes in its regression mode: `"SSSS"` for text, `'BBBB'` for bytes, `NNNN` for a number.
///
/// Other than in libpq, control characters in texts are escaped, as a server could forge lines by them; of a message of more than
/// 1 MiB no fields are shown; and a message that libpq does not read to its end has no line about that.
public struct WireTrace: Sendable {
    /// Whether each line begins with the time, to the microsecond, as it is here.
    public var showsTimestamps = true
    /// Whether what differs from one run to the next is left out (libpq's `PQTRACE_REGRESS_MODE`): OIDs, process IDs, and where in
    /// the server's source an error comes from.
    public var isForComparison = false
    /// Whether values are shown: those of parameters, rows, COPY and notifications, and the details of errors, which may quote
    /// them. libpq shows them. What is written in the text of a statement is shown anyway.
    public var includesValues = false
    /// Whether passwords, the messages of SASL and the keys of cancel requests are shown. libpq shows them.
    public var includesSecrets = false
    let sink: @Sendable (String) -> Void

    /// A trace whose lines go to `sink`, without the line's end. It is called in the task that uses the connection, and should be
    /// quick.
    public init(_ sink: @escaping @Sendable (_ line: String) -> Void) { self.sink = sink }
}

/// Makes lines of the bytes of one connection.
package struct WireTracer: ~Copyable {
    private let trace: WireTrace
    private let time: () -> String
    private var sent = Stream()
    private var received = Stream()
    private var login = Login()

    /// What was asked by a message that has no type, so that a single byte is the answer.
    private enum Question: String {
        case tls = "SSLResponse"
        case gss = "GSSENCResponse"
    }

    private struct Login {
        /// Whether the startup message is still to come, and with it all messages that have a type.
        var isToBegin = true
        var question: Question?
        var answer = TraceLine.LoginAnswer.unknown
    }

    /// What has come of one direction.
    private struct Stream {
        var bytes: [UInt8] = []
        /// How much of a long message is still to be passed over.
        var skipped = 0
        /// Whether it is not understood any more.
        var isLost = false
    }

    /// More than that is not kept of one message.
    private static let maximumSize = 1 << 20

    /// - Parameter time: what to write in front of a line.
    package init(_ trace: WireTrace, time: @escaping () -> String) {
        self.trace = trace
        self.time = time
    }

    /// Takes bytes, in pieces of any size.
    package mutating func take(_ bytes: RawSpan, isSent: Bool) {
        var stream = isSent ? sent : received
        if isSent { sent.bytes = [] } else { received.bytes = [] }
        let skipped = min(stream.skipped, bytes.byteCount)
        stream.skipped -= skipped
        if !stream.isLost { stream.bytes += [UInt8](copying: bytes.extracting(droppingFirst: skipped)) }
        var start = 0
        while start < stream.bytes.count, let size = next(&stream, from: start, isSent) { start += size }
        stream.bytes.removeFirst(min(start, stream.bytes.count))
        if isSent { sent = stream } else { received = stream }
    }

    /// Writes the message at `start`, and says how long it is; nil when it is not complete.
    private mutating func next(_ stream: inout Stream, from start: Int, _ isSent: Bool) -> Int? {
        let rest = stream.bytes[start...]
        if !isSent, let question = login.question, let answer = rest.first, "SNG".utf8.contains(answer) {
            login.question = nil
            write("B\t1\t\(question.rawValue)\t \(Unicode.Scalar(answer))")
            return 1
        }
        let header = isSent && login.isToBegin ? 0 : 1
        guard rest.count >= header + 4 else { return nil }
        let length = rest.dropFirst(header).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length >= 4, length < 1 << 31 else {
            write("\(isSent ? "F" : "B")\t\(length)\tUnknown message")
            stream = Stream(isLost: true)
            return nil
        }
        let size = header + length
        guard rest.count >= size else {
            guard size > Self.maximumSize else { return nil }
            writeLong(rest, length, isSent)
            stream.skipped = size - rest.count
            return rest.count
        }
        let message = Array(rest.prefix(size))
        if header == 0 {
            write(special: message)
        } else {
            write(message, isSent)
        }
        return size
    }

    private func write(_ line: String) { trace.sink(trace.showsTimestamps ? "\(time())\t\(line)" : line) }

    private mutating func write(_ message: [UInt8], _ isSent: Bool) {
        if message.count > Self.maximumSize { return writeLong(message[...], message.count - 1, isSent) }
        var line = unsafe TraceLine(message.span.bytes.extracting(droppingFirst: 5), trace, login.answer)
        line.write(type: message[0], length: message.count - 1, isSent: isSent)
        login.answer = line.login
        write(line.text)
    }

    private func writeLong(_ message: ArraySlice<UInt8>, _ length: Int, _ isSent: Bool) {
        var line = TraceLine(RawSpan(), trace, .unknown)
        line.begin(isSent, length)
        line.text += "\(TraceLine.name(message.first ?? 0, isSent) ?? "Unknown message")\t …"
        write(line.text)
    }

    /// A message without a type.
    private mutating func write(special message: [UInt8]) {
        var line = unsafe TraceLine(message.span.bytes.extracting(droppingFirst: 4), trace, .unknown)
        switch line.writeSpecial(length: message.count) {
        case .tls: login.question = .tls
        case .gss: login.question = .gss
        case .startup: login = Login(isToBegin: false)
        case .cancel, .unknown: break
        }
        write(line.text)
    }
}
