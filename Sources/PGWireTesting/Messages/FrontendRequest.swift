/// A message of a client.
public enum FrontendRequest: Sendable, Hashable {
    /// A parameter of StartupMessage.
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

    /// The fields of Bind.
    public struct Binding: Sendable, Hashable {
        /// The portal's name; empty for the unnamed one.
        public var portal: String
        /// The statement's name; empty for the unnamed one.
        public var statement: String
        /// The format codes of the parameters: none, one for all, or one for each.
        public var formats: [Int16]
        /// The parameters; nil is NULL.
        public var values: [[UInt8]?]
        /// The format codes of the result: none, one for all, or one for each column.
        public var resultFormats: [Int16]

        /// The fields of Bind.
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
    /// Parse; the types are OIDs.
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

    /// The kinds of messages; the raw value is the name in the manual.
    public enum Kind: String, Sendable, CaseIterable {
        /// StartupMessage.
        case startup = "StartupMessage"
        /// SSLRequest.
        case sslRequest = "SSLRequest"
        /// GSSENCRequest.
        case gssRequest = "GSSENCRequest"
        /// CancelRequest.
        case cancelRequest = "CancelRequest"
        /// PasswordMessage.
        case password = "PasswordMessage"
        /// Query.
        case query = "Query"
        /// Parse.
        case parse = "Parse"
        /// Bind.
        case bind = "Bind"
        /// Describe.
        case describe = "Describe"
        /// Execute.
        case execute = "Execute"
        /// Close.
        case close = "Close"
        /// Sync.
        case sync = "Sync"
        /// Flush.
        case flush = "Flush"
        /// CopyData.
        case copyData = "CopyData"
        /// CopyDone.
        case copyDone = "CopyDone"
        /// CopyFail.
        case copyFail = "CopyFail"
        /// FunctionCall.
        case functionCall = "FunctionCall"
        /// Terminate.
        case terminate = "Terminate"
    }

    /// The kind of the message.
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
