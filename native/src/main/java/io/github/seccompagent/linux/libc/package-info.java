/**
 * The C library, and memory with an address. Only the other packages of the kernel boundary use it.
 *
 * <p>Start with {@link io.github.seccompagent.linux.libc.LibC}, the functions, and {@link
 * io.github.seccompagent.linux.libc.NativeBuffer}, the memory that they read and write.
 *
 * <p>Several threads may call functions, and {@code errno} is that of the calling thread. A buffer is for one thread.
 *
 * <p>Functions return what C returns. The caller checks it, and throws {@code LibC.failure}.
 */
@NullMarked
package io.github.seccompagent.linux.libc;

import org.jspecify.annotations.NullMarked;
