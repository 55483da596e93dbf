#if ScribeApp
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

    /// A line for each problem.
    package var shown: ShownText {
        """
        \(problems.count == 1 ? "one setting" : "\(problems.count) settings") to correct, in the environment or in .env:
        \(lines: problems.map { "\($0.name) \($0.reason)" })
        """
    }
}
#endif
