package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.TargetString;

/**
 * What a call is about to act on, as its worker says it: struct found of protocol.h.
 *
 * @param descriptor a descriptor of the worker
 * @param name a name in the folder that the descriptor refers to; empty if the call acts on the descriptor's own file
 * @param mount the id of the descriptor's mount that no other mount gets; 0 if the worker cannot tell
 * @param type S_IFMT of the descriptor's file; 0 if the worker cannot tell
 * @param moved whether it may be a folder that was moved out of what its mount shows
 */
record FoundPlace(int descriptor, TargetString name, long mount, int type, boolean moved) {}
