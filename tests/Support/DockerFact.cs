using System.ComponentModel;
using System.Diagnostics;

namespace OrleansHybrid.Support;

/// <summary>A fact about a real Docker engine.</summary>
public sealed class DockerFactAttribute() : ConditionalFactAttribute(Need.Docker);

/// <summary>The same for facts with data.</summary>
public sealed class DockerTheoryAttribute() : ConditionalTheoryAttribute(Need.Docker);

/// <summary>The images that such facts run, made on this machine, so that no registry is needed.</summary>
public static class TestImages
{
    /// <summary>A shell and its tools, as root.</summary>
    public const string Busybox = "orleans-hybrid/busybox:1";

    /// <summary>The same as an unprivileged user, with a volume at <c>/data</c>.</summary>
    public const string BusyboxNobody = "orleans-hybrid/busybox:1-nobody";

    /// <summary>The socket of the engine, where it is not told otherwise.</summary>
    private const string UsualSocket = "/var/run/docker.sock";

    private const string Script = "infra/docker/make-busybox-image.sh";
    private static readonly TimeSpan BuildTimeout = TimeSpan.FromSeconds(60);
    private static readonly Lazy<string?> BuildError = new(Build);

    /// <summary>Why there are no such images here; null when there are.</summary>
    public static string? MissingReason => BuildError.Value is { } trouble
        ? $"needs a Docker engine: apt-get install docker.io busybox-static ({trouble})"
        : null;

    /// <summary>The Unix socket of the engine that runners use.</summary>
    public static string Socket =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } address ? address.Replace("unix://", "", StringComparison.Ordinal) : UsualSocket;

    private static string? Build()
    {
        try
        {
            using var script = Process.Start(new ProcessStartInfo("/bin/sh", [Path.Combine(Root, Script)])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                // The engine of DOCKER_HOST, as runners have it, and not that of a context which only the docker command knows.
                Environment = { ["DOCKER_CONTEXT"] = "default" },
            })!;
            var trouble = script.StandardError.ReadToEndAsync();
            if (!script.WaitForExit(BuildTimeout))
            {
                script.Kill(entireProcessTree: true);
                return $"{Script} did not end within {BuildTimeout.TotalSeconds} s";
            }

            return script.ExitCode == 0 ? null : trouble.GetAwaiter().GetResult().Trim();
        }
        catch (Win32Exception ex)
        {
            return ex.Message;
        }
    }

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.Hybrid.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"no solution above {AppContext.BaseDirectory}");
    }
}
