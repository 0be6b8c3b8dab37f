package io.github.seccompagent.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/** Stands in for an API server with one node, and does with patches what the real one does. */
final class NodeServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/api/v1/nodes/node1";

    private final Path account;
    private final HttpsServer server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ArrayNode taints = JSON.createArrayNode(); // guarded by this
    private Runnable afterGet = () -> {}; // guarded by this
    private String refusal = ""; // guarded by this

    NodeServer(SSLContext certificate, Path account) throws IOException {
        this.account = account;
        Files.writeString(account.resolve("token"), "secret");
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate));
        server.createContext("/", this::answer);
        server.start();
    }

    KubernetesApi api() {
        URI address = URI.create("https://localhost:" + server.getAddress().getPort());
        return new KubernetesApi(address, account, Duration.ofMinutes(1));
    }

    /** Adds a taint before the others. */
    synchronized void taint(String key, String effect) {
        taints.insertObject(0).put("key", key).put("effect", effect);
    }

    /** Does something once, when the node was read and nothing was changed yet. */
    synchronized void afterNextGet(Runnable action) {
        afterGet = action;
    }

    /** Refuses all requests. Empty: no longer. */
    synchronized void refuse(String message) {
        refusal = message;
    }

    synchronized List<String> taints() {
        return taints.valueStream()
                .map(taint ->
                        taint.path("key").asText() + ":" + taint.path("effect").asText())
                .toList();
    }

    List<String> requests() {
        return requests;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        requests.add(method + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        if (!refusal.isEmpty()) {
            send(exchange, 403, status(refusal));
        } else if (!exchange.getRequestURI().getPath().equals(PATH)) {
            send(exchange, 404, status("no such node"));
        } else if (method.equals("GET")) {
            send(exchange, 200, node());
            Runnable action = afterGet;
            afterGet = () -> {};
            action.run();
        } else if (!"application/json-patch+json"
                .equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
            send(exchange, 415, status("no such patch"));
        } else if (isApplied(body)) {
            send(exchange, 200, node());
        } else {
            send(exchange, 422, status("the server rejected our request due to an error in our request"));
        }
    }

    private ObjectNode node() {
        ObjectNode node = JSON.createObjectNode().put("kind", "Node");
        node.putObject("spec").set("taints", taints.deepCopy());
        return node;
    }

    private static JsonNode status(String message) {
        return JSON.createObjectNode().put("kind", "Status").put("message", message);
    }

    /** The operations test and remove. All of them are applied, or none. */
    private boolean isApplied(JsonNode operations) {
        ObjectNode copy = node();
        for (JsonNode operation : operations) {
            String path = operation.path("path").asText();
            switch (operation.path("op").asText()) {
                case "test" -> {
                    if (!copy.at(path).equals(operation.path("value"))) {
                        return false;
                    }
                }
                case "remove" -> {
                    int slash = path.lastIndexOf('/');
                    ((ArrayNode) copy.at(path.substring(0, slash))).remove(Integer.parseInt(path.substring(slash + 1)));
                }
                default -> {
                    return false;
                }
            }
        }
        taints.removeAll().addAll((ArrayNode) copy.at("/spec/taints"));
        return true;
    }

    private static void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
