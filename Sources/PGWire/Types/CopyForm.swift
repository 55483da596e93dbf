/// A value that is sent as text whose type the server infers, which a binary COPY does not do: there it needs another form, or
/// cannot be.
protocol CopyForm {
    /// The type that it can be written to a column of; nil for none.
    static var copyType: OID? { get }
    /// Writes it in the binary format of that type.
    func encodeForCopy(to writer: inout ByteWriter) throws
}

extension CopyForm {
    static var copyType: OID? { nil }
    func encodeForCopy(to writer: inout ByteWriter) throws {
        throw ValueEncodingError.invalid("a value of type \(Self.self), which has no binary form that is known here")
    }
}

extension OID {
    /// The type of a column of a binary COPY, which does not describe its columns, that is read as this Swift type.
    @usableFromInline
    static func inBinaryCopy<T: PostgresEncodable>(of type: T.Type) -> OID {
        guard type.postgresType == .unspecified else { return type.postgresType }
        if let form = type as? any CopyForm.Type { return form.copyType ?? .ofUnknownValue }
        return type is any PostgresComposite.Type ? .ofUnknownValue : .text
    }
}

extension Array: CopyForm where Element: PostgresEncodable {
    /// `text[]` for strings, whose bytes are the same in both formats.
    static var copyType: OID? { leafArrayType == .textArray ? .textArray : nil }
    func encodeForCopy(to writer: inout ByteWriter) throws { try encode(.binary, elementType: .text, to: &writer) }
}

extension Optional: CopyForm where Wrapped: CopyForm {
    static var copyType: OID? { Wrapped.copyType }
    func encodeForCopy(to writer: inout ByteWriter) throws { try self?.encodeForCopy(to: &writer) }
}

extension PostgresArray: CopyForm where Element: PostgresEncodable {}
extension PostgresRange: CopyForm where Bound: PostgresEncodable {}
extension PostgresMultirange: CopyForm where Bound: PostgresEncodable {}
extension PostgresRecord: CopyForm where repeat each Field: PostgresEncodable {}
extension Hstore: CopyForm {}
