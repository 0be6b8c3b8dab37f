package io.github.seccompagent.app.nri;

/**
 * A message of ttrpc.
 *
 * @param connection which of the connections over one socket it belongs to
 * @param stream tells a call from others on that connection
 * @param type {@link #REQUEST} or {@link #RESPONSE}; others are of no use here
 * @param payload a message of protobuf
 */
record Frame(int connection, int stream, int type, byte[] payload) {
    /** The runtime calls the plugin. */
    static final int PLUGIN = 1;

    /** The plugin calls the runtime. */
    static final int RUNTIME = 2;

    static final int REQUEST = 1;
    static final int RESPONSE = 2;

    /** The longest payload that ttrpc allows. */
    static final int LONGEST = 4 << 20;

    /** Length, stream, type and flags. */
    static final int HEADER = 10;
}
