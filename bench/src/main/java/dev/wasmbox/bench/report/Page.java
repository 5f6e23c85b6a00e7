package dev.wasmbox.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A page of Markdown with plots beside it. */
final class Page {

    private final Path file;
    private final Path plots;
    private final String link;
    private final StringBuilder text = new StringBuilder();

    /**
     * An empty page.
     *
     * @param file where it is written to
     * @param plots the folder beside it for the plots, which is made
     */
    Page(Path file, Path plots) throws IOException {
        this.file = file;
        this.plots = Files.createDirectories(plots);
        link = plots.getFileName() + "/";
    }

    void title(String title) {
        text.append("# ").append(title).append('\n');
    }

    void heading(String heading) {
        text.append("\n## ").append(heading).append('\n');
    }

    void paragraph(String paragraph) {
        text.append('\n').append(paragraph.strip()).append('\n');
    }

    /** Adds a table, unless it has no rows. The cells of all columns but the first are figures. */
    void table(List<String> heading, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        text.append('\n');
        row(heading);
        text.append("|---|").append("--:|".repeat(heading.size() - 1)).append('\n');
        rows.forEach(this::row);
    }

    private void row(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** Adds a plot, unless there is nothing in it, or nothing to draw it with. */
    void plot(String name, Plot plot) throws IOException, InterruptedException {
        Path picture = plots.resolve(name + ".svg");
        if (!plot.isEmpty() && plot.draw(picture)) {
            text.append("\n![")
                    .append(plot.title().replace("''", "'"))
                    .append("](")
                    .append(link)
                    .append(picture.getFileName())
                    .append(")\n");
        }
    }

    void write() throws IOException {
        Files.writeString(file, text);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
