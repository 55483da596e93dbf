import FoundationEssentials

/// Where settings come from: the environment first, then `.env` in the working directory.
package struct SettingsSource: Sendable {
    /// Values by name in upper case.
    private let values: [String: String]
    /// What was odd about the file, one sentence each.
    package let warnings: [String]

    /// - Parameters:
    ///   - environment: the process's variables, in any letter case.
    ///   - file: the text of `.env`, if there is one.
    package init(environment: [String: String], file: String? = nil) {
        let dotEnv = DotEnv(parsing: file ?? "")
        var values: [String: String] = [:]
        for (name, value) in dotEnv.variables { values[name.uppercased()] = value }
        // Of two spellings of one name the upper-case one counts: a dictionary's order must not decide.
        for (name, value) in environment where name != name.uppercased() { values[name.uppercased()] = value }
        for (name, value) in environment where name == name.uppercased() { values[name] = value }
        self.values = values
        self.warnings = dotEnv.unreadableLines.map {
            ".env line \($0) is not NAME=value, or its quote is not closed: it is ignored"
        }
    }

    /// The process's environment and the working directory's `.env`.
    ///
    /// - Throws: ``SettingsError`` when the file is there and cannot be read.
    package static func ofProcess() throws(SettingsError) -> SettingsSource {
        let environment = ProcessInfo.processInfo.environment
        guard FileManager.default.fileExists(atPath: ".env") else { return SettingsSource(environment: environment) }
        do {
            return SettingsSource(environment: environment, file: try String(contentsOfFile: ".env", encoding: .utf8))
        } catch {
            let problem = SettingsProblem(name: ".env", reason: "is there, but cannot be read as UTF-8 text")
            throw SettingsError(problems: [problem])
        }
    }

    /// The value of `name` (upper case) as it was written, empty text included.
    package subscript(name: String) -> String? { values[name] }
}
