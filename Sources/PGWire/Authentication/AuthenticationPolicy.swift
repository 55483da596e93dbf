// Stand-in while the real file is being written.
public struct AuthenticationPolicy: Sendable, Equatable { public init() {} }
