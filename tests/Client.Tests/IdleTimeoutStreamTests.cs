using System.IO.Pipelines;
using OrleansHybrid.Support;

namespace OrleansHybrid.Client.Tests;

/// <summary>How long a stream may be silent.</summary>
public sealed class IdleTimeoutStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    private readonly ManualTimeProvider _time = new();
    private readonly Pipe _pipe = new();
    private readonly byte[] _buffer = new byte[8];

    [Fact(Timeout = 10_000)]
    public async Task A_read_for_which_nothing_comes_ends_at_the_limit_and_not_before()
    {
        await using var stream = NewStream();
        var reading = stream.ReadAsync(_buffer, default).AsTask();
        await _time.WaitForTimerAsync(Limit);
        _time.Advance(Limit - TimeSpan.FromSeconds(1));
        Assert.False(reading.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.False(stream.HasRead);
    }

    [Fact(Timeout = 10_000)]
    public async Task Any_bytes_restart_the_timeout()
    {
        await using var stream = NewStream();
        for (var i = 1; i <= 3; i++)
        {
            var reading = stream.ReadAsync(_buffer, default);
            await _time.WaitForTimerAsync(Limit);
            _time.Advance(TimeSpan.FromSeconds(30));
            await _pipe.Writer.WriteAsync(":\n"u8.ToArray());

            Assert.Equal(2, await reading);
        }

        Assert.True(stream.HasRead);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_stream_that_ends_without_a_byte_has_told_nothing()
    {
        await using var stream = NewStream();
        await _pipe.Writer.CompleteAsync();

        Assert.Equal((0, false), (await stream.ReadAsync(_buffer, default), stream.HasRead));
    }

    private IdleTimeoutStream NewStream() => new(_pipe.Reader.AsStream(), Limit, _time);
}
