package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Many peers that connect and say nothing. */
final class Crowd implements AutoCloseable {
    private final List<RawClient> clients = new ArrayList<>();

    private Crowd() {}

    static Crowd connect(Path socket, int size) throws IOException {
        Crowd crowd = new Crowd();
        for (int i = 0; i < size; i++) {
            crowd.clients.add(RawClient.connect(socket));
        }
        return crowd;
    }

    int connected() {
        return clients.size();
    }

    @Override
    public void close() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }
}
