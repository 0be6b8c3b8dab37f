/**
 * Files of JSON or YAML that are not trusted, read so that each value knows its line and column.
 *
 * <p>Start with {@link io.github.seccompagent.app.document.DocumentParser}, and with {@link
 * io.github.seccompagent.app.document.FieldReader}, which reads the fields of an object.
 *
 * <p>For use by one thread at a time. What cannot be read throws a {@link
 * io.github.seccompagent.app.report.UsageException}. All else that is wrong is a finding.
 */
@NullMarked
package io.github.seccompagent.app.document;

import org.jspecify.annotations.NullMarked;
