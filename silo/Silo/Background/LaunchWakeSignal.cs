namespace OrleansHybrid.Silo.Background;

/// <summary>Wakes this silo's <see cref="LaunchReconciler"/> when something was launched or cancelled here.</summary>
internal sealed class LaunchWakeSignal : WakeSignal;
