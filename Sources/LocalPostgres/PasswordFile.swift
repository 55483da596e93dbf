/// The one line of a `.pgpass` file for the superuser. psql can use it: `PGPASSFILE=… psql`.
struct PasswordFile: Sendable, Equatable {
    var port: Int
    var user: String
    var password: String

    init(port: Int, user: String, password: String) {
        self.port = port
        self.user = user
        self.password = password
    }

    /// Parses the form of `text`.
    init?(text: String) {
        var fields = [""]
        var isEscaped = false
        for character in text.unicodeScalars where character != "\n" {
            if isEscaped {
                fields[fields.count - 1].unicodeScalars.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == ":" {
                fields.append("")
            } else {
                fields[fields.count - 1].unicodeScalars.append(character)
            }
        }
        guard fields.count == 5, let port = Int(fields[1]) else { return nil }
        self.init(port: port, user: fields[3], password: fields[4])
    }

    var text: String { "127.0.0.1:\(port):*:\(Self.escaped(user)):\(Self.escaped(password))\n" }

    private static func escaped(_ field: String) -> String {
        field.unicodeScalars.map { $0 == ":" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    }

    /// A random password of 142 bits that needs no quoting anywhere.
    static func randomPassword() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<24).compactMap { _ in alphabet.randomElement(using: &generator) })
    }
}
