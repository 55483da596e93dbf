import PGSchemaReports

/// `5 tables, 1 row`
func contents(tables: Int, rows: Int64) -> ShownText {
    "\(tables) \(tables == 1 ? "table" : "tables"), \(rows) \(rows == 1 ? "row" : "rows")"
}
