package dev.rollouts.runner;

import dev.rollouts.engine.analysis.AnalysisEngine;
import dev.rollouts.runner.store.RunStore;
import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * What the runs of one runner share.
 *
 * @param turns takes turns; separate from the calls, so that a slow back-end delays no decision
 */
record Workshop(
    AnalysisEngine engine,
    Measurer measurer,
    RunStore store,
    AnalysisListener listener,
    Clock clock,
    Alarm alarm,
    Calls calls,
    CallLimits limits,
    Executor turns) {}
