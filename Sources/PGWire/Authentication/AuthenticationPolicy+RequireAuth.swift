extension AuthenticationPolicy {
    /// Why the text of `require_auth` is invalid.
    public enum InvalidRequireAuth: Error, Sendable, Equatable {
        /// The text names a method that does not exist.
        case unknownMethod(String)
        /// The text names a method twice.
        case repeatedMethod(String)
        /// Some methods are negated by `!`, but not all.
        case mixedNegation
        /// This driver supports none of the methods that it allows.
        case nothingSupported(String)
    }

    /// Parses libpq's `require_auth` (manual: "Parameter Key Words"): the allowed methods, or, each negated by `!`,
    /// the disallowed ones. Empty text allows every method.
    ///
    /// `gss` and `sspi` are valid, but this driver does not support them. A list that names `password` or
    /// `none` allows it on every connection; a list of negated methods does not.
    ///
    /// - Throws: ``InvalidRequireAuth``.
    public init(
        requireAuth text: String, channelBinding: ChannelBinding = .prefer
    ) throws(InvalidRequireAuth) {
        self.init(channelBinding: channelBinding)
        guard !text.isEmpty else { return }
        let words = text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false).map(Substring.init)
        let isDenyList = text.utf8.first == UInt8(ascii: "!")
        var methods: Set<AuthenticationMethod> = []
        var seen: Set<Substring> = []
        for word in words {
            guard (word.utf8.first == UInt8(ascii: "!")) == isDenyList else { throw .mixedNegation }
            let name = isDenyList ? Substring(word.unicodeScalars.dropFirst()) : word
            guard seen.insert(name).inserted else { throw .repeatedMethod(String(name)) }
            if let method = AuthenticationMethod(rawValue: String(name)) {
                methods.insert(method)
            } else if !["gss", "sspi"].contains(name) {
                throw .unknownMethod(String(name))
            }
        }
        allowed = isDenyList ? allowed.subtracting(methods) : methods
        if allowed.isEmpty { throw .nothingSupported(text) }
        keepsCleartextPrivate = isDenyList || !methods.contains(.password)
        refusesUnprovenServers = isDenyList || !methods.contains(.none)
    }
}

extension AuthenticationPolicy.InvalidRequireAuth: CustomStringConvertible {
    /// One sentence: what is wrong with the text.
    public var description: String {
        switch self {
        case .unknownMethod(let name):
            "require_auth: “\(name)” is not an authentication method; the methods are none, password, md5, scram-sha-256, gss, "
                + "sspi and oauth."
        case .repeatedMethod(let name):
            "require_auth: “\(name)” is there twice."
        case .mixedNegation:
            "require_auth: either all methods are written with ! or none."
        case .nothingSupported(let text):
            "require_auth: “\(text)” leaves no method that this driver can do."
        }
    }
}
