package io.github.seccompagent.app;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.seccompagent.app.report.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The Kubernetes API server, as a pod reaches it: with the token and the certificate of its service account. Both are
 * read each time, because they are replaced while the pod runs.
 */
final class KubernetesApi {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_REASON = 400;
    static final int MAX_BYTES = 8 << 20; // a node's pods are a few megabytes at most

    private final URI server;
    private final Path account;
    private final Duration deadline;

    /** @param account the folder with the files token and ca.crt */
    KubernetesApi(URI server, Path account, Duration deadline) {
        this.server = server;
        this.account = account;
        this.deadline = deadline;
    }

    /** The API server of the pod that this program runs in. Empty outside of a pod. */
    static Optional<KubernetesApi> inCluster(Map<String, String> environment, Duration deadline) {
        String host = environment.get("KUBERNETES_SERVICE_HOST");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        if (host == null) {
            return Optional.empty();
        }
        String authority = host.contains(":") ? "[" + host + "]" : host;
        return Optional.of(
                new KubernetesApi(URI.create("https://" + authority + ":" + port), SERVICE_ACCOUNT, deadline));
    }

    /**
     * The pods of a node: a PodList, reduced by {@link PodFields}.
     *
     * @param node the node's name; empty for the pods of all nodes
     * @throws IOException if the answer does not come within the deadline, or is larger than {@link #MAX_BYTES}
     */
    JsonNode pods(String node) throws IOException, InterruptedException {
        String selector = URLEncoder.encode("spec.nodeName=" + node, StandardCharsets.UTF_8);
        URI uri = server.resolve("/api/v1/pods" + (node.isEmpty() ? "" : "?fieldSelector=" + selector));
        return parse(uri, answer(request(uri).build()));
    }

    /** What the API server says about a node. */
    JsonNode node(String name) throws IOException, InterruptedException {
        URI uri = nodeUri(name);
        return tree(uri, JSON.createParser(answer(request(uri).build())));
    }

    /**
     * Changes a node.
     *
     * @param patch of RFC 6902
     * @throws IOException if nothing was changed, or nobody knows; one line says why
     */
    void patchNode(String name, ArrayNode patch) throws IOException, InterruptedException {
        answer(request(nodeUri(name))
                .header("Content-Type", "application/json-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(patch)))
                .build());
    }

    private URI nodeUri(String name) {
        return server.resolve("/api/v1/nodes/" + URLEncoder.encode(name, StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(URI uri) throws IOException {
        String token = Files.readString(account.resolve("token")).strip();
        return HttpRequest.newBuilder(uri)
                .timeout(deadline)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
    }

    private byte[] answer(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() != 200) {
            throw new IOException(request.uri() + " answers with status " + response.statusCode()
                    + reason(response.body()).map(reason -> ": " + reason).orElse(""));
        }
        return response.body();
    }

    /** What the API server says about a request that it refuses. */
    private static Optional<String> reason(byte[] body) {
        try {
            String message = JSON.readTree(body).path("message").asText();
            return Optional.of(Printable.of(message.substring(0, Math.min(message.length(), LONGEST_REASON))))
                    .filter(text -> !text.isEmpty());
        } catch (IOException noStatus) {
            return Optional.empty();
        }
    }

    private static JsonNode parse(URI uri, byte[] body) throws IOException {
        return tree(uri, PodFields.only(JSON.createParser(body)));
    }

    private static JsonNode tree(URI uri, JsonParser parser) throws IOException {
        try (parser) {
            JsonNode all = JSON.readTree(parser);
            return all == null ? JSON.missingNode() : all; // null if PodFields left nothing
        } catch (JsonProcessingException e) {
            throw new IOException(uri + " answers with no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Applies the deadline to the whole answer. HttpClient's own timeout is only for the beginning of the answer. */
    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(trustingCluster())
                .connectTimeout(deadline)
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, head -> new CappedBody(MAX_BYTES));
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(request.uri() + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException(request.uri() + " does not answer within " + deadline, e);
        } finally {
            answer.cancel(true); // or the connection would stay, and what comes on it would be collected
        }
    }

    private SSLContext trustingCluster() throws IOException {
        try {
            byte[] pem = Files.readAllBytes(account.resolve("ca.crt"));
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
                store.setCertificateEntry("ca" + number++, each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate in " + account.resolve("ca.crt") + " cannot be used: " + e, e);
        }
    }
}
