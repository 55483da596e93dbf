#if ScribeApp
/// Values and names as they are written in SQL text, for statements that take no parameters (manual: "Lexical Structure").
package enum SQLText {
    /// `'it''s'`; with a backslash in it `E'…'`, which reads the same whatever `standard_conforming_strings` is.
    package static func literal(_ value: String) -> String {
        var text = ""
        var hasBackslash = false
        for character in value.unicodeScalars {
            if character == "'" { text += "'" }
            if character == "\\" {
                text += "\\"
                hasBackslash = true
            }
            text.unicodeScalars.append(character)
        }
        return (hasBackslash ? "E'" : "'") + text + "'"
    }
}
#endif
