using System.Buffers;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Bench.Servers;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Bench.Load;

/// <summary>One runner session that claims over HTTP and reports at once that all it got is complete.</summary>
internal sealed class RunnerLoad : IDisposable
{
    private readonly Uri _server;
    private readonly string _authorization;
    private readonly int _slots;
    private readonly ArrayBufferWriter<byte> _results = new(1 << 16);
    private RawHttpConnection? _wire;
    private bool _disposed;

    /// <summary>The part of each result after the lease: all that the runner of this product sends.</summary>
    private static ReadOnlySpan<byte> Outcome =>
        ",\"status\":\"complete\",\"message\":\"\",\"exit_code\":0,\"duration_milliseconds\":1,\"retryable\":true}"u8;

    private RunnerLoad(Uri server, string authorization, int slots)
    {
        _server = server;
        _authorization = authorization;
        _slots = slots;
    }

    /// <summary>A new session.</summary>
    public static async Task<RunnerLoad> EnrolAsync(SiloProcess silo, BenchCluster cluster, int slots)
    {
        using var http = new HttpClient(OutboundHttp.CreateHandler()) { BaseAddress = silo.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Token);
        var enrol = new EnrolRequest
        {
            ClusterId = cluster.Id,
            Name = "bench",
            Version = "0",
            Slots = slots,
            Executor = "none",
        };
        using var answer = await http.PostAsJsonAsync("/runner/v1/enrol", enrol, RunnerJson.Default.EnrolRequest);
        var session = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(RunnerJson.Default.EnrolResponse))!;
        return new RunnerLoad(silo.Url, $"Bearer {session.Credential}", slots);
    }

    /// <summary>Claims and finishes until the round is over, each claim for all slots.</summary>
    public async Task RunAsync(Round round)
    {
        try
        {
            while (round.IsOpen)
            {
                var claimed = await ClaimAsync(round.Completed);
                if (claimed > 0)
                {
                    await FinishAsync();
                    round.Record(claimed);
                }
            }
        }
        catch (OperationCanceledException) when (round.Completed.IsCancellationRequested)
        {
            // The last task went to another session while this one waited: closing the connection ends its poll.
            Dispose();
        }
    }

    /// <summary>Polls until this is disposed, where nothing is queued.</summary>
    public async Task PollAsync()
    {
        try
        {
            while (!_disposed)
            {
                await ClaimAsync();
            }
        }
        catch (Exception) when (_disposed)
        {
            // The connection was closed under the poll.
        }
    }

    /// <summary>Claims for all slots; answers how many tasks came.</summary>
    public async Task<int> ClaimAsync(CancellationToken cancellationToken = default)
    {
        _wire ??= await RawHttpConnection.ConnectAsync(_server);
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var answer = await _wire.SendAsync(
            Post("claim", Encoding.ASCII.GetBytes($$"""{"claim_key":"{{key}}","wanted":{{_slots}}}""")), cancellationToken);
        return CopyLeases(answer.Span);
    }

    /// <summary>Reports what the last claim brought.</summary>
    public async Task FinishAsync() => await _wire!.SendAsync(Post("finish", _results.WrittenSpan));

    public void Dispose()
    {
        _disposed = true;
        _wire?.Dispose();
        _wire = null;
    }

    private byte[] Post(string call, ReadOnlySpan<byte> body) =>
        RawHttpConnection.Post(_server, $"/runner/v1/{call}", _authorization, body);

    /// <summary>Copies the leases of a claim's answer, as they stand, into the finish that follows; answers their number.</summary>
    private int CopyLeases(ReadOnlySpan<byte> answer)
    {
        _results.ResetWrittenCount();
        _results.Write("{\"results\":["u8);
        var count = 0;
        for (int at; (at = answer.IndexOf("\"lease\":{"u8)) >= 0; count++)
        {
            var lease = answer[at..];
            lease = lease[..(lease.IndexOf((byte)'}') + 1)];
            _results.Write(count == 0 ? "{"u8 : ",{"u8);
            _results.Write(lease);
            _results.Write(Outcome);
            answer = answer[(at + lease.Length)..];
        }

        _results.Write("]}"u8);
        return count;
    }
}
