/// Tables, and what is changed in them.
extension LogicalDecoder {
    mutating func readType(_ reader: inout ByteReader) throws -> ReplicatedType {
        let type = ReplicatedType(
            oid: OID(try reader.read(UInt32.self)), schema: try Self.readSchema(&reader),
            name: SQLIdentifier(try reader.readCString()))
        guard types.count < Self.capacity else { throw ProtocolViolation("pgoutput names too many types") }
        types[type.oid] = type
        return type
    }

    /// Nothing stands for `pg_catalog`.
    private static func readSchema(_ reader: inout ByteReader) throws -> SQLIdentifier {
        let name = try reader.readCString()
        return SQLIdentifier(name.isEmpty ? "pg_catalog" : name)
    }

    mutating func readRelation(_ reader: inout ByteReader) throws -> ReplicatedRelation {
        let oid = try reader.read(UInt32.self)
        let schema = try Self.readSchema(&reader)
        let name = SQLIdentifier(try reader.readCString())
        let letter = try reader.read(UInt8.self)
        guard let identity = ReplicatedRelation.ReplicaIdentity(rawValue: letter) else {
            throw ProtocolViolation("pgoutput gives a table the unknown replica identity \(MessageFramer.show(letter))")
        }
        let count = Int(try reader.read(UInt16.self))
        var columns: [Column] = []
        var isKey: [Bool] = []
        var typeNames: [ReplicatedType?] = []
        // A column takes at least 10 bytes.
        columns.reserveCapacity(min(count, reader.remaining / 10))
        for _ in 0..<count {
            isKey.append(try reader.read(UInt8.self) & 1 != 0)
            let name = try reader.readCString()
            let type = OID(try reader.read(UInt32.self))
            typeNames.append(types[type])
            columns.append(
                Column(
                    name: name, type: base(of: type), format: .text, tableOID: oid, attributeNumber: 0, typeSize: -1,
                    typeModifier: try reader.read(Int32.self)))
        }
        guard relations.count < Self.capacity else { throw ProtocolViolation("pgoutput describes too many tables") }
        let relation = ReplicatedRelation(
            oid: oid, schema: schema, name: name, identity: identity, columns: Columns(columns), isKey: isKey,
            typeNames: typeNames)
        relations[oid] = Known(relation: relation, columns: relation.columns)
        return relation
    }

    mutating func readChange(_ type: UInt8, _ reader: inout ByteReader) throws -> ReplicatedChange {
        switch type {
        case UInt8(ascii: "T"): return .truncate(try readTruncation(&reader))
        case UInt8(ascii: "I"):
            let known = try known(try reader.read())
            try Self.expect("N", &reader)
            return .insert(try readRow(known, isKeyOnly: false, &reader))
        case UInt8(ascii: "D"):
            let known = try known(try reader.read())
            switch try reader.read(UInt8.self) {
            case UInt8(ascii: "K"): return .delete(try readRow(known, isKeyOnly: true, &reader))
            case UInt8(ascii: "O"): return .delete(try readRow(known, isKeyOnly: false, &reader))
            case let letter: throw Self.unknownTuple(letter)
            }
        default:
            let known = try known(try reader.read())
            var old: ReplicatedRow?
            switch try reader.read(UInt8.self) {
            case UInt8(ascii: "N"): break
            case UInt8(ascii: "K"):
                old = try readRow(known, isKeyOnly: true, &reader)
                try Self.expect("N", &reader)
            case UInt8(ascii: "O"):
                old = try readRow(known, isKeyOnly: false, &reader)
                try Self.expect("N", &reader)
            case let letter: throw Self.unknownTuple(letter)
            }
            return .update(old: old, new: try readRow(known, isKeyOnly: false, &reader))
        }
    }

    private func readTruncation(_ reader: inout ByteReader) throws -> ReplicatedTruncation {
        let count = try reader.read(UInt32.self)
        let options = try reader.read(UInt8.self)
        var truncated: [ReplicatedRelation] = []
        // What does not fit in the message is noticed at its end, and memory grows with what is there.
        for _ in 0..<count { truncated.append(try known(try reader.read()).relation) }
        return ReplicatedTruncation(
            relations: truncated, cascades: options & 1 != 0, restartsIdentity: options & 2 != 0)
    }

    private func known(_ oid: UInt32) throws(ProtocolViolation) -> Known {
        guard let known = relations[oid] else {
            throw ProtocolViolation("pgoutput sent a change of table \(oid), which it has not described")
        }
        return known
    }

    private static func expect(_ letter: Unicode.Scalar, _ reader: inout ByteReader) throws {
        let found = try reader.read(UInt8.self)
        guard found == UInt8(ascii: letter) else { throw unknownTuple(found) }
    }

    private static func unknownTuple(_ letter: UInt8) -> ProtocolViolation {
        ProtocolViolation("pgoutput sent a row of the unknown kind \(MessageFramer.show(letter))")
    }

    /// TupleData. Each value is checked here, so that it can be read without checks later.
    private mutating func readRow(
        _ known: Known, isKeyOnly: Bool, _ reader: inout ByteReader
    ) throws -> ReplicatedRow {
        let (relation, columns) = (known.relation, known.columns)
        let count = Int(try reader.read(UInt16.self))
        guard count == columns.count else {
            throw ProtocolViolation(
                "pgoutput sent a row of \(count) columns of \(relation), which has \(columns.count)")
        }
        scratch.removeAll()
        var unsent: [Int] = []
        var formats: [Int: FormatCode] = [:]
        for index in 0..<count {
            let kind = try reader.read(UInt8.self)
            switch kind {
            case UInt8(ascii: "n"), UInt8(ascii: "u"):
                // What is not part of the key comes as NULL.
                if kind == UInt8(ascii: "u") || isKeyOnly && !relation.isKey[index] { unsent.append(index) }
                scratch.write(Int32(-1))
            case UInt8(ascii: "t"), UInt8(ascii: "b"):
                let format: FormatCode = kind == UInt8(ascii: "t") ? .text : .binary
                if unsafe columns.kinds[index].format != format { formats[index] = format }
                let length = try reader.read(Int32.self)
                scratch.write(length)
                scratch.write(try reader.readSpan(Int(length)))
            default:
                throw ProtocolViolation("pgoutput sent a value of the unknown kind \(MessageFramer.show(kind))")
            }
        }
        let values = Chunk(copying: scratch.span)
        if scratch.count > 1 << 20 {
            scratch.removeAll()
            scratch.releaseIfLarge()
        }
        var shown = columns
        if !formats.isEmpty {
            shown = Columns(
                columns.enumerated().map { index, column in
                    var column = column
                    column.format = formats[index] ?? column.format
                    return column
                }, settings)
            relations[relation.oid]?.columns = shown
        }
        return ReplicatedRow(relation, isKeyOnly: isKeyOnly, columns: shown, values: values, unsent: unsent)
    }
}
