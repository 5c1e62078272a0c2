using System.Text.Json;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>An event of a stream.</summary>
internal sealed record ServerSentEvent(string Kind, string Id, JsonElement Data)
{
    public string Text(string name) => Data.GetProperty(name).GetString()!;
}

/// <summary>Reads a stream of events, and hangs up when it is disposed.</summary>
internal sealed class ServerSentEventReader : IDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private ServerSentEventReader(HttpResponseMessage response, Stream stream) => (_response, _lines) = (response, new StreamReader(stream));

    public HttpResponseMessage Response => _response;

    /// <summary>Comments and other lines between events, as they came.</summary>
    public List<string> OtherLines { get; } = [];

    public static async Task<ServerSentEventReader> OpenAsync(
        Uri address, Tenant tenant, string task, string query = "", string? lastId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, $"{tenant.Project}/tasks/{task}/events{query}"));
        request.Headers.TryAddWithoutValidation("Authorization", $"OAuth {tenant.Api.Token}");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new ServerSentEventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<ServerSentEvent?> NextAsync()
    {
        var fields = new Dictionary<string, string>();
        while (await _lines.ReadLineAsync() is { } line)
        {
            if (line.Length == 0 && fields.TryGetValue("event", out var kind))
            {
                return new ServerSentEvent(kind, fields["id"], JsonElement.Parse(fields["data"]));
            }

            if (line.Split(": ", 2) is [("event" or "id" or "data") and var name, var value])
            {
                fields.Add(name, value);
            }
            else if (line.Length > 0)
            {
                OtherLines.Add(line);
            }
        }

        return null;
    }

    /// <summary>The next event, which must be of this kind.</summary>
    public async Task<ServerSentEvent> NextAsync(string kind)
    {
        var next = await NextAsync();
        Assert.Equal(kind, next?.Kind);
        return next!;
    }

    /// <summary>Reads on to the next event of a kind.</summary>
    public async Task<ServerSentEvent> SkipToAsync(string kind)
    {
        var next = await NextAsync();
        while (next?.Kind != kind)
        {
            Assert.NotNull(next);
            next = await NextAsync();
        }

        return next;
    }

    /// <summary>So many characters of the log, whatever else is told meanwhile.</summary>
    public async Task<string> ReadLogAsync(int length)
    {
        var log = new System.Text.StringBuilder();
        while (log.Length < length)
        {
            log.Append((await SkipToAsync("log")).Text("text"));
        }

        return log.ToString();
    }

    /// <summary>The next line, whatever it is.</summary>
    public async Task<string?> ReadLineAsync() => await _lines.ReadLineAsync();

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
