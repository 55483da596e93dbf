import PGWire

extension WireMessage {
    /// A column of RowDescription.
    public struct ColumnDescription: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The type's OID, such as 23 for `int4`.
        public var type: UInt32
        /// 0 for text, 1 for binary.
        public var format: Int16
        /// The type's size; negative where it varies.
        public var typeSize: Int16
        /// The type's modifier; -1 for none.
        public var typeModifier: Int32
        /// The OID of its table; 0 for none.
        public var table: UInt32
        /// Its attribute number in that table; 0 for none.
        public var attribute: Int16

        /// A column that comes from no table.
        public init(
            _ name: String, type: UInt32, format: Int16 = 1, typeSize: Int16 = -1, typeModifier: Int32 = -1,
            table: UInt32 = 0, attribute: Int16 = 0
        ) {
            self.name = name
            self.type = type
            self.format = format
            self.typeSize = typeSize
            self.typeModifier = typeModifier
            self.table = table
            self.attribute = attribute
        }
    }

    /// RowDescription.
    public static func rowDescription(_ columns: [ColumnDescription]) -> WireMessage {
        WireMessage("T") { writer in
            writer.write(UInt16(truncatingIfNeeded: columns.count))
            for column in columns {
                writer.write(utf8: column.name + "\0")
                writer.write(column.table)
                writer.write(column.attribute)
                writer.write(column.type)
                writer.write(column.typeSize)
                writer.write(column.typeModifier)
                writer.write(column.format)
            }
        }
    }
}
