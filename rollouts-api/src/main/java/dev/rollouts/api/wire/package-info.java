/**
 * How records become JSON trees and back. Start with {@link dev.rollouts.api.wire.Wire}.
 *
 * <p>A tree is made of plain JDK values: {@code Map<String, Object>}, {@code List<Object>}, {@code
 * String}, {@code Boolean}, {@code Integer}, {@code Long}, {@code Double}, {@code
 * java.math.BigInteger} and {@code null}. Reading and writing text is the business of {@code
 * rollouts-codec}. The component names of a record are the keys of its YAML object, so one
 * declaration serves reading, writing, linting and schema generation.
 *
 * <pre>{@code
 * Decoded<AnalysisSpec> decoded = Wire.decode(AnalysisSpec.class, tree);
 * decoded.problems().forEach(System.err::println);   // metrics[1].count: expected integer or string, found list
 * Map<String, Object> back = Wire.overlay(tree, decoded.value());   // equals tree, unknown fields included
 * }</pre>
 */
@NullMarked
package dev.rollouts.api.wire;

import org.jspecify.annotations.NullMarked;
