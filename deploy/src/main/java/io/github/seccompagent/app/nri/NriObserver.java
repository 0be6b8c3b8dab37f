package io.github.seccompagent.app.nri;

import java.time.Duration;

/** Is told what happens at NRI, for metrics. All methods are quick and do not throw. */
public interface NriObserver {
    /** What a container got that was being created. */
    enum Result {
        /** It has grants. */
        ADJUSTED,
        /** It has none, and asked for none. */
        UNCHANGED,
        /** It was not created. */
        REFUSED
    }

    /** A container was being created; the answer took that long. */
    void created(Result result, Duration time);

    /** A runtime was connected to, or the connection was lost. */
    void connected(boolean isUp);

    /** A container runs whose pod asks for grants, and the agent does not serve it. */
    void unhonoured();

    /** How many such containers run now. */
    void unhonouredNow(int count);
}
