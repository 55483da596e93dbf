#if ScribeApp
import PGSchemaSQL
import ScribeApp
import Testing
import TestSupport

/// Where a path with a slash too many or too few is sent: never to another host.
@Suite(.timeLimit(.minutes(1))) struct RedirectTests {
    @Test(arguments: [
        ("/health/", "/health"), ("/health///", "/health"), ("/health", "/health/"), ("/a\\/", "/a\\"),
        ("/\u{338}/", "/\u{338}"),
    ])
    func theOtherEnd(path: String, other: String) {
        #expect(RouteTable.otherEnd(of: path).map { Array($0.utf8) } == Array(other.utf8))
    }

    @Test(arguments: [
        "/", "//", "//evil.example", "//evil.example/", "/\\evil.example", "/\\evil.example/", "/\\/evil.example/",
        "evil.example/", "http://evil.example/", "\\\\evil.example/", "\\/evil.example/",
    ])
    func noOtherHost(path: String) {
        #expect(RouteTable.otherEnd(of: path) == nil)
    }

    @Test func overHTTP() async throws {
        let paths = [
            ("/health/", "/health"), ("/health/?//evil.example/", "/health?//evil.example/"),
            ("http://evil.example/health/", "/health"), ("//evil.example/health/", nil), ("//evil.example", nil),
            ("/\\evil.example/", nil), ("/\\health/", nil), ("//health/", nil), ("/health/..//evil.example/", nil),
            ("/%2Fevil.example/", nil), ("http://evil.example//health/", nil), ("/health", nil),
        ]
        try await withServer(ScribeProcess.noDatabase) { port, _ in
            try await onThread {
                for (path, location) in paths {
                    let connection = try RawConnection(port: port)
                    connection.send(
                        """
                        GET \(path) HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r
                        Connection: close\r\n\r\n
                        """)
                    let lines = connection.readToEnd().text.split(separator: "\r\n").map { $0.lowercased() }
                    let locations = lines.filter { $0.hasPrefix("location:") }
                    #expect(locations == (location.map { ["location: \($0)"] } ?? []), "\(path)")
                    #expect(lines.first?.contains(" 307 ") == (location != nil))
                }
            }
        }
    }
}
#endif
