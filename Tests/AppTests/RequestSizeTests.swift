import ScribeApp
import Testing
import TestSupport

/// Clients that send too much, against `serve` as a process with so much time that only size can end them.
@Suite(.timeLimit(.minutes(2))) struct RequestSizeTests {
    private static let settings = ScribeProcess.noDatabase.merging(["HTTP_REQUEST_TIMEOUT": "60"]) { $1 }

    struct Flood: Sendable, CustomTestStringConvertible {
        let head: String
        let piece: String
        /// Nil when there is no answer.
        let status: Int?

        init(_ head: String, _ piece: String = "x", status: Int?) {
            self.head = head
            self.piece = String(repeating: piece, count: 65536 / piece.utf8.count)
            self.status = status
        }

        var testDescription: String { String(reflecting: head) }
    }

    private static let length = "Host: x\r\nContent-Length: \(300 << 20)\r\n\r\n"
    private static let chunked = "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static let chunk = "400\r\n" + String(repeating: "x", count: 1024) + "\r\n"

    @Test(arguments: [
        Flood("POST /health HTTP/1.1\r\n" + length, status: 405),
        Flood("POST /nowhere HTTP/1.1\r\n" + length, status: 404),
        Flood("GET / HTTP/1.1\r\n" + length, status: 200),
        Flood("GET /health HTTP/1.1\r\n" + length, status: 200),
        Flood("POST /nowhere HTTP/1.1\r\n" + chunked, chunk, status: 404),
        // No body by what HTTP says, but no less to be read.
        Flood("POST /nowhere HTTP/1.1\r\n" + chunked + "1;", status: 404),
        Flood("GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", status: 200),
        Flood("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", status: 404),
        Flood("\0\r\n", status: 400), Flood("GET / HTTP/1.1\r\nA: ", status: 400), Flood("GET /", status: 400),
        Flood("", "\r\n", status: nil),
    ])
    func threeHundredMegabytesAreNotReadToTheirEnd(flood: Flood) async throws {
        try await withServer(Self.settings) { port, process in
            let before = try #require(process.peakMemory)
            try await onThread {
                let connection = try RawConnection(port: port)
                connection.send(flood.head)
                let end = connection.flood(with: flood.piece, upTo: 300 << 20)
                #expect(end.isClosed)
                // What the server reads and what the system keeps for it.
                #expect(end.count < 8 << 20)
                let answer = connection.readToEnd()
                #expect(answer.isClosed)
                #expect(RawConnection.status(of: answer.text) == flood.status)
            }
            #expect(try #require(process.peakMemory) - before < 16 << 20)
            #expect(try await HTTPExchange.get("/", port: port).status == 200)
        }
    }

    @Test func whatIsSmallEnoughIsRead() async throws {
        try await withServer(Self.settings) { port, _ in
            try await onThread {
                // Many megabytes in all on one connection, in requests of which each is allowed.
                let connection = try RawConnection(port: port)
                let size = 900_000
                let body = String(repeating: "x", count: size)
                for _ in 1...5 {
                    connection.send("POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
                    #expect(connection.status() == 405)
                    #expect(connection.flood(with: body, upTo: size).count == size)
                }
                connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(connection.status() == 200)
            }
        }
    }

    @Test func headers() async throws {
        let kilobyte = String(repeating: "x", count: 1024)
        func fields(_ count: Int, _ value: String) -> String { (1...count).map { "a\($0): \(value)\r\n" }.joined() }
        let answers = [
            ("/", fields(95, "x"), 200), ("/", fields(1, String(repeating: kilobyte, count: 15)), 200),
            ("/?\(kilobyte)", fields(28, kilobyte), 200),
            ("/", fields(101, "x"), 400), ("/", fields(10_000, "x"), 400),
            ("/", fields(1, String(repeating: kilobyte, count: 17)), 400), ("/", fields(40, kilobyte), 400),
            ("/", fields(1, String(repeating: kilobyte, count: 1024)), 400),
            ("/" + String(repeating: kilobyte, count: 1024), "", 400),
        ]
        try await withServer(Self.settings) { port, _ in
            try await onThread {
                for (path, fields, status) in answers {
                    let connection = try RawConnection(port: port)
                    let request = "GET \(path) HTTP/1.1\r\nConnection: close\r\n\(fields)\r\n"
                    _ = connection.flood(with: request, upTo: request.utf8.count)
                    let answer = connection.readToEnd()
                    #expect(RawConnection.status(of: answer.text) == status, "\(request.utf8.count) bytes")
                    #expect(answer.isClosed)
                }
            }
        }
    }
}
