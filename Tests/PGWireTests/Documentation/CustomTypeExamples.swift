import PGWire

/// What Documentation/CustomTypes.md shows.
enum CustomTypeExamples {
    // shown: begin
    /// The name of a sensor, in a column of type citext.
    struct SensorName: Hashable, Codable, PostgresEncodable, PostgresDecodable {
        var text: String

        static var postgresType: OID { .unspecified }
        static var postgresFormat: FormatCode { .text }  // the default is binary, which the server would misread
        static var postgresResultFormat: FormatCode { .text }

        init(_ text: String) { self.text = text }

        init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
            text = try String(postgres: bytes, type: type, format: format)
            guard !text.isEmpty else { throw ValueDecodingError.malformed("a sensor has a name") }
        }

        func encode(to writer: inout ByteWriter) throws { try text.encode(to: &writer) }
    }
    // shown: end

    // shown: begin
    /// Degrees, which the database keeps as an integer of hundredths.
    struct Temperature: Hashable, Comparable, Codable, PostgresEncodable, PostgresDecodable {
        var degrees: Double

        static var postgresType: OID { .int4 }
        static var postgresArrayType: OID { .int4Array }

        init(_ degrees: Double) { self.degrees = degrees }

        init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
            guard type == .int4 else { throw ValueDecodingError.typeMismatch }
            let hundredths: Int32
            switch format {
            case .text: hundredths = try Int32(postgres: bytes, type: type, format: format)
            case .binary:
                var reader = ByteReader(bytes)
                hundredths = try reader.read(Int32.self)
                guard reader.isAtEnd else { throw ValueDecodingError.malformed("\(reader.remaining) bytes too many") }
            }
            degrees = Double(hundredths) / 100
        }

        func encode(to writer: inout ByteWriter) throws {
            guard let hundredths = Int32(exactly: (degrees * 100).rounded()) else {
                throw ValueEncodingError.invalid("a temperature of \(degrees) degrees")
            }
            writer.write(hundredths)
        }

        static func < (left: Temperature, right: Temperature) -> Bool { left.degrees < right.degrees }
    }
    // shown: end

    // shown: begin
    struct Reading: PostgresComposite {  // CREATE TYPE reading AS (sensor citext, value int)
        var sensor: SensorName
        var value: Temperature?

        var fields: PostgresRecord<SensorName, Temperature?> { PostgresRecord(sensor, value) }
        init(fields record: PostgresRecord<SensorName, Temperature?>) { (sensor, value) = record.fields }
    }
    // shown: end

    static func containers(
        _ db: Connection, _ reading: Reading
    ) async throws -> ([Reading], [Temperature], PostgresMultirange<Temperature>) {
        // shown: begin
        let usual = PostgresRange(Temperature(15)..<Temperature(25))
        try await db.execute("INSERT INTO log (reading, usual) VALUES (\(reading), \(usual))")
        let (readings, values, ranges) = try await db.fetchOne(
            """
            SELECT array_agg(reading), array_agg((reading).value), range_agg(usual) FROM log
            WHERE (reading).sensor = ANY(\([SensorName("Roof"), SensorName("cellar")]))
                AND (reading).value = ANY(\([Temperature(-2.5), Temperature(3)]))
            """, as: ([Reading], [Temperature], PostgresMultirange<Temperature>).self)
        // shown: end
        return (readings, values, ranges)
    }
}
