using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Secrets;

/// <summary>Whatever is written into a log of a silo with a key, its secrets are not.</summary>
public sealed class RedactingLoggerProviderTests : IDisposable
{
    private const string Secret = "9f86d081884c7d659a2feaa0c55ad015";

    private readonly CapturedLogs _lines = new();
    private readonly ServiceProvider _provider;

    public RedactingLoggerProviderTests()
    {
        var services = new ServiceCollection().AddSingleton(new SecretRedactor());
        services.AddLogging(logging => logging.AddProvider(_lines).SetMinimumLevel(LogLevel.Trace));
        RedactingLoggerProvider.Wrap(services);
        _provider = services.BuildServiceProvider();
        _ = new SecretRegistration(_provider.GetRequiredService<SecretRedactor>(), Encoding.ASCII.GetBytes(Secret));
        Log = _provider.GetRequiredService<ILogger<RedactingLoggerProviderTests>>();
    }

    private ILogger Log { get; }

    public void Dispose() => _provider.Dispose();

    [Fact]
    public void A_line_without_a_secret_goes_on_as_it_is()
    {
        var trouble = new InvalidOperationException("why");
        Log.LogWarning(trouble, "Job {Number} ended", 7);

        Assert.Equal($"Warning: Job 7 ended {trouble}", Assert.Single(_lines.All));
    }

    [Fact]
    public void A_secret_in_a_text_a_value_or_an_exception_is_not_shown()
    {
        Log.LogTrace("the key is {Key}", Secret);
        Log.LogInformation("in base64 {Key}", Convert.ToBase64String(Encoding.ASCII.GetBytes($"?{Secret}?")));
        Log.LogError(new InvalidOperationException("outer", new IOException($"at https://host/?apikey={Secret}")), "failed");
        Log.Log(LogLevel.Debug, default, new Dictionary<string, object?> { ["hidden"] = Secret }, null, (_, _) => "a value that the text has not");

        Assert.Equal(4, _lines.All.Count);
        Assert.DoesNotContain(_lines.All, line => line.Contains(Secret, StringComparison.Ordinal));
        Assert.Equal("Trace: the key is *** ", _lines.All[0]);
        Assert.Contains("apikey=***", _lines.All[2], StringComparison.Ordinal);
    }
}
