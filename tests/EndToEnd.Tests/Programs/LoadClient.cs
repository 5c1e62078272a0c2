using System.Net;
using System.Threading.Channels;

namespace OrleansHybrid.EndToEnd.Tests.Programs;

/// <summary>Queues one task after the other; when it is told to come again it does, and any other failure fails its test.</summary>
internal sealed class LoadClient : IAsyncDisposable
{
    private readonly Channel<string> _acknowledged = Channel.CreateUnbounded<string>();
    private readonly List<string> _taken = [];
    private readonly TaskCompletionSource _toldToComeAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;

    public LoadClient(HttpClient iron, string code) => _working = WorkAsync(iron, code);

    /// <summary>Waits until so many more are acknowledged.</summary>
    public async Task WaitForAcknowledgedAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _taken.Add(await _acknowledged.Reader.ReadAsync());
        }
    }

    /// <summary>Waits until it is told to come again.</summary>
    public Task WaitForServiceUnavailableAsync() => Task.WhenAny(_toldToComeAgain.Task, _working).Unwrap();

    /// <summary>Ends it; gives all that were acknowledged.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await _working;
        return [.. _taken, .. await _acknowledged.Reader.ReadAllAsync().ToListAsync()];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_working);
        _stop.Dispose();
    }

    private async Task WorkAsync(HttpClient iron, string code)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    await _acknowledged.Writer.WriteAsync(await iron.QueueAsync(code));
                }
                catch (HttpRequestException ex) when (ex.StatusCode == HttpStatusCode.ServiceUnavailable)
                {
                    _toldToComeAgain.TrySetResult();
                }
            }

            _acknowledged.Writer.Complete();
        }
        catch (Exception ex)
        {
            _acknowledged.Writer.Complete(ex);
            throw;
        }
    }
}
