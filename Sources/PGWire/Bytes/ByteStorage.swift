/// The memory of a ``ByteWriter``. Not an array, whose runtime type would have to be looked up for each small one, and whose
/// bytes would have to be set to zero first.
@usableFromInline
@safe final class ByteStorage: ManagedBuffer<Void, UInt8> {
    /// Memory for so many bytes, with any content.
    static func make(capacity: Int) -> ByteStorage {
        // Sound: `create` makes an object of the class that it is called on.
        unsafe unsafeDowncast(create(minimumCapacity: capacity) { _ in }, to: ByteStorage.self)
    }

    /// The memory from its beginning.
    @inlinable
    @inline(__always)
    var base: UnsafeMutableRawPointer {
        unsafe withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
    }
}
