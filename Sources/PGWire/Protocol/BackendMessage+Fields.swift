/// The messages whose bodies are lists. Every count is checked against the bytes that came before memory is allocated.
extension BackendMessage {
    static func errorFields(_ reader: inout ByteReader) throws -> [UInt8: String] {
        var fields: [UInt8: String] = [:]
        while true {
            let code = try reader.read(UInt8.self)
            if code == 0 { return fields }
            fields[code] = try reader.readCString()
        }
    }

    static func rowDescription(_ reader: inout ByteReader) throws -> Columns {
        let count = Int(try reader.read(UInt16.self))
        var columns: [Column] = []
        // A column takes at least 19 bytes.
        columns.reserveCapacity(min(count, reader.remaining / 19))
        for _ in 0..<count {
            let name = try reader.readCString()
            let table = try reader.read(UInt32.self)
            let attribute = try reader.read(Int16.self)
            let type = OID(try reader.read(UInt32.self))
            let size = try reader.read(Int16.self)
            let modifier = try reader.read(Int32.self)
            let code = try reader.read(Int16.self)
            guard let format = FormatCode(rawValue: code) else {
                throw ProtocolViolation("RowDescription gives column \"\(name)\" the unknown format \(code)")
            }
            columns.append(
                Column(
                    name: name, type: type, format: format, tableOID: table, attributeNumber: attribute, typeSize: size,
                    typeModifier: modifier))
        }
        return Columns(columns)
    }

    static func parameterDescription(_ reader: inout ByteReader) throws -> [OID] {
        let count = Int(try reader.read(UInt16.self))
        var types: [OID] = []
        types.reserveCapacity(min(count, reader.remaining / 4))
        for _ in 0..<count { types.append(OID(try reader.read(UInt32.self))) }
        return types
    }

    static func keyData(_ reader: inout ByteReader) throws -> BackendMessage {
        let process = try reader.read(Int32.self)
        let length = reader.remaining
        guard (4...256).contains(length) else {
            throw ProtocolViolation("BackendKeyData has a key of \(length) bytes; 4 to 256 are allowed")
        }
        return .backendKeyData(processID: process, secretKey: try reader.readBytes(length))
    }

    static func authentication(_ reader: inout ByteReader) throws -> Authentication {
        switch try reader.read(Int32.self) {
        case 0: return .ok
        case 3: return .cleartextPassword
        case 5: return .md5Password(salt: try reader.readBytes(4))
        case 10:
            var mechanisms: [String] = []
            while true {
                let name = try reader.readCString()
                if name.isEmpty { return .sasl(mechanisms: mechanisms) }
                mechanisms.append(name)
            }
        case 11: return .saslContinue(try reader.readBytes(reader.remaining))
        case 12: return .saslFinal(try reader.readBytes(reader.remaining))
        case let code:
            _ = reader.readRemaining()
            return .unsupported(code)
        }
    }

    static func negotiation(_ reader: inout ByteReader) throws -> BackendMessage {
        let code = try reader.read(Int32.self)
        let count = try reader.read(Int32.self)
        guard count >= 0 else { throw ProtocolViolation("NegotiateProtocolVersion lists \(count) options") }
        var options: [String] = []
        for _ in 0..<count { options.append(try reader.readCString()) }
        return .negotiateProtocolVersion(code: code, unknownOptions: options)
    }

    static func copyResponse(_ type: UInt8, _ reader: inout ByteReader) throws -> BackendMessage {
        let overall = try reader.read(UInt8.self)
        let count = Int(try reader.read(UInt16.self))
        _ = try reader.readSpan(count * 2)
        let format = CopyFormat(isBinary: overall == 1, columnCount: count)
        switch type {
        case UInt8(ascii: "G"): return .copyInResponse(format)
        case UInt8(ascii: "H"): return .copyOutResponse(format)
        default: return .copyBothResponse
        }
    }
}
