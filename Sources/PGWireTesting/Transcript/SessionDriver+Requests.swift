package import PGWire

/// How a driver asks.
extension SessionDriver {
    /// Asks again what a client asked: a Query, or a batch that ends in Sync. Terminate only writes.
    package mutating func begin(_ requests: [FrontendRequest]) throws(PGError) {
        var types: [OID] = []
        var statements: [ExtendedQuery.Statement] = []
        for request in requests {
            switch request {
            case .query(let sql): try beginSimple(sql)
            case .parse(let statement, let sql, let numbers):
                types = numbers.map { OID($0) }
                try write { [types] output throws(PGError) in
                    try FrontendMessage.parse(statement: statement, sql: sql, parameterTypes: types, to: &output)
                }
                statements.append(.init(describes: false))
            case .bind(let binding):
                try bind(binding, types)
            case .describe(_, let name):
                try write { output throws(PGError) in try FrontendMessage.describe(.portal, name: name, to: &output) }
                if !statements.isEmpty { statements[statements.count - 1].describes = true }
            case .execute(let portal, let maximumRows):
                try write { output throws(PGError) in
                    try FrontendMessage.execute(portal: portal, maximumRows: maximumRows, to: &output)
                }
            case .sync:
                try write { output throws(PGError) in FrontendMessage.sync(to: &output) }
                noteBatch(statements)
                statements = []
            case .terminate:
                try write { output throws(PGError) in FrontendMessage.terminate(to: &output) }
            default:
                throw .usage("a driver cannot ask \(request.kind.rawValue)")
            }
        }
    }

    /// Asks one statement as the client does: Parse, Bind, Describe, Execute, Sync.
    package mutating func begin(_ sql: String, _ parameters: Parameters, format: Format = .binary) throws(PGError) {
        try write { output throws(PGError) in
            try FrontendMessage.parse(sql: sql, parameterTypes: parameters.types, to: &output)
            try FrontendMessage.bind(parameters: parameters, resultFormat: format, to: &output)
            try FrontendMessage.describe(.portal, to: &output)
            try FrontendMessage.execute(to: &output)
            FrontendMessage.sync(to: &output)
        }
        noteBatch([.init(describes: true)])
    }

    private mutating func bind(_ binding: FrontendRequest.Binding, _ types: [OID]) throws(PGError) {
        var parameters = Parameters()
        for (index, value) in binding.values.enumerated() {
            let type = index < types.count ? types[index] : .unspecified
            let format = index < binding.formats.count ? Format(rawValue: binding.formats[index]) : nil
            parameters.append(encoded: value, type: type, format: format ?? .text)
        }
        let resultFormat = binding.resultFormats.first.flatMap(Format.init(rawValue:)) ?? .text
        try write { [parameters] output throws(PGError) in
            try FrontendMessage.bind(
                portal: binding.portal, statement: binding.statement, parameters: parameters,
                resultFormat: resultFormat, to: &output)
        }
    }

    /// The CancelRequest for this connection; nil when the server gave no key.
    package var cancelRequest: [UInt8]? {
        session.backendKey.map { key in
            var writer = ByteWriter()
            FrontendMessage.cancelRequest(processID: key.processID, secretKey: key.secretKey, to: &writer)
            return writer.bytes
        }
    }
}
