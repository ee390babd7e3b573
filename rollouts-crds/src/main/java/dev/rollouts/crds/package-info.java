/**
 * The CustomResourceDefinitions of the five kinds, for whoever installs them. Open {@link
 * dev.rollouts.crds.CustomResourceDefinitions} first. Imports nothing.
 *
 * <pre>{@code
 * for (String name : CustomResourceDefinitions.names()) {
 *   client.resource(CustomResourceDefinitions.yaml(name)).serverSideApply();
 * }
 * }</pre>
 */
@NullMarked
package dev.rollouts.crds;

import org.jspecify.annotations.NullMarked;
