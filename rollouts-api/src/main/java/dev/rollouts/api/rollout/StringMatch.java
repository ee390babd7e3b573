package dev.rollouts.api.rollout;

/** How a text must look; an empty string means not set. */
public record StringMatch(String exact, String prefix, String regex) {}
