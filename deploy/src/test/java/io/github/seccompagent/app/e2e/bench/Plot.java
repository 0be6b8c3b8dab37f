package io.github.seccompagent.app.e2e.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Draws lines as SVG. Both axes are logarithmic, because a series grows by factors.
 *
 * @param x what the axis at the bottom counts
 * @param y what the axis at the left counts, with its unit
 * @param lines by name, each with its points. Figures are positive
 */
record Plot(String title, String x, String y, Map<String, SortedMap<Double, Double>> lines) {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 460;
    private static final int LEFT = 90;
    private static final int RIGHT = 30;
    private static final int TOP = 76;
    private static final int BOTTOM = 60;
    private static final int MAX_LABELS = 8;
    private static final List<String> COLOURS = List.of("#1f5fa8", "#c0392b", "#2e8b57", "#8e44ad");

    private static final String BEGIN = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d"
                font-family="sans-serif" font-size="13">
            <rect width="100%%" height="100%%" fill="white"/>
            """.formatted(WIDTH, HEIGHT, WIDTH, HEIGHT);

    String svg() {
        double[] xs = lines.values().stream()
                .flatMapToDouble(line -> line.keySet().stream().mapToDouble(Double::doubleValue))
                .toArray();
        double[] ys = lines.values().stream()
                .flatMapToDouble(line -> line.values().stream().mapToDouble(Double::doubleValue))
                .toArray();
        Axis across = Axis.over(xs, LEFT, WIDTH - RIGHT);
        Axis up = Axis.over(ys, HEIGHT - BOTTOM, TOP);
        StringBuilder svg = new StringBuilder(BEGIN);
        text(svg, WIDTH / 2.0, 24, "middle", "font-size=\"16\"", title);
        for (double tick : across.ticks) {
            double at = across.place(tick);
            line(svg, at, TOP, at, HEIGHT - BOTTOM);
            text(svg, at, HEIGHT - BOTTOM + 18, "middle", "", number(tick));
        }
        for (double tick : up.ticks) {
            double at = up.place(tick);
            line(svg, LEFT, at, WIDTH - RIGHT, at);
            text(svg, LEFT - 8, at + 4, "end", "", number(tick));
        }
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 16, "middle", "", x);
        double middle = (TOP + HEIGHT - BOTTOM) / 2.0;
        text(svg, 22, middle, "middle", "transform=\"rotate(-90 22 " + middle + ")\"", y);
        int number = 0;
        for (Map.Entry<String, SortedMap<Double, Double>> each : lines.entrySet()) {
            draw(svg, each.getKey(), each.getValue(), across, up, number++);
        }
        return svg.append("</svg>\n").toString();
    }

    private void draw(
            StringBuilder svg, String name, SortedMap<Double, Double> points, Axis across, Axis up, int number) {
        String colour = COLOURS.get(number % COLOURS.size());
        StringBuilder path = new StringBuilder();
        points.forEach((px, py) -> path.append(format("%.1f,%.1f ", across.place(px), up.place(py))));
        svg.append(format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n",
                path.toString().strip(), colour));
        points.forEach((px, py) -> svg.append(format(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"><title>%s: %s</title></circle>\n",
                across.place(px), up.place(py), colour, number(px), number(py))));
        double at = LEFT + number * (double) (WIDTH - LEFT - RIGHT) / lines.size();
        svg.append(format("<rect x=\"%.1f\" y=\"44\" width=\"22\" height=\"4\" fill=\"%s\"/>\n", at, colour));
        text(svg, at + 28, 51, "start", "", name);
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", x1, y1, x2, y2));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String more, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        svg.append(
                format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>\n", x, y, anchor, more, escaped));
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /** With groups of thousands, and no more digits than it has. */
    static String number(double number) {
        String text = format("%,.3f", number);
        return number >= 100 ? format("%,.0f", number) : text.replaceAll("\\.?0+$", "");
    }

    /** From where to where an axis goes, and where its numbers stand: 1, 2 and 5 times powers of ten, or just these. */
    private record Axis(double least, double most, double from, double to, double[] ticks) {
        static Axis over(double[] figures, double from, double to) {
            double[] fine = steps(figures, 1, 2, 5);
            double[] ticks = fine.length > MAX_LABELS ? steps(figures, 1) : fine;
            return new Axis(ticks[0], ticks[ticks.length - 1], from, to, ticks);
        }

        /** Those steps that the figures reach, with the one below and the one above. */
        private static double[] steps(double[] figures, double... factors) {
            double least = DoubleStream.of(figures).min().orElse(1);
            double most = DoubleStream.of(figures).max().orElse(1);
            double[] all = IntStream.rangeClosed(-3, 12)
                    .mapToDouble(exponent -> Math.pow(10, exponent))
                    .flatMap(power -> DoubleStream.of(factors).map(factor -> factor * power))
                    .toArray();
            double first =
                    DoubleStream.of(all).filter(step -> step <= least).max().orElse(all[0]);
            double last = DoubleStream.of(all)
                    .filter(step -> step > first && step >= most)
                    .min()
                    .orElse(all[all.length - 1]);
            return DoubleStream.of(all)
                    .filter(step -> step >= first && step <= last)
                    .toArray();
        }

        double place(double figure) {
            return from + (to - from) * Math.log(figure / least) / Math.log(most / least);
        }
    }
}
