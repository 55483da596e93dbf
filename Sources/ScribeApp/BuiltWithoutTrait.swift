#if !ScribeApp
/// What `swift build` without the trait makes: a program that says how to build the real one.
@main
struct BuiltWithoutTrait {
    static func main() {
        print("scribe-app was built without its packages: use `make serve`, or `swift build --traits ScribeApp`.")
    }
}
#endif
