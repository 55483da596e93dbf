import Foundation
import PGWire
import Testing

extension TypesTests {
    /// Every row of `Fixtures/types/server.tsv`: both formats give the same value, and it is sent as the server does.
    @Suite struct ServerFixtures {
        @Test(arguments: ServerRow.all) fileprivate func row(_ row: ServerRow) throws {
            let check = try #require(checks[row.type], "no check for the type \(row.type)")
            try check(row)
        }

        @Test func nothingIsLeftOut() {
            #expect(ServerRow.all.count > 180)
            #expect(Set(ServerRow.all.map(\.type)) == Set(checks.keys))
        }
    }
}

/// A value as a server has sent it in both formats.
struct ServerRow: Sendable, CustomTestStringConvertible {
    var type: String
    var text: String
    var binary: [UInt8]
    var testDescription: String { "\(type) \(text)" }

    /// Those of the types that were there first.
    static let all = read("server.tsv")

    /// Those of a file of the fixtures; none when it cannot be read, which tests notice by their number.
    static func read(_ name: String) -> [ServerRow] {
        let file = URL(filePath: #filePath).appending(path: "../../../../Fixtures/types/\(name)").standardized
        guard let content = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return content.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return ServerRow(type: fields[0], text: fields[1], binary: TypesTests.hex(fields[2]))
        }
    }
}

private typealias Check = @Sendable (ServerRow) throws -> Void

/// Reads both formats. `sameBytes`: what is sent is byte for byte what the server sends.
private func check<T: PostgresCodable>(
    _ type: T.Type, _ oid: OID, sameBytes: Bool = true, sameText: Bool = false
) -> Check {
    { row in
        let text = try TypesTests.decode(T.self, text: row.text, as: oid)
        let binary = try TypesTests.decode(T.self, row.binary, as: oid)
        // Their bytes are compared because NaN is not equal to itself.
        #expect(try TypesTests.encode(text) == TypesTests.encode(binary), "text \(text), binary \(binary)")
        if sameBytes { #expect(try TypesTests.encode(binary) == row.binary) }
        if sameText { #expect("\(binary)" == row.text) }
        let column = T.postgresType == .unspecified ? oid : T.postgresType
        let back = try TypesTests.decode(T.self, TypesTests.encode(text), as: column, T.postgresFormat)
        #expect(try TypesTests.encode(back) == TypesTests.encode(text))
    }
}

private func both(_ first: @escaping Check, _ others: Check...) -> Check {
    { row in for check in [first] + others { try check(row) } }
}

private let checks: [String: Check] = [
    "bool": check(Bool.self, .bool),
    "int2": both(check(Int16.self, .int2, sameText: true), check(Int.self, .int2, sameBytes: false)),
    "int4": both(
        check(Int32.self, .int4, sameText: true), check(Int64.self, .int4, sameBytes: false, sameText: true),
        check(ExactNumeric.self, .int4, sameBytes: false, sameText: true)),
    "int8": both(check(Int64.self, .int8, sameText: true), check(Int.self, .int8, sameText: true)),
    "oid": both(check(UInt32.self, .oid, sameBytes: false, sameText: true), check(OID.self, .oid)),
    "float4": both(check(Float.self, .float4), check(Double.self, .float4, sameBytes: false)),
    "float8": check(Double.self, .float8),
    "text": check(String.self, .text, sameText: true),
    "varchar": check(String.self, .varchar, sameText: true),
    "bpchar": check(String.self, .bpchar, sameText: true),
    "name": check(String.self, .name, sameText: true),
    "char": check(String.self, .char, sameBytes: false, sameText: true),
    "bytea": both(check([UInt8].self, .bytea), check(Data.self, .bytea)),
    "uuid": check(UUID.self, .uuid),
    "date": check(CalendarDate.self, .date, sameText: true),
    "time": check(TimeOfDay.self, .time, sameText: true),
    "timestamp": check(Timestamp.self, .timestamp, sameText: true),
    "timestamptz": both(
        check(TimestampTZ.self, .timestamptz),
        { row in
            if row.text.hasSuffix("+00") {
                #expect("\(try TypesTests.decode(TimestampTZ.self, row.binary, as: .timestamptz))" == row.text)
            }
            guard !row.text.contains("infinity"), !row.text.contains("294276") else { return }
            try check(Date.self, .timestamptz, sameBytes: !row.text.contains(".999999"))(row)
        }),
    "interval": check(Interval.self, .interval, sameText: true),
    "numeric": both(
        { row in
            // For the infinities the server also sends a scale, of which nothing depends.
            try check(ExactNumeric.self, .numeric, sameBytes: !row.text.contains("Infinity"), sameText: true)(row)
            guard !row.text.contains("Infinity") else { return }
            let decimal = try TypesTests.decode(Decimal.self, row.binary, as: .numeric)
            #expect(decimal.description == (row.text == "NaN" ? "NaN" : Decimal(string: row.text)?.description))
        }),
    "json": both(check(JSONText.self, .json, sameText: true), check(String.self, .json, sameText: true)),
    "jsonb": both(
        check(JSONText.self, .jsonb, sameBytes: false, sameText: true),
        check(String.self, .jsonb, sameBytes: false, sameText: true)),
    "mood": check(TypesTests.Mood.self, TypesTests.userDefined),
    "bool[]": check([Bool?].self, .boolArray),
    "int2[]": check([Int16].self, .int2Array),
    "int4[]": { row in
        let startsAtOne = !row.text.hasPrefix("[")
        try check([Int32?].self, .int4Array, sameBytes: startsAtOne)(row)
        try check([Int?].self, .int4Array, sameBytes: false)(row)
    },
    "int8[]": check([Int64].self, .int8Array),
    "oid[]": both(check([OID].self, .oidArray), check([UInt32].self, .oidArray, sameBytes: false)),
    "float4[]": check([Float].self, .float4Array),
    "float8[]": check([Double?].self, .float8Array),
    "text[]": both(
        check([String?].self, .textArray, sameBytes: false),
        { row throws in
            let texts = try TypesTests.decode([String?].self, row.binary, as: .textArray)
            #expect(try TypesTests.encode(texts) == Array(row.text.utf8))
        }),
    "varchar[]": check([String].self, .varcharArray, sameBytes: false),
    "bytea[]": both(check([[UInt8]?].self, .byteaArray), check([Data?].self, .byteaArray)),
    "uuid[]": check([UUID].self, .uuidArray),
    "date[]": check([CalendarDate].self, .dateArray),
    "time[]": check([TimeOfDay].self, .timeArray),
    "timestamp[]": check([Timestamp].self, .timestampArray),
    "timestamptz[]": check([TimestampTZ?].self, .timestamptzArray),
    "interval[]": check([Interval].self, .intervalArray),
    "numeric[]": check([ExactNumeric?].self, .numericArray),
    "json[]": check([JSONText].self, .jsonArray, sameBytes: false),
    "jsonb[]": check([JSONEncoded<[String: String]>?].self, .jsonbArray, sameBytes: false),
    "mood[]": check([TypesTests.Mood?].self, TypesTests.userDefined, sameBytes: false),
    "even[]": check([Int32?].self, TypesTests.userDefined, sameBytes: false),
    // What is binary of an unknown type is no text: as text it is asked for as text.
    "label[]": { row in
        let labels = try TypesTests.decode([String?].self, text: row.text, as: TypesTests.userDefined)
        #expect(try TypesTests.decode([String?].self, TypesTests.encode(labels), as: .textArray, .text) == labels)
    },
    "int4[][]": { row in
        try check([[Int32?]].self, .int4Array, sameBytes: false)(row)
        for (bytes, format) in [(row.binary, FormatCode.binary), (Array(row.text.utf8), .text)] {
            let problem = #expect(throws: ValueDecodingError.self) {
                try TypesTests.decode([Int].self, bytes, as: .int4Array, format)
            }
            guard case .malformed(let text) = problem else {
                Issue.record("\(String(describing: problem))")
                continue
            }
            #expect(text.contains("dimension"))
        }
    },
]
