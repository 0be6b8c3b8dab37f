package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.process.ThreadFolder;

/** Adopts threads that wait for nothing. */
final class Adopted {
    private Adopted() {}

    static AdoptedCaller open(int thread, HelperRequest request) {
        try (ThreadFolder folder = ThreadFolder.of(thread)) {
            return AdoptedCaller.open(folder, folder.status(), false, request);
        }
    }
}
