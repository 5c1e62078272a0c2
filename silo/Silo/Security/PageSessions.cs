using System.Collections.Concurrent;
using System.Globalization;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>Somebody who signed in: by which token, when, and when last heard of.</summary>
internal sealed record PageSession(string Id, string TokenHash, DateTimeOffset StartedAt, DateTimeOffset SeenAt);

/// <summary>
/// Who is signed in at the web page, kept in a sealed cookie that names the token by its hash. The token is looked up
/// with each request, so that a session ends with it.
/// </summary>
internal sealed class PageSessions(PageSeals seals, PageCookies cookies, TimeProvider time)
{
    /// <summary>How long a session lasts, whatever happens.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>How long it lasts without a request.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(2);

    private const string Cookie = "session";
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(5);

    // Known to this silo only; elsewhere a copied cookie ends at the latest when it was idle for too long.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _signedOut = new();

    /// <summary>The session of this request; null when there is none, or no longer.</summary>
    public PageSession? Find(HttpContext http)
    {
        var now = time.GetUtcNow();
        return seals.Open(cookies.Read(http, Cookie), Cookie) is { } text
            && Parse(text) is var session
            && now - session.StartedAt < Longest
            && now - session.SeenAt < Idle
            && !_signedOut.ContainsKey(session.Id)
                ? session
                : null;
    }

    /// <summary>Begins a session, under a new id.</summary>
    public void Begin(HttpContext http, string tokenHash)
    {
        var now = time.GetUtcNow();
        Keep(http, new PageSession(Secret.New(), tokenHash, now, now));
    }

    /// <summary>Somebody is there.</summary>
    public void Touch(HttpContext http, PageSession session)
    {
        var now = time.GetUtcNow();
        if (now - session.SeenAt > Lately)
        {
            Keep(http, session with { SeenAt = now });
        }
    }

    /// <summary>Ends the session.</summary>
    public void End(HttpContext http, PageSession session)
    {
        cookies.Remove(http, Cookie);
        var now = time.GetUtcNow();
        foreach (var (id, until) in _signedOut)
        {
            if (until < now)
            {
                _signedOut.TryRemove(id, out _);
            }
        }

        _signedOut[session.Id] = session.StartedAt + Longest;
    }

    private static PageSession Parse(string text)
    {
        var words = text.Split(' ');
        return new PageSession(words[0], words[1], TimeOf(words[2]), TimeOf(words[3]));
    }

    private static DateTimeOffset TimeOf(string seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));

    private void Keep(HttpContext http, PageSession session)
    {
        var (started, seen) = (session.StartedAt.ToUnixTimeSeconds(), session.SeenAt.ToUnixTimeSeconds());
        var text = string.Create(CultureInfo.InvariantCulture, $"{session.Id} {session.TokenHash} {started} {seen}");
        cookies.Write(http, Cookie, seals.Seal(text, Cookie));
    }
}
