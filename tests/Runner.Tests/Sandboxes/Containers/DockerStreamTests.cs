using System.Buffers.Binary;
using System.Text;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

public sealed class DockerStreamTests
{
    private const byte StdOut = 1;
    private const byte StdErr = 2;

    [Fact(Timeout = 20_000)]
    public async Task Frames_are_put_together_wherever_the_reads_cut_them()
    {
        var talk = Talk();
        for (var length = 1; length <= talk.Length; length++)
        {
            var output = new SandboxOutput();
            await using var stream = new DockerStream(new HttpResponseMessage(), new SlicedStream(talk, length));

            await stream.CopyToAsync(output.Take, default);

            Assert.Equal("one two three", output.ToString());
            Assert.Equal(("one three", "two "), (output.Of(OutputStream.Out), output.Of(OutputStream.Error)));
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task Both_streams_come_in_the_order_in_which_the_engine_sends_them()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnAttach("c", async (stream, cancellationToken) => await stream.WriteAsync(Talk(), cancellationToken));
        using var engine = fake.Client();
        var output = new SandboxOutput();

        await using (var stream = await engine.AttachAsync("c", default))
        {
            await stream.CopyToAsync(output.Take, default);
        }

        Assert.Equal("one two three", output.ToString());
        Assert.Equal("POST /v1.41/containers/c/attach?stream=1&stdout=1&stderr=1", fake.Requests.Last());
    }

    [Fact(Timeout = 20_000)]
    public async Task Output_before_a_broken_connection_is_kept()
    {
        var cut = Talk()[..^2];
        var output = new SandboxOutput();
        await using var stream = new DockerStream(new HttpResponseMessage(), new SlicedStream(cut, cut.Length));

        await stream.CopyToAsync(output.Take, default);

        Assert.Equal("one two thr", output.ToString());
    }

    [Fact(Timeout = 20_000)]
    public async Task Output_arrives_while_its_frame_is_still_under_way()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnAttach("c", async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(Frame(StdOut, "half and half").AsMemory(0, 12), cancellationToken);
            await FakeDockerEngine.ForeverAsync(cancellationToken);
        });
        using var engine = fake.Client();
        var output = new SandboxOutput();
        await using var stream = await engine.AttachAsync("c", default);
        using var end = new CancellationTokenSource();

        var copying = stream.CopyToAsync(output.Take, end.Token);
        await output.WaitForAsync("half");
        await end.CancelAsync();
        await copying;

        Assert.Equal("half", output.ToString());
    }

    private static byte[] Talk() =>
        [.. Frame(StdOut, "one "), .. Frame(StdErr, "two "), .. Frame(StdOut, ""), .. Frame(StdOut, "three")];

    private static byte[] Frame(byte stream, string text)
    {
        var frame = new byte[8 + text.Length];
        frame[0] = stream;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), text.Length);
        Encoding.ASCII.GetBytes(text, frame.AsSpan(8));
        return frame;
    }

    /// <summary>A connection whose every read gives the next few bytes and no more.</summary>
    private sealed class SlicedStream(byte[] all, int length) : MemoryStream(all)
    {
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(length, buffer.Length)], cancellationToken);
    }
}
