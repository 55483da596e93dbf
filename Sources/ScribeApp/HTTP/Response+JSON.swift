#if ScribeApp
package import Hummingbird
package import PGSchemaReports

extension Response {
    /// `json` with `content-type: application/json`, and nothing after it: the browser client compares.
    package static func json(_ json: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json.text)))
    }

    /// An application error, `{"detail":"…"}`.
    static func error(_ status: HTTPResponse.Status, _ detail: String) -> Response {
        .json(["detail": .string(detail)], status: status)
    }

    /// Plain text.
    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
#endif
