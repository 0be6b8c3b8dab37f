package io.github.seccompagent.app;

import io.github.seccompagent.app.http.HttpAnswer;
import io.github.seccompagent.app.http.HttpRequest;
import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import io.prometheus.metrics.exporter.common.PrometheusHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;

/** A request for the metrics and its answer, in the form that Prometheus's own handler takes. */
final class ScrapeExchange implements PrometheusHttpExchange, PrometheusHttpRequest, PrometheusHttpResponse {
    private final HttpRequest request;
    private final Map<String, String> headers = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status = HttpAnswer.SERVER_ERROR;

    ScrapeExchange(HttpRequest request) {
        this.request = request;
    }

    HttpAnswer answer() {
        return new HttpAnswer(status, headers, body.toByteArray());
    }

    @Override
    public PrometheusHttpRequest getRequest() {
        return this;
    }

    @Override
    public PrometheusHttpResponse getResponse() {
        return this;
    }

    @Override
    public String getQueryString() {
        return request.query();
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return Collections.enumeration(request.values(name));
    }

    @Override
    public String getMethod() {
        return request.method();
    }

    @Override
    public String getRequestPath() {
        return request.path();
    }

    @Override
    public void setHeader(String name, String value) {
        headers.put(name, value);
    }

    @Override
    public OutputStream sendHeadersAndGetBody(int statusCode, int contentLength) {
        status = statusCode;
        return body;
    }

    @Override
    public void handleException(IOException e) throws IOException {
        throw e;
    }

    @Override
    public void handleException(RuntimeException e) {
        throw e;
    }

    @Override
    public void close() {}
}
