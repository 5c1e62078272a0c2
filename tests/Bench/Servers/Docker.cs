using System.Diagnostics;

namespace OrleansHybrid.Bench.Servers;

/// <summary>The Docker engine of this machine, through its own command line.</summary>
internal static class Docker
{
    /// <summary>The small image that infra/docker/make-busybox-image.sh makes.</summary>
    public const string Image = "orleans-hybrid/busybox:1";

    /// <summary>False, with a word on standard error, where there is no engine or it has not the image.</summary>
    public static async Task<bool> IsReadyAsync()
    {
        try
        {
            await RunAsync("image", "inspect", "--format", "{{.Id}}", Image);
            return true;
        }
        catch (Exception ex) when (ex is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            await Console.Error.WriteLineAsync(
                $"Left out: no Docker engine with {Image} here (infra/docker/make-busybox-image.sh makes it).");
            return false;
        }
    }

    /// <summary>Runs <c>docker</c> to its end.</summary>
    public static async Task RunAsync(params string[] arguments)
    {
        using var docker = Process.Start(new ProcessStartInfo("docker", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await Task.WhenAll(docker.StandardOutput.ReadToEndAsync(), docker.StandardError.ReadToEndAsync());
        await docker.WaitForExitAsync();
        if (docker.ExitCode != 0)
        {
            throw new InvalidOperationException($"docker {string.Join(' ', arguments)} ended with {docker.ExitCode}");
        }
    }
}
