import Testing

/// Whatever meets real servers. One test after another: there are few cores, and tests that count or wait must not be
/// disturbed by each other. A server that is missing is a failure, never a skip.
@Suite(.serialized, .timeLimit(.minutes(5))) struct Live {}
