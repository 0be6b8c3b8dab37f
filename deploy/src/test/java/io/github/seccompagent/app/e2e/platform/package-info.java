/** Tests the agent on the platforms that start containers: containerd and pods, podman, images. */
@NullMarked
package io.github.seccompagent.app.e2e.platform;

import org.jspecify.annotations.NullMarked;
