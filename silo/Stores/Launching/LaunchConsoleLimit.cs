namespace OrleansHybrid.Stores.Launching;

/// <summary>Most bytes of the text of one attempt of a launch; what is beyond is not kept.</summary>
public sealed record LaunchConsoleLimit(long MaxBytes = 16 << 20);
