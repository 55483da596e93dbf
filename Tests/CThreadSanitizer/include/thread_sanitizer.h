// Nothing is called: what this target has, it has in place of functions of Swift's library.
