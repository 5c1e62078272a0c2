using System.Text;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// Sends the console text of a launch as it appears, and at its end one line of ours: <c>hybrid-launch ID VERDICT
/// CODE</c>. The end is read after the launch is known to be over, so that no line is lost.
/// </summary>
internal sealed partial class ConsoleStreamer(
    INimbixLauncherControlGrain launcher, LaunchSnapshot launch, ILaunchConsoleStore consoleStore, TimeProvider time, ILogger<ConsoleStreamer> log)
{
    /// <summary>The poll interval.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private const int ChunkSize = 64 << 10;
    private const int MaxFailures = 60;

    private int _attempt = launch.Attempt;
    private long _offset;
    private bool _endsLine = true;

    /// <summary>Copies until the launch ends, the caller disconnects, or this server stops.</summary>
    public async Task RunAsync(Stream destination, CancellationToken requestAborted, CancellationToken stoppingToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(requestAborted, stoppingToken);
        try
        {
            var end = await FollowAsync(destination, either.Token);
            await WriteLineAsync(destination, LastLine(launch.Id, end), requestAborted);
        }
        catch (OperationCanceledException) when (!requestAborted.IsCancellationRequested)
        {
            await WriteLineAsync(destination, LastLine(launch.Id, null), requestAborted);
        }
    }

    // Of a launch that is not known to be over it says so.
    private static string LastLine(string id, LaunchSnapshot? end) =>
        $"hybrid-launch {id} {LaunchStateNames.Of(end?.Verdict) ?? "unfinished"} {(end?.ExitCode is { } code ? $"{code}" : "-")}\n";

    // Null when it could not be seen to the end.
    private async Task<LaunchSnapshot?> FollowAsync(Stream destination, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (failures < MaxFailures)
        {
            try
            {
                // How far it is first, and then the text: so that of one that is over there is no more to come.
                if (await launcher.Find(launch.Id) is not { } now)
                {
                    return null;
                }

                await CatchUpAsync(now, destination, cancellationToken);
                if (now.Phase == LaunchPhase.Ended)
                {
                    return now;
                }

                failures = 0;
            }
            catch (Exception ex) when (!cancellationToken.IsCancellationRequested && ex is not IOException)
            {
                failures++;
                ReadFailed(launch.Id, ex.GetType().Name);
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }

        return null;
    }

    private async Task CatchUpAsync(LaunchSnapshot now, Stream destination, CancellationToken cancellationToken)
    {
        await CopyAsync(destination, cancellationToken);
        if (now.Attempt != _attempt)
        {
            (_attempt, _offset) = (now.Attempt, 0);
            await WriteLineAsync(destination, $"hybrid-launch {launch.Id} begins again, attempt {now.Attempt}\n", cancellationToken);
            await CopyAsync(destination, cancellationToken);
        }
    }

    private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
    {
        while (await consoleStore.ReadAsync(launch.Id, _attempt, _offset, ChunkSize, cancellationToken) is { Length: > 0 } text)
        {
            await destination.WriteAsync(text, cancellationToken);
            _offset += text.Length;
            _endsLine = text[^1] == '\n';
        }

        await destination.FlushAsync(cancellationToken);
    }

    private async Task WriteLineAsync(Stream destination, string line, CancellationToken cancellationToken)
    {
        await destination.WriteAsync(Encoding.ASCII.GetBytes(_endsLine ? line : $"\n{line}"), cancellationToken);
        await destination.FlushAsync(cancellationToken);
        _endsLine = true;
    }

    [LoggerMessage(1, LogLevel.Warning, "Launch {Id}: could not read its console, will retry: {Reason}")]
    private partial void ReadFailed(string id, string reason);
}
