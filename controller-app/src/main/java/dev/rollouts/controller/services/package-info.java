/** Services that rollouts have pointed at revisions. */
@NullMarked
package dev.rollouts.controller.services;

import org.jspecify.annotations.NullMarked;
