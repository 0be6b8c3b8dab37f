package io.github.seccompagent.app.inspect;

import io.github.seccompagent.app.filter.FilterChain;
import java.util.Optional;

/**
 * What was seen of a process, container or profile.
 *
 * @param chain its filters; empty if they could not be had
 */
record Look(Subject subject, Optional<FilterChain> chain) {}
