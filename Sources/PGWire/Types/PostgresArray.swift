/// An array with its dimensions and their bounds (manual: "Arrays"): for what Swift's arrays, whose indexes begin at 0, cannot
/// express, or for any number of dimensions.
///
/// ```swift
/// let array = PostgresArray([1, 2], lowerBound: 2)
/// print(array)  // [2:3]={1,2}
/// ```
public struct PostgresArray<Element: Sendable>: Sendable {
    /// The dimensions from the outermost on; none for an empty array.
    public let dimensions: [ArrayDimension]
    /// The elements of all dimensions, those of the last one beside each other.
    public let elements: [Element]

    /// An array of one dimension whose first index is `lowerBound`; of none without elements.
    public init(_ elements: [Element], lowerBound: Int = 1) {
        dimensions = elements.isEmpty ? [] : [ArrayDimension(count: elements.count, lowerBound: lowerBound)]
        self.elements = elements
    }

    /// An array of several dimensions; nil when there are not as many elements as the dimensions say, or more than six
    /// dimensions, or one without elements.
    public init?(dimensions: [ArrayDimension], elements: [Element]) {
        var total = dimensions.isEmpty ? 0 : 1
        for dimension in dimensions {
            let (product, overflow) = total.multipliedReportingOverflow(by: dimension.count)
            guard dimension.count > 0, !overflow else { return nil }
            total = product
        }
        guard dimensions.count <= ArrayDimension.limit, total == elements.count else { return nil }
        self.dimensions = dimensions
        self.elements = elements
    }

    private init(dimensions: [ArrayDimension], checked elements: [Element]) {
        self.dimensions = dimensions
        self.elements = elements
    }
}

extension PostgresArray: Equatable where Element: Equatable {}
extension PostgresArray: Hashable where Element: Hashable {}

extension PostgresArray: PostgresDecodable where Element: PostgresDecodable {
    /// The format of the elements.
    public static var postgresResultFormat: FormatCode { Element.postgresResultFormat }

    /// Reads an array of any number of dimensions.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard let elementType = type.arrayElement ?? (type.isUserDefined ? type : nil) else {
            throw ValueDecodingError.typeMismatch
        }
        if format == .binary || type.isVector {
            guard format == .binary else {
                self.init(try [Element](postgres: bytes, type: type, format: format), lowerBound: 0)
                return
            }
            do {
                try self.init(binary: bytes)
            } catch let overrun as ByteReader.OverrunError {
                throw ValueDecodingError.malformed("array \(overrun.reason)")
            }
        } else {
            try self.init(literal: bytes, elementType)
        }
    }

    private init(binary bytes: RawSpan) throws {
        var reader = ByteReader(bytes)
        let header = try ArrayHeader(&reader)
        let elements = try [Element].readElements(&reader, header.total, header.elementType)
        guard reader.isAtEnd else { throw ValueDecodingError.malformed("bytes follow the last element of the array") }
        self.init(dimensions: header.dimensions, checked: elements)
    }

    private init(literal bytes: RawSpan, _ elementType: OID) throws {
        var literal = ArrayLiteral(bytes, delimiter: elementType.arrayDelimiter)
        try literal.begin()
        var elements: [Element] = []
        try Self.read(&literal, 0, elementType, into: &elements)
        try literal.end()
        // One without elements has no dimensions, however many braces it is written with.
        guard !elements.isEmpty else {
            self.init(dimensions: [], checked: [])
            return
        }
        var counts = literal.counts.map { $0 ?? 0 }
        if counts.isEmpty, literal.dimensions == 1 { counts = [elements.count] }
        let lowerBounds = literal.lowerBounds.isEmpty ? counts.map { _ in 1 } : literal.lowerBounds
        self.init(
            dimensions: zip(counts, lowerBounds).map { ArrayDimension(count: $0, lowerBound: $1) }, checked: elements)
    }

    private static func read(
        _ literal: inout ArrayLiteral, _ level: Int, _ elementType: OID, into elements: inout [Element]
    ) throws {
        var count = 0
        if level + 1 >= literal.dimensions {
            let last = try [Element].readElements(&literal, elementType)
            elements += last
            count = last.count
        } else {
            try literal.open()
            while try literal.hasNext(isFirst: count == 0) {
                try read(&literal, level + 1, elementType, into: &elements)
                count += 1
            }
        }
        try literal.note(count, at: level)
    }
}

extension PostgresArray: PostgresEncodable, TextEncodable where Element: PostgresEncodable {
    /// The element's ``PostgresEncodable/postgresArrayType``, or unspecified where the element's type is.
    public static var postgresType: OID {
        Element.postgresType == .unspecified ? .unspecified : Element.postgresArrayType
    }
    /// The same type, as PostgreSQL's arrays of all dimensions have one.
    public static var postgresArrayType: OID { postgresType }
    /// The format of the elements.
    public static var postgresFormat: FormatCode { Element.postgresFormat }

    /// Writes the array. Throws what the elements throw, and ``ValueEncodingError`` for bounds beyond 32 bits.
    public func encode(to writer: inout ByteWriter) throws {
        guard Self.postgresFormat == .binary else { return try encodeText(to: &writer) }
        ArrayHeader.write(
            dimensions: dimensions.count, hasNulls: elements.contains { $0.isPostgresNull },
            elementType: Element.postgresType, to: &writer)
        for dimension in dimensions {
            try ArrayHeader.write(count: dimension.count, lowerBound: dimension.lowerBound, to: &writer)
        }
        for element in elements { try writeSized(element, to: &writer) }
    }

    func encodeText(to writer: inout ByteWriter) throws {
        if dimensions.contains(where: { $0.lowerBound != 1 }) {
            for dimension in dimensions { writer.write(utf8: "[\(dimension.lowerBound):\(dimension.upperBound)]") }
            writer.write(utf8: "=")
        }
        let delimiter = Element.postgresType.arrayDelimiter
        let quotes = QuotedText.array(delimiter: delimiter)
        guard !elements.isEmpty else { return writer.write(utf8: "{}") }
        // After how many elements a brace closes, from the innermost on.
        var sizes: [Int] = []
        for dimension in dimensions.reversed() { sizes.append((sizes.last ?? 1) * dimension.count) }
        for (index, element) in elements.enumerated() {
            let depth = sizes.count { index % $0 == 0 }
            if index > 0 { writer.write(delimiter) }
            for _ in 0..<depth { writer.write(UInt8(ascii: "{")) }
            try quotes.writeArrayElement(element, to: &writer)
            for _ in 0..<sizes.count(where: { (index + 1) % $0 == 0 }) { writer.write(UInt8(ascii: "}")) }
        }
    }
}

extension PostgresArray: CustomStringConvertible where Element: PostgresEncodable {
    /// The text as the server prints it: `{1,NULL}`, `[2:3]={1,2}`, `{{a,b},{"c d",""}}`.
    public var description: String { text(of: self) }
}

/// What the server would print; where PostgreSQL cannot express the value, why.
func text<T: TextEncodable>(of value: T) -> String {
    var writer = ByteWriter()
    do {
        try value.encodeText(to: &writer)
        return String(repairing: writer.span)
    } catch {
        return "invalid: \(error)"
    }
}
