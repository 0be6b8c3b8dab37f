/** What the commands that explain something print: findings, as text or as JSON. */
@NullMarked
package io.github.seccompagent.app.report;

import org.jspecify.annotations.NullMarked;
