import FoundationEssentials
import PGSchemaCatalog
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

/// How models are written for clients, and read from what clients write.
@Suite struct StoreModelTests {
    @Test(arguments: [
        ("2025-03-01 10:30:00+00", "2025-03-01T10:30:00Z"), ("2025-05-02 00:00:00.5+00", "2025-05-02T00:00:00.500000Z"),
        ("2025-05-02 00:00:00.000001+00", "2025-05-02T00:00:00.000001Z"),
        ("1999-12-31 23:59:59.999999+00", "1999-12-31T23:59:59.999999Z"),
        ("2025-05-02 00:00:00.25+05:30", "2025-05-01T18:30:00.250000Z"),
        ("0001-01-01 00:00:00+00", "0001-01-01T00:00:00Z"),
        ("9999-12-31 23:59:59.999999+00", "9999-12-31T23:59:59.999999Z"),
    ])
    func timesAreInUTCWithSixDigitsOrNone(database: String, api: String) throws {
        let timestamp = try #require(TimestampTZ(database))
        #expect(Instant(timestamp)?.description == api)
    }

    @Test(arguments: ["infinity", "-infinity", "10000-01-01 00:00:00+00", "0001-12-31 00:00:00+00 BC"])
    func whatClientsCannotReadIsNoInstant(text: String) throws {
        #expect(Instant(try #require(TimestampTZ(text))) == nil)
    }

    @Test(arguments: [
        "0195a2f0-89ab-4cde-8f01-23456789abcd", "0195A2F0-89AB-4CDE-8F01-23456789ABCD",
        "0195a2f089ab4cde8f0123456789abcd",
        "{0195a2f0-89ab-4cde-8f01-23456789abcd}", "urn:uuid:0195a2f0-89ab-4cde-8f01-23456789abcd",
        "0-195a2f089ab4cde8f0123456789abc-d",
    ])
    func idsAreReadLeniently(text: String) {
        #expect(User.ID(lenient: text)?.description == "0195a2f0-89ab-4cde-8f01-23456789abcd")
    }

    @Test(arguments: [
        "", "0195a2f0-89ab-4cde-8f01-23456789abcd ", "0195a2f0-89ab-4cde-8f01-23456789abc", "generate",
        "0195a2f0-89ab-4cde-8f01-23456789abcg", "0195a2f0-89ab-4cde-8f01-23456789abcde",
        "é195a2f089ab4cde8f0123456789abc",
    ])
    func otherTextIsNoID(text: String) {
        #expect(User.ID(lenient: text) == nil)
    }

    @Test func newIDsAreRandomVersion4() {
        for _ in 0..<200 {
            let text = Array(Email.ID().description)
            #expect(text.count == 36 && text[14] == "4" && "89ab".contains(text[19]), "\(String(text))")
        }
    }

    @Test func idsAreOrderedAsTheServerOrdersThem() async throws {
        let ids = (0..<500).map { _ in QueueItem.ID() }
        let configuration = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let sorted = try await Connection.withConnection(configuration) { db in
            try await db.fetchAll("SELECT id FROM unnest(\(ids)) id ORDER BY id", as: QueueItem.ID.self)
        }
        #expect(ids.sorted() == sorted)
    }

    private struct Sample: Encodable {
        struct Inner: Encodable { var z = 1, a: [Int?] = [1, nil, 3] }
        var zebra = "a\"b\\\n\u{1}é/", apple: String?, rate = 33.33, zero = 0.0, hundred = 100.0, isIt = true
        var metadata: RawJSON = #"{"a b": [1, 2.50, "x \" , y"], "n": 12345678901234567890}"#
        var inner = Inner(), list: [Inner] = [],
            id = UUID(uuidString: "0195A2F0-89AB-4CDE-8F01-23456789ABCD").map(User.ID.init)
    }

    @Test func theEncoderKeepsOrderWritesNullAndLeavesMetadataAlone() throws {
        let expected =
            #"{"zebra":"a\"b\\\n\u0001é/","apple":null,"rate":33.33,"zero":0.0,"hundred":100.0,"isIt":true,"#
            + #""metadata":{"a b":[1,2.50,"x \" , y"],"n":12345678901234567890},"#
            + #""inner":{"z":1,"a":[1,null,3]},"list":[],"id":"0195a2f0-89ab-4cde-8f01-23456789abcd"}"#
        #expect(try OrderedJSONEncoder().text(of: Sample()) == expected)
        #expect(try OrderedJSONEncoder().text(of: [Sample.Inner]()) == "[]")
        #expect(try OrderedJSONEncoder().text(of: ["x": 1]) == #"{"x":1}"#)
        #expect(try OrderedJSONEncoder().text(of: [Float(0.1)]) == "[0.1]")
        #expect(throws: EncodingError.self) { try OrderedJSONEncoder().text(of: [Double.nan]) }
        #expect(throws: EncodingError.self) { try OrderedJSONEncoder().text(of: [Float.infinity]) }
    }

    @Test func pagesStayWithinBigint() throws {
        #expect(try Page(limit: 20, offset: 0) == Page(number: 1, perPage: 20))
        #expect(try Page(number: 3, perPage: 20).offset == 40)
        #expect(throws: StoreError.outOfRange(.offset)) { try Page(limit: 1, offset: Int128(Int64.max) + 1) }
        #expect(throws: StoreError.outOfRange(.offset)) { try Page(limit: 1, offset: -1) }
        #expect(throws: StoreError.outOfRange(.limit)) { try Page(limit: UInt64.max, offset: 0) }
        #expect(throws: StoreError.outOfRange(.page)) { try Page(number: Int64.max, perPage: 100) }
        #expect(throws: StoreError.outOfRange(.page)) { try Page(number: 0, perPage: 100) }
        #expect(throws: StoreError.outOfRange(.perPage)) { try Page(number: 1, perPage: 0) }
    }
}
