package import PGSchemaReports

/// One setting that is missing or unusable.
package struct SettingsProblem: Sendable, Equatable {
    /// The variable's name.
    package let name: String
    /// What is wrong with it and what it should be. Never a secret's value.
    package let reason: String
}

/// All that is wrong with the settings, so that one run shows the whole list.
package struct SettingsError: ShownError {
    /// In the order of the settings' table.
    package let problems: [SettingsProblem]
    /// What was odd beside them, such as a line of `.env` that may have been meant to say what is missing.
    package var warnings: [String] = []

    /// A line for each problem, and one for each warning.
    package var shown: ShownText {
        """
        \(problems.count == 1 ? "one setting" : "\(problems.count) settings") to correct, in the environment or in .env:
        \(lines: problems.map { "\($0.name) \($0.reason)" } + warnings)
        """
    }
}
