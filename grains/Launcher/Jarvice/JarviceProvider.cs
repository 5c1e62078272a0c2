using System.Globalization;
using System.Text.Json;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>Runs jobs at a provider with the JARVICE API, with credentials from the key store for each call.</summary>
internal sealed class JarviceProvider(JarviceOptions options, JarviceHttp http, ApiKeyStore keyStore, SecretRedactor redactor) : ILaunchProvider
{
    private const string AllLines = "0";
    private const string MaxLines = "10000";

    /// <inheritdoc />
    public Task<long> SubmitAsync(ProviderJob job, CancellationToken cancellationToken) => keyStore.UseAsync(
        ProviderCall.Submit,
        key => http.JsonAsync(
            ProviderCall.Submit, null, JarviceRequests.Submit(job, options, key), JarviceResponseParser.Number, cancellationToken),
        cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<JobRecord>> JobsAsync(bool ended, CancellationToken cancellationToken) => QueryAsync(
        ProviderCall.Jobs, null, JarviceResponseParser.Jobs, cancellationToken, ended ? [("completed", "true")] : []);

    /// <inheritdoc />
    public async Task<JobRecord?> StatusAsync(long number, CancellationToken cancellationToken)
    {
        try
        {
            return await QueryAsync(
                ProviderCall.Status, number, reply => JarviceResponseParser.Job(reply, number), cancellationToken, Job(number));
        }
        catch (ProviderException ex) when (ex.Kind == ProviderErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public Task<ReadOnlyMemory<byte>> TailAsync(long number, CancellationToken cancellationToken) =>
        TextAsync(ProviderCall.Tail, number, MaxLines, cancellationToken);

    /// <inheritdoc />
    public Task<ReadOnlyMemory<byte>> OutputAsync(long number, CancellationToken cancellationToken) =>
        TextAsync(ProviderCall.Output, number, AllLines, cancellationToken);

    /// <inheritdoc />
    public Task ShutdownAsync(long number, CancellationToken cancellationToken) => SendCommandAsync(ProviderCall.Shutdown, number, cancellationToken);

    /// <inheritdoc />
    public Task TerminateAsync(long number, CancellationToken cancellationToken) => SendCommandAsync(ProviderCall.Terminate, number, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<MachineType>> MachinesAsync(CancellationToken cancellationToken) =>
        QueryAsync(ProviderCall.Machines, null, JarviceResponseParser.Machines, cancellationToken);

    /// <summary>True when the list of ended jobs, which any user of the account can read, repeats the key that started them.</summary>
    public Task<bool> EchoesKeyAsync(CancellationToken cancellationToken) => QueryAsync(
        ProviderCall.Jobs,
        null,
        reply => reply.GetRawText() is var text && redactor.Redact(text) != text,
        cancellationToken,
        ("completed", "true"));

    /// <summary>Tries a key by asking for the machines with it, which changes nothing.</summary>
    public static ApiKeyValidator CreateValidator(JarviceOptions options, JarviceHttp http) => (candidate, cancellationToken) => http.JsonAsync(
        ProviderCall.Machines, null, Request(options, ProviderCall.Machines, candidate), JarviceResponseParser.Machines, cancellationToken);

    private static HttpRequestMessage Request(
        JarviceOptions options, ProviderCall call, ApiCredentials key, params ReadOnlySpan<(string Name, string Value)> fields) =>
        JarviceRequests.Fields($"jarvice/{call.ToString().ToLowerInvariant()}", options.GetFallback.Contains(call), key, fields);

    private static (string Name, string Value) Job(long number) => ("number", number.ToString(CultureInfo.InvariantCulture));

    private Task<T> QueryAsync<T>(
        ProviderCall call,
        long? job,
        Func<JsonElement, T> read,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] fields) =>
        keyStore.UseAsync(call, key => http.JsonAsync(call, job, Request(options, call, key, fields), read, cancellationToken), cancellationToken);

    private Task<bool> SendCommandAsync(ProviderCall call, long job, CancellationToken cancellationToken) => keyStore.UseAsync(
        call, key => http.SendCommandAsync(call, job, Request(options, call, key, Job(job)), cancellationToken), cancellationToken);

    // Escapes go first: what they hide between its letters would be no secret to the scrubber. What is no UTF-8 grows threefold by that.
    private Task<ReadOnlyMemory<byte>> TextAsync(ProviderCall call, long job, string lines, CancellationToken cancellationToken) => keyStore.UseAsync(
        call,
        async key =>
        {
            using var text = await http.TextAsync(call, job, Request(options, call, key, Job(job), ("lines", lines)), cancellationToken);
            return redactor.Redact(TailOf(ConsoleTextSanitizer.Sanitize(text.Written), options.MaxTextBytes));
        },
        cancellationToken);

    private static ReadOnlyMemory<byte> TailOf(ReadOnlyMemory<byte> text, int maxBytes)
    {
        var end = text.Length <= maxBytes ? text : text[^maxBytes..];
        return text.Length <= maxBytes ? end : end[(end.Span.IndexOf((byte)'\n') + 1)..];
    }
}
