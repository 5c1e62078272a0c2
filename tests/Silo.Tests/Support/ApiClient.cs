using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>Calls a control plane over HTTP with one credential, or none.</summary>
/// <remarks>With <paramref name="grains"/>, what belongs to the runner protocol goes to the session's grain instead.</remarks>
internal sealed class ApiClient(Uri address, string? token, string scheme = "OAuth", IGrainFactory? grains = null)
{
    private const string RunnerProtocol = "/runner/v1/";

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public string Token => token!;

    public ApiClient WithToken(string? otherToken, string otherScheme = "OAuth") => new(address, otherToken, otherScheme, grains);

    public Task<ApiResponse> GetAsync(string path, string? range = null) => SendAsync(HttpMethod.Get, path, null, range);

    public Task<ApiResponse> PostAsync(string path, string json) =>
        SendAsync(HttpMethod.Post, path, Body(Encoding.UTF8.GetBytes(json), "application/json"));

    public Task<ApiResponse> PostAsync(string path, byte[] body, string? type) =>
        SendAsync(HttpMethod.Post, path, Body(body, type));

    /// <summary>The bytes of an answer, and the name that it is to be saved under.</summary>
    public async Task<(byte[] Bytes, string? Type, string Disposition)> DownloadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        using var response = await Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        var content = response.Content;
        Assert.Equal(content.Headers.ContentLength, (await content.ReadAsByteArrayAsync()).Length);
        return (
            await content.ReadAsByteArrayAsync(),
            content.Headers.ContentType?.ToString(),
            content.Headers.GetValues("Content-Disposition").Single());
    }

    public async Task<ApiResponse> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? range = null, CancellationToken cancellationToken = default)
    {
        if (grains is not null && path.StartsWith(RunnerProtocol, StringComparison.Ordinal))
        {
            return await CallGrainAsync(path[RunnerProtocol.Length..], content!, cancellationToken);
        }

        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = content };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        }

        if (range is not null)
        {
            request.Headers.TryAddWithoutValidation("Range", range);
        }

        using var response = await Http.SendAsync(request, cancellationToken);
        return new ApiResponse(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(cancellationToken),
            response.Content.Headers.ContentType?.ToString(),
            response.Headers,
            response.Content.Headers.ContentRange?.ToString());
    }

    public static ByteArrayContent Body(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return content;
    }

    private async Task<ApiResponse> CallGrainAsync(string verb, HttpContent content, CancellationToken cancellationToken)
    {
        using var none = new HttpResponseMessage();
        var (status, body) = await RunnerSessionGrainCaller.CallAsync(grains!, verb, token ?? "", await content.ReadAsByteArrayAsync(cancellationToken), cancellationToken);

        // The grain may answer that it was left before the one who left it is told so: who hung up hears neither.
        cancellationToken.ThrowIfCancellationRequested();
        return new ApiResponse(status, body, "application/json; charset=utf-8", none.Headers, null);
    }
}

/// <summary>An answer.</summary>
internal sealed record ApiResponse(int Status, string Body, string? Type, HttpResponseHeaders Headers, string? ContentRange)
{
    public JsonElement Json { get; } = Type?.StartsWith("application/json", StringComparison.Ordinal) == true
        ? JsonElement.Parse(Body)
        : default;

    public string Msg => Text("msg");

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public override string ToString() => $"{Status} {Body}";

    /// <summary>The answer's JSON after checking that the call succeeded.</summary>
    public JsonElement Ok() => Status == 200 ? Json : throw new InvalidOperationException($"{Status}: {Body}");
}
