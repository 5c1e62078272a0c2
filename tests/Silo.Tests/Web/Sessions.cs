using Microsoft.AspNetCore.Http;
using Orleans.Hybrid.Silo.Security;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.Silo.Tests.Web;

/// <summary>S22: how long a session at the web page lasts, and where.</summary>
public sealed class Sessions
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly ManualTime _time = new();

    [Fact]
    public void A_session_ends_when_it_was_idle_for_too_long()
    {
        var sessions = OnASilo();
        var cookie = Begin(sessions);

        _time.Advance(PageSessions.Idle - TimeSpan.FromSeconds(1));
        Assert.NotNull(sessions.Find(With(cookie)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(sessions.Find(With(cookie)));
    }

    [Fact]
    public void A_session_that_is_used_goes_on_but_not_for_ever()
    {
        var sessions = OnASilo();
        var cookie = Begin(sessions);
        for (var hour = 1; hour < PageSessions.Longest.TotalHours; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            var http = With(cookie);
            sessions.Touch(http, sessions.Find(http)!);
            cookie = CookieOf(http);
        }

        Assert.NotNull(sessions.Find(With(cookie)));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(sessions.Find(With(cookie)));
    }

    [Fact]
    public void Every_silo_with_the_server_key_knows_the_session_and_no_other()
    {
        var cookie = Begin(OnASilo());

        Assert.Equal("hash", OnASilo().Find(With(cookie))!.TokenHash);
        Assert.Null(OnASilo([.. Key.Reverse()]).Find(With(cookie)));
    }

    [Fact]
    public void A_cookie_that_was_changed_or_made_for_something_else_is_none()
    {
        var (name, value) = Begin(OnASilo()).Split('=', 2) is [var before, var after] ? (before, after) : ("", "");
        using var seals = new PageSeals(new ServerKey(Key), _time);
        string[] wrong =
        [
            "", "%", "AAAA", value[..^1], value[1..], (value[0] == 'A' ? 'B' : 'A') + value[1..], seals.Stamp("form/x"),
            seals.Seal("id hash 1767225600 1767225600", "another place"),
        ];

        Assert.All(wrong, text => Assert.Null(OnASilo().Find(With($"{name}={text}"))));
    }

    [Theory]
    [InlineData("https", null)]
    [InlineData("http", "https://jobs.example")]
    public void Over_https_the_cookie_is_secure_and_bound_to_its_host(string scheme, string? publicUrl)
    {
        var http = new DefaultHttpContext { Request = { Scheme = scheme } };

        OnASilo(publicUrl: publicUrl).Begin(http, "hash");

        var cookie = http.Response.Headers.SetCookie.ToString();
        Assert.StartsWith("__Host-hybrid-session=", cookie, StringComparison.Ordinal);
        Assert.EndsWith("; path=/; secure; samesite=strict; httponly", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forms_token_is_good_for_its_own_visit_and_not_for_ever()
    {
        var forms = new PageForms(new PageSeals(new ServerKey(Key), _time));
        var token = forms.TokenFor("one");

        Assert.True(forms.IsTokenOf("one", token));
        Assert.False(forms.IsTokenOf("other", token));
        Assert.False(forms.IsTokenOf("one", null));
        _time.Advance(PageSessions.Longest + TimeSpan.FromSeconds(1));
        Assert.False(forms.IsTokenOf("one", token));
    }

    private static HttpContext With(string cookie) =>
        new DefaultHttpContext { Request = { Headers = { Cookie = cookie } } };

    private static string Begin(PageSessions sessions)
    {
        var http = new DefaultHttpContext();
        sessions.Begin(http, "hash");
        return CookieOf(http);
    }

    private static string CookieOf(HttpContext http) => http.Response.Headers.SetCookie.ToString().Split(';')[0];

    private PageSessions OnASilo(byte[]? key = null, string? publicUrl = null) => new(
        new PageSeals(new ServerKey(key ?? Key), _time),
        new PageCookies(new ControlPlaneOptions { DataDirectory = "", PublicUrl = publicUrl }),
        _time);
}
