/// What is sent of a statement, written from its pieces: with thousands of parameters, a text and lists of their types and
/// formats to be copied from would take more time and memory than the messages themselves.
extension SQL {
    /// How many parameters it has.
    var parameterCount: Int { hasReferences ? pieces.count { $0.kind != nil } : pieces.count - 1 }

    /// About how many bytes its text has, and seldom fewer.
    var textSize: Int { pieces.reduce(0) { $0 + $1.text.utf8.count + 6 } }

    /// Writes the text with `$1`, `$2` … for the parameters.
    func writeText(to writer: inout ByteWriter) {
        var text = ValueWriter(taking: &writer)
        defer { text.give(back: &writer) }
        text.write(bare: beginning)
        var number = DecimalNumber()
        for piece in pieces.dropFirst() {
            if piece.kind != nil { number.increment() }
            if piece.kind == nil || piece.reference == 0 {
                text.write(
                    bare: piece.reference == 0 ? number : DecimalNumber(piece.reference), after: UInt8(ascii: "$"))
            }
            // Else a digit would make it another parameter's number.
            text.write(bare: piece.text, separatingDigit: true)
        }
    }

    /// Writes a Parse.
    func parse(as statement: String, to writer: inout ByteWriter) throws(PostgresError) {
        let count = parameterCount
        // For the Bind, too, which comes next.
        writer.reserve(textSize + 6 * count + values.count + 64)
        try FrontendMessage.parse(statement: statement, parameterCount: count, to: &writer) { writer in
            writeText(to: &writer)
        } types: { writer in
            writeKinds(to: &writer) { $0.type.rawValue }
        }
    }

    /// Writes a Bind to the unnamed portal.
    func bind(
        to statement: String, resultFormats: ResultFormats, to writer: inout ByteWriter
    ) throws(PostgresError) {
        try FrontendMessage.bind(
            statement: statement, parameterCount: parameterCount, values: values, resultFormats: resultFormats,
            to: &writer
        ) { writer in
            writeKinds(to: &writer) { $0.format.rawValue }
        }
    }

    /// Writes a number for each parameter.
    @inline(__always)
    private func writeKinds<I: FixedWidthInteger & BitwiseCopyable>(
        to writer: inout ByteWriter, _ number: (Parameters.Kind) -> I
    ) {
        // Room for all of them is made at once; the first piece has none.
        unsafe writer.append(count: pieces.count * MemoryLayout<I>.size) { place in
            var offset = 0
            for piece in pieces {
                guard let kind = piece.kind else { continue }
                unsafe place.storeBytes(of: number(kind).bigEndian, toByteOffset: offset, as: I.self)
                offset += MemoryLayout<I>.size
            }
            return offset
        }
    }
}
