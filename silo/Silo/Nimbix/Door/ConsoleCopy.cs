using System.Text;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>
/// Sends the console text of a launch as it appears, and at its end one line of ours: <c>hybrid-launch ID VERDICT
/// CODE</c>. The end is read after the launch is known to be over, so that no line is lost.
/// </summary>
internal sealed partial class ConsoleCopy(
    INimbixLauncherControlGrain launcher, LaunchView launch, ILaunchTexts texts, TimeProvider time, ILogger<ConsoleCopy> log)
{
    /// <summary>How often is looked for more.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private const int Piece = 64 << 10;
    private const int MostFailures = 60;

    private int _attempt = launch.Attempt;
    private long _offset;
    private bool _endsLine = true;

    /// <summary>Copies until the launch is over, the caller is gone, or this server leaves.</summary>
    public async Task RunAsync(Stream to, CancellationToken gone, CancellationToken leaving)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, leaving);
        try
        {
            var end = await FollowAsync(to, either.Token);
            await SayAsync(to, LastLine(launch.Id, end), gone);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            await SayAsync(to, LastLine(launch.Id, null), gone);
        }
    }

    // Of a launch that is not known to be over it says so.
    private static string LastLine(string id, LaunchView? end) =>
        $"hybrid-launch {id} {LaunchWords.Of(end?.Verdict) ?? "unfinished"} {(end?.ExitCode is { } code ? $"{code}" : "-")}\n";

    // Null when it could not be seen to the end.
    private async Task<LaunchView?> FollowAsync(Stream to, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (failures < MostFailures)
        {
            try
            {
                // How far it is first, and then the text: so that of one that is over there is no more to come.
                if (await launcher.Find(launch.Id) is not { } now)
                {
                    return null;
                }

                await CatchUpAsync(now, to, cancellationToken);
                if (now.Phase == LaunchPhase.Ended)
                {
                    return now;
                }

                failures = 0;
            }
            catch (Exception ex) when (!cancellationToken.IsCancellationRequested && ex is not IOException)
            {
                failures++;
                NotRead(launch.Id, ex.GetType().Name);
            }

            await Task.Delay(Period, time, cancellationToken);
        }

        return null;
    }

    private async Task CatchUpAsync(LaunchView now, Stream to, CancellationToken cancellationToken)
    {
        await CopyAsync(to, cancellationToken);
        if (now.Attempt != _attempt)
        {
            (_attempt, _offset) = (now.Attempt, 0);
            await SayAsync(to, $"hybrid-launch {launch.Id} begins again, attempt {now.Attempt}\n", cancellationToken);
            await CopyAsync(to, cancellationToken);
        }
    }

    private async Task CopyAsync(Stream to, CancellationToken cancellationToken)
    {
        while (await texts.ReadAsync(launch.Id, _attempt, _offset, Piece, cancellationToken) is { Length: > 0 } text)
        {
            await to.WriteAsync(text, cancellationToken);
            _offset += text.Length;
            _endsLine = text[^1] == '\n';
        }

        await to.FlushAsync(cancellationToken);
    }

    private async Task SayAsync(Stream to, string line, CancellationToken cancellationToken)
    {
        await to.WriteAsync(Encoding.ASCII.GetBytes(_endsLine ? line : $"\n{line}"), cancellationToken);
        await to.FlushAsync(cancellationToken);
        _endsLine = true;
    }

    [LoggerMessage(1, LogLevel.Warning, "The text of launch {Id} could not be read and is asked for again: {Trouble}")]
    private partial void NotRead(string id, string trouble);
}
