/// How much is logged, in the words of swift-log.
package enum LogLevel: String, Sendable {
    case trace, debug, info, warning, error, critical
}
