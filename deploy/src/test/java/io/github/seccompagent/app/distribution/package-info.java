/** What the build and deploy/image run to complete what they build: archives of the classes that a start needs. */
@NullMarked
package io.github.seccompagent.app.distribution;

import org.jspecify.annotations.NullMarked;
