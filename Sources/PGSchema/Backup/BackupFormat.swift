import PGSchemaSQL
import PGWire

/// The format of a backup: SQL that psql can run, divided into parts by comment lines with each part's length, so that a
/// restore need not parse SQL.
///
/// ```sql
/// -- pgschema backup, format 1
/// \restrict 0123…
/// --@ begin 8 transaction
/// BEGIN;
///
/// --@ sql 31 TABLE public.player
/// CREATE TABLE public.player (…);
///
/// --@ copy 44 public.player
/// COPY public.player (id, name) FROM stdin;
/// 1	Ada
/// \.
/// --@ rows 1 public.player
/// --@ commit 8 transaction
/// COMMIT;
/// \unrestrict 0123…
/// -- sha256 0123…
/// ```
package enum BackupFormat {
    static func firstLine(_ program: String) -> String { "-- \(program)\(magic)\(version)" }
    /// The text after the program's name in the first line, in every version of the format.
    static let magic = " backup, format "
    private static let version = "1"
    /// The kinds of first lines.
    package enum FirstLine {
        /// That of a backup in this format.
        case known
        /// The same with a carriage return at its end.
        case withCarriageReturn
        case otherFormat
        case noBackup
    }

    /// The kind of a first line. The program's name does not matter.
    package static func kind(ofFirstLine line: String) -> FirstLine {
        guard line.starts(withBytesOf: "-- "), let place = line.utf8.firstRange(of: magic.utf8) else {
            return .noBackup
        }
        switch String(line[place.upperBound...]) {
        case version: return .known
        case version + "\r": return .withCarriageReturn
        default: return .otherFormat
        }
    }

    /// The beginning of the header line that names the schema, when it was the default one.
    static let schemaMark = "-- schema   "
    /// The beginning of the header lines that name the schemas, when they were asked for.
    static let namedSchemaMark = "-- schemas  "
    /// The beginning of the label of a large object's parts.
    static let largeObjectLabel = "LARGE OBJECT "
    static let checksumMark = "-- sha256 "
    /// The length of the last line, which is not part of the checksum.
    static let checksumLength = checksumMark.utf8.count + 2 * 32 + 1
    static let endOfData: [UInt8] = Array("\\.".utf8)
    /// The longest line of a mark or the header, in bytes.
    static let longestMark = 1024

    /// The limit for a statement's text, in bytes: more than any schema needs.
    static let longestStatement: Int64 = 64 << 20

    /// The kinds of parts.
    package enum Kind: String {
        case begin, sql, copy, rows, commit
    }

    /// A line that introduces a part.
    struct Mark {
        var kind: Kind
        /// The length of the part's text in bytes; for ``Kind/rows`` the number of rows.
        var number: Int64
        var label: String

        init(_ kind: Kind, _ number: Int64, _ label: String) {
            self.kind = kind
            self.number = number
            self.label = BackupFormat.printable(label)
        }

        /// Parses a line; nil when it is no mark.
        init?(_ line: String) {
            let words = line.split(at: " ", maxSplits: 3, omittingEmpty: false)
            guard words.count == 4, words[0] == "--@", let kind = Kind(rawValue: String(words[1])),
                let number = Int64(words[2]), number >= 0
            else { return nil }
            self.init(kind, number, String(words[3]))
        }

        var line: String { "--@ \(kind.rawValue) \(number) \(label)\n" }
    }

    static func checksumLine(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        return "\(checksumMark)\(text)\n"
    }

    /// Whether the line is `\restrict` or `\unrestrict`, which only psql needs.
    static func isForPsql(_ line: String) -> Bool {
        ["\\restrict ", "\\unrestrict "].contains { line.utf8.starts(with: $0.utf8) }
    }

    /// A name for a comment: on one line, without control characters, and at most 200 scalars.
    ///
    /// After a line break in a name, psql would run the rest as commands.
    package static func printable(_ text: String) -> String {
        let safe = text.unicodeScalars.prefix(200).map { scalar in
            scalar.isDisplayControl ? "?" : scalar
        }
        return String(String.UnicodeScalarView(safe))
    }
}
