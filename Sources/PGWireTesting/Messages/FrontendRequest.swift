/// What a client sent.
public enum FrontendRequest: Sendable, Hashable {
    /// One of StartupMessage's parameters, whose order is kept.
    public struct StartupParameter: Sendable, Hashable {
        /// The name, such as `user`.
        public var name: String
        /// The value.
        public var value: String

        /// The parameter of this name.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What Bind holds.
    public struct Binding: Sendable, Hashable {
        /// The portal's name; empty for the unnamed one.
        public var portal: String
        /// The statement's name; empty for the unnamed one.
        public var statement: String
        /// The parameters' formats: none, one for all, or one for each.
        public var formats: [Int16]
        /// The parameters; nil is NULL.
        public var values: [[UInt8]?]
        /// The formats that the client wants of the result: none, one for all, or one for each column.
        public var resultFormats: [Int16]

        /// What Bind holds.
        public init(
            portal: String = "", statement: String = "", formats: [Int16] = [], values: [[UInt8]?] = [],
            resultFormats: [Int16] = []
        ) {
            self.portal = portal
            self.statement = statement
            self.formats = formats
            self.values = values
            self.resultFormats = resultFormats
        }
    }

    /// StartupMessage; the version is 196608 for 3.0.
    case startup(version: Int32, parameters: [StartupParameter])
    /// SSLRequest.
    case sslRequest
    /// GSSENCRequest.
    case gssRequest
    /// CancelRequest.
    case cancelRequest(processID: Int32, secretKey: [UInt8])
    /// PasswordMessage, SASLInitialResponse or SASLResponse, which share a type; the body.
    case password([UInt8])
    /// Query.
    case query(String)
    /// Parse; the types are their numbers.
    case parse(statement: String, sql: String, types: [UInt32])
    /// Bind.
    case bind(Binding)
    /// Describe; the target is `S` or `P`.
    case describe(target: Character, name: String)
    /// Execute.
    case execute(portal: String, maximumRows: Int32)
    /// Close; the target is `S` or `P`.
    case close(target: Character, name: String)
    /// Sync.
    case sync
    /// Flush.
    case flush
    /// CopyData.
    case copyData([UInt8])
    /// CopyDone.
    case copyDone
    /// CopyFail.
    case copyFail(String)
    /// FunctionCall; its body.
    case functionCall([UInt8])
    /// Terminate.
    case terminate

    /// Which message it is, by its name in the manual.
    public enum Kind: String, Sendable, CaseIterable {
        case startup = "StartupMessage"
        case sslRequest = "SSLRequest"
        case gssRequest = "GSSENCRequest"
        case cancelRequest = "CancelRequest"
        case password = "PasswordMessage"
        case query = "Query"
        case parse = "Parse"
        case bind = "Bind"
        case describe = "Describe"
        case execute = "Execute"
        case close = "Close"
        case sync = "Sync"
        case flush = "Flush"
        case copyData = "CopyData"
        case copyDone = "CopyDone"
        case copyFail = "CopyFail"
        case functionCall = "FunctionCall"
        case terminate = "Terminate"
    }

    /// Which message it is.
    public var kind: Kind {
        switch self {
        case .startup: .startup
        case .sslRequest: .sslRequest
        case .gssRequest: .gssRequest
        case .cancelRequest: .cancelRequest
        case .password: .password
        case .query: .query
        case .parse: .parse
        case .bind: .bind
        case .describe: .describe
        case .execute: .execute
        case .close: .close
        case .sync: .sync
        case .flush: .flush
        case .copyData: .copyData
        case .copyDone: .copyDone
        case .copyFail: .copyFail
        case .functionCall: .functionCall
        case .terminate: .terminate
        }
    }
}
