/// One dimension of an array (manual: "Arrays").
public struct ArrayDimension: Sendable, Hashable {
    /// How many elements, or arrays of one dimension less, it has.
    public var count: Int
    /// The index of the first; 1 unless something else was asked for.
    public var lowerBound: Int

    /// A dimension of so many elements whose first index is `lowerBound`.
    public init(count: Int, lowerBound: Int = 1) {
        self.count = count
        self.lowerBound = lowerBound
    }

    /// How many dimensions an array can have (`MAXDIM` of the server's `utils/array.h`).
    static let limit = 6

    /// The index of the last; it may be beyond what PostgreSQL allows.
    var upperBound: Int { lowerBound &+ count &- 1 }
}

/// What comes before the elements of an array in binary format (`array_send`).
struct ArrayHeader {
    var elementType: OID
    /// How many dimensions there are; none for an empty array.
    private(set) var dimensionCount = 0
    /// The first dimension. Most arrays have no other, and so need no memory here.
    private var first = ArrayDimension(count: 0)
    private var others: [ArrayDimension] = []
    /// The number of elements altogether, not more than what was received can hold.
    private(set) var total = 0

    /// All dimensions, each with one element at least.
    var dimensions: [ArrayDimension] { dimensionCount == 0 ? [] : [first] + others }

    /// Reads it, for as many dimensions as come. What it throws may be an overrun.
    init(_ reader: inout ByteReader) throws {
        let dimensions = try reader.read(Int32.self)
        let flags = try reader.read(Int32.self)
        elementType = OID(try reader.read(UInt32.self))
        guard flags == 0 || flags == 1 else {
            throw ValueDecodingError.malformed("array flags are 0 or 1, \(flags) came")
        }
        guard dimensions >= 0, dimensions <= ArrayDimension.limit else {
            throw ValueDecodingError.malformed(
                "array has \(dimensions) dimensions, PostgreSQL has at most \(ArrayDimension.limit)")
        }
        guard dimensions > 0 else {
            guard reader.isAtEnd else { throw ValueDecodingError.malformed("bytes follow the empty array") }
            return
        }
        dimensionCount = Int(dimensions)
        total = 1
        for index in 0..<dimensionCount {
            let count = Int(try reader.read(Int32.self))
            let dimension = ArrayDimension(count: count, lowerBound: Int(try reader.read(Int32.self)))
            let (product, overflow) = total.multipliedReportingOverflow(by: count)
            // A dimension without elements would let the others be of any size, at no cost for who sends them.
            guard count > 0, !overflow else {
                throw ValueDecodingError.malformed("array of \(count) elements in \(reader.remaining) bytes")
            }
            total = product
            if index == 0 { first = dimension } else { others.append(dimension) }
        }
        // Each element takes at least 4 bytes, so the received bytes limit the allocation.
        guard total <= reader.remaining / 4 else {
            throw ValueDecodingError.malformed("array of \(total) elements in \(reader.remaining) bytes")
        }
    }
}

extension ArrayHeader {
    /// Writes what comes before the elements: of how many dimensions, whether there are NULLs, of which type.
    static func write(dimensions: Int, hasNulls: Bool, elementType: OID, to writer: inout ByteWriter) {
        writer.write(Int32(truncatingIfNeeded: dimensions))
        writer.write(Int32(hasNulls ? 1 : 0))
        writer.write(elementType.rawValue)
    }

    /// Writes a dimension, which follow each other from the outermost on.
    static func write(count: Int, lowerBound: Int = 1, to writer: inout ByteWriter) throws {
        guard let count32 = Int32(exactly: count), let lowerBound32 = Int32(exactly: lowerBound) else {
            throw ValueEncodingError.invalid("an array of \(count) elements with the lower bound \(lowerBound)")
        }
        writer.write(count32)
        writer.write(lowerBound32)
    }
}
