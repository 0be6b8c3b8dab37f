package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.keeper.KeptFds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps what agents of this process store, one after the other. */
final class StandInKeeper implements AutoCloseable {
    private final Map<String, List<Fd>> stored = new LinkedHashMap<>();
    private final MessageBuffer buffer = new MessageBuffer(4096);
    private SocketPair sockets = new SocketPair(SocketPair.SOCK_SEQPACKET);
    private boolean isReady;
    private boolean isStopping;
    private int signsOfLife;
    private String watchdog = "";

    /** The keeper of the next agent, which gets all that the one before has stored. */
    Keeper next() {
        return next(false);
    }

    /** The same for an agent that has to wait until {@link #sayGo}. */
    Keeper nextThatWaits() {
        return next(true);
    }

    private Keeper next(boolean waits) {
        hear();
        sockets.close();
        sockets = new SocketPair(SocketPair.SOCK_SEQPACKET);
        isReady = false;
        isStopping = false;
        Map<String, List<Fd>> given = new LinkedHashMap<>();
        stored.forEach((name, fds) ->
                given.put(name, fds.stream().map(StandInKeeper::copy).toList()));
        return new Keeper(KeeperSocket.of(sockets.other().release()), KeptFds.of(given), waits);
    }

    private static Fd copy(Fd fd) {
        try (SocketPair pair = new SocketPair(SocketPair.SOCK_SEQPACKET)) {
            MessageBuffer message = new MessageBuffer(1);
            message.send(pair.own().number(), 1, fd.number());
            return message.receive(pair.other().number()).fds().get(0);
        }
    }

    private void hear() {
        Optional<MessageBuffer.Message> message =
                buffer.receiveNow(sockets.own().number());
        while (message.isPresent() && !message.get().isEndOfFile()) {
            obey(message.get());
            message = buffer.receiveNow(sockets.own().number());
        }
    }

    private void obey(MessageBuffer.Message message) {
        String text = new String(message.bytes(), StandardCharsets.US_ASCII);
        String name = text.replaceAll("(?s).*FDNAME=([^\n]*).*", "$1");
        List<String> lines = text.lines().toList();
        isReady |= lines.contains("READY=1");
        isStopping |= lines.contains("STOPPING=1");
        signsOfLife += lines.contains("WATCHDOG=1") ? 1 : 0;
        lines.stream().filter(line -> line.startsWith("WATCHDOG_USEC=")).forEach(line -> watchdog = line);
        if (text.startsWith("FDSTORE=1")) {
            if (!name.startsWith("c")) {
                assertThat(stored).as("a name is stored once").doesNotContainKey(name);
            }
            stored.computeIfAbsent(name, any -> new ArrayList<>()).addAll(message.fds());
        } else if (text.startsWith("FDSTOREREMOVE=1")) {
            drop(name);
        }
    }

    /** Replaces what the next agent gets by that name. */
    void put(String name, Fd fd) {
        drop(name);
        stored.put(name, new ArrayList<>(List.of(fd)));
    }

    private void drop(String name) {
        Optional.ofNullable(stored.remove(name)).ifPresent(fds -> fds.forEach(Fd::close));
    }

    void rename(String name, String other) {
        List<Fd> fds = Optional.ofNullable(stored.remove(name)).orElseThrow();
        drop(other);
        stored.put(other, fds);
    }

    /** What it keeps now. */
    Set<String> names() {
        hear();
        return Set.copyOf(stored.keySet());
    }

    Fd get(String name) {
        hear();
        return Optional.ofNullable(stored.get(name)).orElseThrow().get(0);
    }

    /** Tells the agent that there will be no next one. */
    void sayThatItEnds() {
        say("STOP=1");
    }

    void sayPark() {
        say("PARK=1");
    }

    void sayGo() {
        say("GO=1");
    }

    /** As if it were killed. */
    void goAway() {
        hear();
        sockets.close();
        sockets = new SocketPair(SocketPair.SOCK_SEQPACKET);
    }

    private void say(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
        buffer.putBytes(0, bytes).send(sockets.own().number(), bytes.length);
    }

    /** Whether the agent has said that there is no next one. */
    boolean isStopping() {
        hear();
        return isStopping;
    }

    /** How many signs of life have come from all agents. */
    int signsOfLife() {
        hear();
        return signsOfLife;
    }

    /** What the agent has last said about how long it may be silent. */
    String watchdog() {
        hear();
        return watchdog;
    }

    boolean isReady() {
        hear();
        return isReady;
    }

    @Override
    public void close() {
        stored.values().forEach(fds -> fds.forEach(Fd::close));
        sockets.close();
    }
}
