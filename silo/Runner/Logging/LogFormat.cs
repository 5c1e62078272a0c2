namespace OrleansHybrid.Runner.Logging;

/// <summary>How the runner writes what it has to say.</summary>
internal enum LogFormat
{
    /// <summary>For people: a line each.</summary>
    Text,

    /// <summary>For programs: one JSON object a line.</summary>
    Json,
}
