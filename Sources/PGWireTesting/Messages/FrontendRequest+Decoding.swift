import PGWire

extension FrontendRequest {
    /// Reads a message of a client.
    ///
    /// - Throws: ``FrontendDecoder/ParsingError``.
    public init(_ message: WireMessage) throws {
        let body = message.body
        var reader = ByteReader(body.span.bytes)
        do {
            self = try Self.read(message.type, &reader)
        } catch let error as ByteReader.OverrunError {
            throw FrontendDecoder.ParsingError(
                description: "\(Self.show(message.type)) of \(body.count) bytes ends in the middle of a field: \(error)"
            )
        }
        guard reader.isAtEnd else {
            throw FrontendDecoder.ParsingError(
                description: "\(Self.show(message.type)) has \(reader.remaining) bytes too many")
        }
    }

    private static func read(_ type: UInt8?, _ reader: inout ByteReader) throws -> FrontendRequest {
        guard let type else { return try untyped(&reader) }
        switch Unicode.Scalar(type) {
        case "p": return .password(reader.readRemainingBytes())
        case "Q": return .query(try reader.readCString())
        case "P":
            let (statement, sql) = (try reader.readCString(), try reader.readCString())
            return .parse(statement: statement, sql: sql, types: try list(&reader) { try $0.read() })
        case "B":
            let (portal, statement) = (try reader.readCString(), try reader.readCString())
            return .bind(
                Binding(
                    portal: portal, statement: statement, formats: try list(&reader) { try $0.read() },
                    values: try list(&reader) { reader in
                        let length = try reader.read(Int32.self)
                        return length == -1 ? nil : try reader.readBytes(Int(length))
                    },
                    resultFormats: try list(&reader) { try $0.read() }))
        case "D": return .describe(target: try target(&reader), name: try reader.readCString())
        case "C": return .close(target: try target(&reader), name: try reader.readCString())
        case "E": return .execute(portal: try reader.readCString(), maximumRows: try reader.read())
        case "S": return .sync
        case "H": return .flush
        case "X": return .terminate
        case "d": return .copyData(reader.readRemainingBytes())
        case "c": return .copyDone
        case "f": return .copyFail(try reader.readCString())
        case "F": return .functionCall(reader.readRemainingBytes())
        default: throw FrontendDecoder.ParsingError(description: "\(show(type)) is unknown")
        }
    }

    private static func untyped(_ reader: inout ByteReader) throws -> FrontendRequest {
        switch try reader.read(Int32.self) {
        case 80_877_102: return .cancelRequest(processID: try reader.read(), secretKey: reader.readRemainingBytes())
        case 80_877_103: return .sslRequest
        case 80_877_104: return .gssRequest
        case let version:
            var parameters: [StartupParameter] = []
            while true {
                let name = try reader.readCString()
                if name.isEmpty { return .startup(version: version, parameters: parameters) }
                parameters.append(StartupParameter(name: name, value: try reader.readCString()))
            }
        }
    }

    private static func target(_ reader: inout ByteReader) throws -> Character {
        Character(Unicode.Scalar(try reader.read(UInt8.self)))
    }

    private static func list<Element>(
        _ reader: inout ByteReader, _ element: (inout ByteReader) throws -> Element
    ) throws -> [Element] {
        var elements: [Element] = []
        for _ in 0..<(try reader.read(UInt16.self)) { elements.append(try element(&reader)) }
        return elements
    }

    private static func show(_ type: UInt8?) -> String {
        type.map { "message '\(Character(Unicode.Scalar($0)))'" } ?? "a message without a type"
    }
}
