#if ScribeApp
import ArgumentParser
import Hummingbird
import Logging
import ServiceLifecycle

@main
struct ScribeApp: AsyncParsableCommand {
    mutating func run() async throws {
        print("x")
    }
}
#endif
