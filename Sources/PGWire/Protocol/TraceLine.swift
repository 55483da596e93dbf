/// One line of a ``WireTrace``: what a message says.
struct TraceLine: ~Copyable, ~Escapable {
    var text = ""
    /// What the client's next answer in the login is, as all of them have the same type.
    private(set) var login: LoginAnswer
    private var reader: ByteReader
    private let trace: WireTrace

    /// What is sent in a message of the type `p`.
    enum LoginAnswer {
        case unknown, password, saslInitial, sasl, gss
    }

    /// Messages that have no type.
    enum Special {
        case startup, tls, gss, cancel, unknown
    }

    @_lifetime(copy body)
    init(_ body: RawSpan, _ trace: WireTrace, _ login: LoginAnswer) {
        reader = ByteReader(body)
        self.trace = trace
        self.login = login
    }

    /// Direction and length. Of a report in regress mode the length is left out, as it depends on what is left out of it.
    mutating func begin(_ isSent: Bool, _ length: Int, isReport: Bool = false) {
        text += "\(isSent ? "F" : "B")\t\(isReport && trace.isForComparison ? "NN" : "\(length)")\t"
    }

    /// A message with a type.
    mutating func write(type: UInt8, length: Int, isSent: Bool) {
        begin(isSent, length, isReport: !isSent && (type == UInt8(ascii: "E") || type == UInt8(ascii: "N")))
        guard let name = Self.name(type, isSent) else {
            let digits = String(type, radix: 16)
            return text += "Unknown message: \(digits.utf8.count < 2 ? "0" : "")\(digits)"
        }
        do throws(ByteReader.OverrunError) {
            switch type {
            case UInt8(ascii: "R"): try writeAuthentication()
            case UInt8(ascii: "p"): try writeLoginAnswer()
            default:
                text += name
                // libpq has a tab behind the names of those that have fields.
                guard reader.remaining > 0 else { return }
                text += "\t"
                try isSent ? writeFrontend(type) : writeBackend(type)
            }
        } catch {
            text += " …"
        }
    }

    /// A message without a type, and which one it is.
    mutating func writeSpecial(length: Int) -> Special {
        begin(true, length)
        do throws(ByteReader.OverrunError) {
            let (major, minor) = (try reader.read(UInt16.self), try reader.read(UInt16.self))
            let special: Special
            switch (major, minor) {
            case (1234, 5678): special = .cancel
            case (1234, 5679): special = .tls
            case (1234, 5680): special = .gss
            default: special = .startup
            }
            let names: [Special: String] = [
                .cancel: "CancelRequest", .tls: "SSLRequest", .gss: "GSSENCRequest", .startup: "StartupMessage",
            ]
            text += "\(names[special] ?? "")\t \(major) \(minor)"
            if special == .cancel {
                try int32(suppressed: trace.isForComparison)
                try int32(suppressed: trace.isForComparison || !trace.includesSecrets)
            }
            if special == .startup { try strings() }
            return special
        } catch {
            text += "Unknown message"
            return .unknown
        }
    }

    private mutating func writeAuthentication() throws(ByteReader.OverrunError) {
        let code = try reader.read(Int32.self)
        let isHidden = trace.isForComparison || !trace.includesSecrets
        switch code {
        case 0: text += "AuthenticationOk"
        case 3:
            text += "AuthenticationCleartextPassword"
            login = .password
        case 5:
            text += "AuthenticationMD5Password"
            login = .password
        case 7:
            text += "AuthenticationGSS"
            login = .gss
        case 8:
            text += "AuthenticationGSSContinue\t"
            rest(suppressed: isHidden)
            login = .gss
        case 9:
            text += "AuthenticationSSPI"
            login = .gss
        case 10:
            text += "AuthenticationSASL\t"
            login = .saslInitial
            try strings()
            text += " \"\""
        case 11:
            text += "AuthenticationSASLContinue\t"
            rest(suppressed: isHidden)
            login = .sasl
        case 12:
            text += "AuthenticationSASLFinal\t"
            rest(suppressed: isHidden)
        default: text += "Unknown authentication message \(code)"
        }
    }

    private mutating func writeLoginAnswer() throws(ByteReader.OverrunError) {
        let isHidden = trace.isForComparison || !trace.includesSecrets
        switch login {
        case .password:
            text += "PasswordMessage\t"
            try string(suppressed: !trace.includesSecrets)
        // Before it was asked only this one is sent.
        case .saslInitial, .unknown:
            text += "SASLInitialResponse\t"
            try string()
            let count = try int32()
            if count != -1 { try bytes(count, suppressed: isHidden) }
        case .sasl:
            text += "SASLResponse\t"
            rest(suppressed: isHidden)
        case .gss:
            text += "GSSResponse\t"
            rest(suppressed: isHidden)
        }
    }
}

/// The parts that fields consist of.
extension TraceLine {
    var isForComparison: Bool { trace.isForComparison }
    var hidesValues: Bool { !trace.includesValues }
    var hidesSecrets: Bool { !trace.includesSecrets }
    var isAtEnd: Bool { reader.isAtEnd }

    mutating func byte() throws(ByteReader.OverrunError) -> UInt8 {
        let byte = try reader.read(UInt8.self)
        text += " "
        append(byte)
        return byte
    }

    @discardableResult
    mutating func int16() throws(ByteReader.OverrunError) -> Int {
        let number = try reader.read(UInt16.self)
        text += " \(number)"
        return Int(number)
    }

    @discardableResult
    mutating func int32(suppressed: Bool = false) throws(ByteReader.OverrunError) -> Int {
        let number = try reader.read(Int32.self)
        text += suppressed ? " NNNN" : " \(number)"
        return Int(number)
    }

    mutating func string(suppressed: Bool = false) throws(ByteReader.OverrunError) {
        let string = try reader.readCString()
        text += suppressed ? " \"SSSS\"" : " \"\(string.escapingControls)\""
    }

    /// Strings up to an empty one, which is not written.
    mutating func strings() throws(ByteReader.OverrunError) {
        while !reader.isAtEnd {
            let string = try reader.readCString()
            if string.isEmpty, reader.isAtEnd { return }
            text += " \"\(string.escapingControls)\""
        }
    }

    mutating func bytes(_ count: Int, suppressed: Bool) throws(ByteReader.OverrunError) {
        let bytes = try reader.readBytes(count)
        guard !suppressed else { return text += " 'BBBB'" }
        text += " '"
        for byte in bytes { append(byte) }
        text += "'"
    }

    mutating func rest(suppressed: Bool) {
        let bytes = reader.readRemainingBytes()
        guard !suppressed else { return text += " 'BBBB'" }
        text += " '"
        for byte in bytes { append(byte) }
        text += "'"
    }

    private mutating func append(_ byte: UInt8) {
        if (0x20...0x7E).contains(byte) {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            let digits = String(byte, radix: 16)
            text += "\\x\(digits.utf8.count < 2 ? "0" : "")\(digits)"
        }
    }
}
