/// The memory of a ``ByteWriter``. Not an array, as that looks up its runtime type at each allocation and sets its
/// bytes to zero.
@usableFromInline
@safe final class ByteStorage: ManagedBuffer<Void, UInt8> {
    /// Allocates uninitialized memory for `capacity` bytes.
    static func make(capacity: Int) -> ByteStorage {
        // Sound: `create` makes an object of the class that it is called on.
        unsafe unsafeDowncast(create(minimumCapacity: capacity) { _ in }, to: ByteStorage.self)
    }

    /// The address of the first byte.
    @inlinable
    @inline(__always)
    var base: UnsafeMutableRawPointer {
        unsafe withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
    }
}
