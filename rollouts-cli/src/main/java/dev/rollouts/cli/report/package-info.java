/**
 * What a run looked like, for people: as text for a terminal and as one HTML file. Start with
 * {@link dev.rollouts.cli.report.Report}, the data; {@link dev.rollouts.cli.report.TextReport} and
 * {@link dev.rollouts.cli.report.HtmlReport} render it.
 */
@NullMarked
package dev.rollouts.cli.report;

import org.jspecify.annotations.NullMarked;
