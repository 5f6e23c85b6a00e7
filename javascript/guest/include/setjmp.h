/* QuickJS includes it and uses nothing of it; the C library for WebAssembly has none. */
