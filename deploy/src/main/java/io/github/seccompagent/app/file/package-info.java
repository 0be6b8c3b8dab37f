/** Files that are read and written as a whole: {@code WholeFile}, and those of JSON: {@code JsonFile}. */
@NullMarked
package io.github.seccompagent.app.file;

import org.jspecify.annotations.NullMarked;
