using Microsoft.Extensions.Logging.Abstractions;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// The silo's log without what the web server says of each request: that holds whole queries, and a caller of the
/// original's form may have its secret there. No level and no filter brings it back.
/// </summary>
internal sealed class RequestLogSuppressor(ILoggerFactory logs) : ILoggerFactory
{
    private const string RequestCategory = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => categoryName == RequestCategory ? NullLogger.Instance : logs.CreateLogger(categoryName);

    /// <inheritdoc />
    public void AddProvider(ILoggerProvider provider) => logs.AddProvider(provider);

    /// <summary>Nothing: the log is the silo's.</summary>
    public void Dispose()
    {
    }
}
