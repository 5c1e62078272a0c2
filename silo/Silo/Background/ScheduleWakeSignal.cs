namespace OrleansHybrid.Silo.Background;

/// <summary>Wakes this silo's <see cref="ScheduleTrigger"/> when a schedule was made or changed here: it may be due soon.</summary>
internal sealed class ScheduleWakeSignal : WakeSignal;
