using Xunit;

namespace Orleans.Hybrid.Support;

/// <summary>A fact about the web page in a real browser: skipped by name where there is none, never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>The browser that is driven.</summary>
    public const string Chromium = "/usr/bin/chromium";

    public BrowserFactAttribute() =>
        Skip = File.Exists(Chromium) || Environment.GetEnvironmentVariable("CI") == "true"
            ? null
            : "needs a browser: apt-get install chromium";
}
