extension AuthenticationPolicy {
    /// Why a `require_auth` text is none.
    public enum InvalidRequireAuth: Error, Sendable, Equatable {
        case unknownMethod(String)
        case repeatedMethod(String)
        /// `!` stands before some methods but not before all.
        case mixedNegation
        /// Every method that it leaves is one that this driver cannot do.
        case nothingSupported(String)
    }

    /// Reads libpq's `require_auth` (PostgreSQL manual, "Parameter Key Words"): methods that are allowed, or, each with
    /// `!` before it, methods that are not. Nothing means every method.
    ///
    /// `gss`, `sspi` and `oauth` are known, but this driver cannot do them. Whoever lists `password` asks for it in so
    /// many words, so it is then allowed everywhere, and so is `none`; a list of exceptions does not.
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
            } else if !["gss", "sspi", "oauth"].contains(name) {
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
    public var description: String {
        switch self {
        case .unknownMethod(let name):
            "require_auth: “\(name)” is no authentication method; there are none, password, md5, scram-sha-256, gss, "
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
