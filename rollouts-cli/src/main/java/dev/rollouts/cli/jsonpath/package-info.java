/**
 * kubectl's JSONPath: templates of text and of expressions in braces, over plain JSON values.
 *
 * <p>Start at {@link dev.rollouts.cli.jsonpath.JsonPath}. Imports the JDK and the codec only: the
 * libraries of the JVM for JSONPath have other rules for filters and unions, and no templates.
 */
@NullMarked
package dev.rollouts.cli.jsonpath;

import org.jspecify.annotations.NullMarked;
