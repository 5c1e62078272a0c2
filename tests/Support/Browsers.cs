namespace OrleansHybrid.Support;

/// <summary>The browser of this machine, if it is one that tests can drive.</summary>
public static class Browsers
{
    /// <summary>Its program; null where there is none.</summary>
    public static string? Chromium { get; } = MachinePrograms.Find("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

    /// <summary>Why tests of the web page can't run; null when they can.</summary>
    public static string? MissingReason => Chromium is null ? "needs a browser: apt-get install chromium" : null;
}
