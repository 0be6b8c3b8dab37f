/**
 * Programs that the build and deploy/image run to complete their results: they archive the classes that a start needs.
 */
@NullMarked
package io.github.seccompagent.app.distribution;

import org.jspecify.annotations.NullMarked;
