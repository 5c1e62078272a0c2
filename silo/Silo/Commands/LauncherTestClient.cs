using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Silo.Api.Launcher;

namespace OrleansHybrid.Silo.Commands;

/// <summary>The calls of a CI server to a launcher.</summary>
internal sealed class LauncherTestClient(Uri baseAddress) : IDisposable
{
    private readonly HttpClient _http = new(OutboundHttp.CreateHandler()) { BaseAddress = baseAddress, Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>As the original was called: hash and secret in a form; the answer is the console text, to its end.</summary>
    public async Task<LauncherTestResponse> LaunchAsync(string hash, string secret)
    {
        using var form = new FormUrlEncodedContent([new("h", hash), new("s", secret)]);
        using var answer = await _http.PostAsync(new Uri("/run", UriKind.Relative), form);
        return await LauncherTestResponse.ReadAsync(answer);
    }

    /// <summary>A call that can be signed and sent, also more than once.</summary>
    public static SignedRequest Sign(string path, string body, string keyId, string secret, DateTimeOffset now)
    {
        var nonce = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var call = new RequestSignature(keyId, now.ToUnixTimeSeconds(), nonce, []);
        var text = call.GetSignedText("POST", path, Encoding.UTF8.GetBytes(body));
        return new SignedRequest(path, body, call with { Signature = HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), text) });
    }

    /// <summary>Sends a signed call.</summary>
    public async Task<LauncherTestResponse> SendAsync(SignedRequest form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, form.Path)
        {
            Content = new StringContent(form.Body, Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.Add(RequestSignature.KeyHeader, form.Signature.KeyId);
        request.Headers.Add(RequestSignature.TimeHeader, form.Signature.Time.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(RequestSignature.NonceHeader, form.Signature.Nonce);
        request.Headers.Add(RequestSignature.SignatureHeader, Convert.ToHexStringLower(form.Signature.Signature));
        using var answer = await _http.SendAsync(request);
        return await LauncherTestResponse.ReadAsync(answer);
    }

    /// <summary>Asks how far a launch is, with the secret in the header.</summary>
    public async Task<LauncherTestResponse> GetAsync(string id, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/run/{id}");
        request.Headers.Authorization = new("Bearer", secret);
        using var answer = await _http.SendAsync(request);
        return await LauncherTestResponse.ReadAsync(answer);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>A signed call.</summary>
internal sealed record SignedRequest(string Path, string Body, RequestSignature Signature);

/// <summary>The launcher's response.</summary>
internal sealed record LauncherTestResponse(HttpStatusCode Status, string Text)
{
    /// <summary>Its last line.</summary>
    public string LastLine => Text.TrimEnd().Split('\n')[^1];

    /// <summary>Status and body in one line.</summary>
    public override string ToString() => $"{(int)Status} {Text.TrimEnd()}";

    /// <summary>A member of the JSON; empty where it has none of that name.</summary>
    public string this[string name]
    {
        get
        {
            using var json = JsonDocument.Parse(Text);
            return json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : "";
        }
    }

    /// <summary>Reads all of an answer.</summary>
    public static async Task<LauncherTestResponse> ReadAsync(HttpResponseMessage response) =>
        new(response.StatusCode, await response.Content.ReadAsStringAsync());
}
