using System.Globalization;
using System.Text.Json;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Nimbix.Keys;

namespace OrleansHybrid.Silo.Nimbix.Jarvice;

/// <summary>Runs jobs at a provider that speaks the JARVICE API, with what the vault lends for each call.</summary>
internal sealed class JarviceProvider(JarviceOptions options, JarviceHttp http, KeyVault vault, Scrubber scrubber) : ILaunchProvider
{
    private const string AllLines = "0";
    private const string MostLines = "10000";

    /// <inheritdoc />
    public Task<long> SubmitAsync(ProviderJob job, CancellationToken cancel) => vault.UseAsync(
        ProviderCall.Submit,
        key => http.JsonAsync(
            ProviderCall.Submit, null, JarviceRequests.Submit(job, options, key), JarviceReplies.Number, cancel),
        cancel);

    /// <inheritdoc />
    public Task<IReadOnlyList<JobRecord>> JobsAsync(bool ended, CancellationToken cancel) => AskAsync(
        ProviderCall.Jobs, null, JarviceReplies.Jobs, cancel, ended ? [("completed", "true")] : []);

    /// <inheritdoc />
    public async Task<JobRecord?> StatusAsync(long number, CancellationToken cancel)
    {
        try
        {
            return await AskAsync(
                ProviderCall.Status, number, reply => JarviceReplies.Job(reply, number), cancel, Job(number));
        }
        catch (ProviderException unknown) when (unknown.Trouble == ProviderTrouble.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public Task<ReadOnlyMemory<byte>> TailAsync(long number, CancellationToken cancel) =>
        TextAsync(ProviderCall.Tail, number, MostLines, cancel);

    /// <inheritdoc />
    public Task<ReadOnlyMemory<byte>> OutputAsync(long number, CancellationToken cancel) =>
        TextAsync(ProviderCall.Output, number, AllLines, cancel);

    /// <inheritdoc />
    public Task ShutdownAsync(long number, CancellationToken cancel) => OrderAsync(ProviderCall.Shutdown, number, cancel);

    /// <inheritdoc />
    public Task TerminateAsync(long number, CancellationToken cancel) => OrderAsync(ProviderCall.Terminate, number, cancel);

    /// <inheritdoc />
    public Task<IReadOnlyList<MachineType>> MachinesAsync(CancellationToken cancel) =>
        AskAsync(ProviderCall.Machines, null, JarviceReplies.Machines, cancel);

    /// <summary>True when the list of ended jobs, which anybody with the account can ask for, repeats the key that they were started with.</summary>
    public Task<bool> EchoesKeyAsync(CancellationToken cancel) => AskAsync(
        ProviderCall.Jobs,
        null,
        reply => reply.GetRawText() is var text && scrubber.Scrub(text) != text,
        cancel,
        ("completed", "true"));

    /// <summary>Tries a key by asking for the machines with it, which changes nothing.</summary>
    public static KeyTrial Trial(JarviceOptions options, JarviceHttp http) => (candidate, cancel) => http.JsonAsync(
        ProviderCall.Machines, null, Request(options, ProviderCall.Machines, candidate), JarviceReplies.Machines, cancel);

    private static HttpRequestMessage Request(
        JarviceOptions options, ProviderCall call, Credentials key, params ReadOnlySpan<(string Name, string Value)> fields) =>
        JarviceRequests.Fields($"jarvice/{call.ToString().ToLowerInvariant()}", options.GetFallback.Contains(call), key, fields);

    private static (string Name, string Value) Job(long number) => ("number", number.ToString(CultureInfo.InvariantCulture));

    private Task<T> AskAsync<T>(
        ProviderCall call,
        long? job,
        Func<JsonElement, T> read,
        CancellationToken cancel,
        params (string Name, string Value)[] fields) =>
        vault.UseAsync(call, key => http.JsonAsync(call, job, Request(options, call, key, fields), read, cancel), cancel);

    private Task<bool> OrderAsync(ProviderCall call, long job, CancellationToken cancel) => vault.UseAsync(
        call, key => http.OrderAsync(call, job, Request(options, call, key, Job(job)), cancel), cancel);

    // Escapes go first: what they hide between its letters would be no secret to the scrubber. What is no UTF-8 grows threefold by that.
    private Task<ReadOnlyMemory<byte>> TextAsync(ProviderCall call, long job, string lines, CancellationToken cancel) => vault.UseAsync(
        call,
        async key =>
        {
            using var text = await http.TextAsync(call, job, Request(options, call, key, Job(job), ("lines", lines)), cancel);
            return scrubber.Scrub(EndOf(InertText.Of(text.Written), options.LargestText));
        },
        cancel);

    private static ReadOnlyMemory<byte> EndOf(ReadOnlyMemory<byte> text, int most)
    {
        var end = text.Length <= most ? text : text[^most..];
        return text.Length <= most ? end : end[(end.Span.IndexOf((byte)'\n') + 1)..];
    }
}
