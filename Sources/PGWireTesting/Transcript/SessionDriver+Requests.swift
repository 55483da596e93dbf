package import PGWire

/// Requests of a driver.
extension SessionDriver {
    /// Sends the requests of a transcript again: a Query, a batch that ends in Sync, or the data of a COPY. Terminate
    /// is only written.
    package mutating func begin(_ requests: [FrontendRequest]) throws(PostgresError) {
        var batch = Batch()
        for request in requests {
            switch request {
            case .query(let sql): try beginSimple(sql)
            case .close(_, let name):
                try write { output throws(PostgresError) in
                    try FrontendMessage.close(.statement, name: name, to: &output)
                }
                batch.closes += 1
            case .parse(let name, let sql, let numbers):
                let types = numbers.map { OID($0) }
                try write { output throws(PostgresError) in
                    try FrontendMessage.parse(statement: name, sql: sql, parameterTypes: types, to: &output)
                }
                batch.parse(types)
            case .bind(let binding):
                try bind(binding, batch.types)
                batch.bind(binding.statement, known[binding.statement])
            case .describe(_, let name):
                try write { output throws(PostgresError) in
                    try FrontendMessage.describe(.portal, name: name, to: &output)
                }
                batch.describe()
            case .execute(let portal, let maximumRows):
                try write { output throws(PostgresError) in
                    try FrontendMessage.execute(portal: portal, maximumRows: maximumRows, to: &output)
                }
            case .sync:
                try write { output throws(PostgresError) in FrontendMessage.sync(to: &output) }
                batch.sync()
            case .copyData(let bytes):
                try write { output throws(PostgresError) in
                    output.write(UInt8(ascii: "d"))
                    output.write(UInt32(truncatingIfNeeded: bytes.count + 4))
                    output.write(bytes)
                }
            case .copyDone:
                try write { output throws(PostgresError) in FrontendMessage.copyDone(to: &output) }
                noteCopyEnd(isDone: true)
            case .copyFail(let reason):
                try write { output throws(PostgresError) in try FrontendMessage.copyFail(reason, to: &output) }
                noteCopyEnd(isDone: false)
            case .terminate:
                try write { output throws(PostgresError) in FrontendMessage.terminate(to: &output) }
            default:
                throw .usage("a driver cannot ask \(request.kind.rawValue)")
            }
        }
        if batch.hasSync { noteBatch(batch.statements, batch.sent) }
    }

    /// A batch that is assembled from its messages.
    private struct Batch {
        var statements: [ExtendedQuery.Statement] = []
        var sent: [Sent] = []
        /// The types of the parameters, as the last Parse declared them.
        var types: [OID] = []
        var closes = 0
        var hasSync = false
        private var parses = false

        mutating func parse(_ types: [OID]) {
            self.types = types
            parses = true
        }

        /// `columns` are known when no Describe follows.
        mutating func bind(_ name: String, _ columns: Columns?) {
            var statement = ExtendedQuery.Statement(describes: false)
            statement.closes = closes
            statement.parses = parses
            statement.columnCount = columns?.count
            closes = 0
            parses = false
            statements.append(statement)
            sent.append(Sent(name: name, columns: columns))
        }

        mutating func describe() {
            guard !statements.isEmpty else { return }
            statements[statements.count - 1].describes = true
            statements[statements.count - 1].columnCount = nil
            sent[sent.count - 1].columns = nil
        }

        mutating func sync() {
            hasSync = true
            if !statements.isEmpty { statements[statements.count - 1].syncs = true }
        }
    }

    /// Sends one statement as the client does: Parse, Bind, Describe, Execute, Sync.
    package mutating func begin(_ sql: String, _ parameters: Parameters, format: FormatCode = .binary)
        throws(PostgresError)
    {
        try write { output throws(PostgresError) in
            try FrontendMessage.parse(sql: sql, parameterTypes: parameters.types, to: &output)
            try FrontendMessage.bind(parameters: parameters, resultFormats: ResultFormats([format]), to: &output)
            try FrontendMessage.describe(.portal, to: &output)
            try FrontendMessage.execute(to: &output)
            FrontendMessage.sync(to: &output)
        }
        noteBatch([.init(describes: true)])
    }

    private mutating func bind(_ binding: FrontendRequest.Binding, _ types: [OID]) throws(PostgresError) {
        var parameters = Parameters()
        for (index, value) in binding.values.enumerated() {
            let type = index < types.count ? types[index] : .unspecified
            let format = index < binding.formats.count ? FormatCode(rawValue: binding.formats[index]) : nil
            parameters.append(encoded: value, type: type, format: format ?? .text)
        }
        let resultFormat = binding.resultFormats.first.flatMap(FormatCode.init(rawValue:)) ?? .text
        try write { [parameters] output throws(PostgresError) in
            try FrontendMessage.bind(
                portal: binding.portal, statement: binding.statement, parameters: parameters,
                resultFormats: ResultFormats([resultFormat]), to: &output)
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
