using System.Net;
using System.Text.RegularExpressions;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>Somebody at the web page: keeps cookies, and sends the form token of the page seen last.</summary>
internal sealed partial class PageClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = address,
    };

    private readonly Dictionary<string, string> _cookies = [];

    /// <summary>The token in the forms of the page seen last.</summary>
    public string FormToken { get; set; } = "";

    /// <summary>The cookies, by name.</summary>
    public IDictionary<string, string> Cookies => _cookies;

    public static async Task<PageClient> SignedInAsync(TestSilo silo, Tenant tenant)
    {
        var visitor = new PageClient(silo.Address);
        var answer = await visitor.SignInAsync(tenant.Api.Token);
        Assert.Equal(303, answer.Status);
        await visitor.GetAsync("/clusters");
        return visitor;
    }

    public async Task<PageResponse> SignInAsync(string token)
    {
        await GetAsync("/sign-in");
        return await PostAsync("/sign-in", ("token", token));
    }

    public Task<PageResponse> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<PageResponse> PostAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(
                fields.Append(("form_token", FormToken)).ToDictionary(field => field.Item1, field => field.Item2)),
        });

    /// <summary>A stream of events, read line by line.</summary>
    public async Task<StreamReader> OpenEventStreamAsync(string path, string? lastId = null)
    {
        var response = await RequestEventStreamAsync(path, lastId);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The response to a request for a stream of events; its body is still to be read.</summary>
    public Task<HttpResponseMessage> RequestEventStreamAsync(string path, string? lastId = null)
    {
        var request = WithCookies(new HttpRequestMessage(HttpMethod.Get, path));
        request.Headers.Add("Accept", "text/event-stream");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public void Dispose() => _http.Dispose();

    private async Task<PageResponse> SendAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(WithCookies(request));
        var set = response.Headers.TryGetValues("Set-Cookie", out var lines) ? lines.ToArray() : [];
        foreach (var line in set)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = (line[..equals], line.Split(';')[0][(equals + 1)..]);
            if (value.Length == 0)
            {
                _cookies.Remove(name);
            }
            else
            {
                _cookies[name] = value;
            }
        }

        var body = await response.Content.ReadAsStringAsync();
        if (Token().Match(body) is { Success: true } found)
        {
            FormToken = WebUtility.HtmlDecode(found.Groups[1].Value);
        }

        return new PageResponse((int)response.StatusCode, body, response, set);
    }

    private HttpRequestMessage WithCookies(HttpRequestMessage request)
    {
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        return request;
    }

    [GeneratedRegex("""name="form_token" value="([^"]+)""")]
    private static partial Regex Token();
}

/// <summary>A response.</summary>
internal sealed record PageResponse(int Status, string Body, HttpResponseMessage Response, IReadOnlyList<string> SetCookies)
{
    public string? Location => Response.Headers.Location?.ToString();

    /// <summary>The page's text as a reader sees it.</summary>
    public string Text => WebUtility.HtmlDecode(Body);

    public string? Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
