using System.Net;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Launcher.Tests.Policy;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>Signed calls: what is signed, that each counts once, and that nothing of it can be changed.</summary>
public sealed class RequestSignatureTests
{
    private const string Nonce = "00112233445566778899aabbccddeeff";

    // Made once with openssl, as docs/reference/launcher.md shows, from the key and the call below.
    private const string Known = "ba9183af537e70e498f68b12ef287364a6bf93bc93cfac95e0537b218bd457ac";

    [Fact]
    public void The_known_answer_is_ours()
    {
        var call = new RequestSignature("ci", 1767225600, Nonce, []);
        var ours = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(PolicyFolder.Key), call.GetSignedText("POST", "/run", "h=0f3c9d"u8.ToArray())));

        Assert.Equal(Known, ours);
    }

    [OpensslFact(Timeout = 60_000)]
    public async Task The_known_answer_is_that_of_openssl()
    {
        var theirs = await LauncherServerFixture.ShellAsync($"""
            hash=$(printf %s 'h=0f3c9d' | openssl dgst -sha256 -r | cut -c1-64)
            printf 'hybrid-launch-1\nPOST\n/run\n%s\n%s\n%s\n%s' 1767225600 {Nonce} ci "$hash" | openssl dgst -sha256 -hmac {PolicyFolder.Key} -r | cut -c1-64
            """);

        Assert.Equal(($"{Known}\n", 0), theirs);
    }

    [SignedCurlFact(Timeout = 60_000)]
    public async Task The_lines_of_the_guide_are_a_signed_call()
    {
        await using var server = await LauncherServerFixture.StartAsync();
        var guide = await File.ReadAllTextAsync(Path.Combine(PolicyFolder.Repository, "docs/reference/launcher.md"));
        var lines = guide.Split("In a shell:\n\n")[1].Split("\n\n")[0]
            .Replace("ci.secret", Path.Combine(server.Files.Folder, "key"), StringComparison.Ordinal)
            .Replace("https://launcher.example:3237/", server.Address.ToString(), StringComparison.Ordinal);

        var (answer, _) = await LauncherServerFixture.ShellAsync($"{lines} -sS");

        Assert.Contains("\"commit_hash\":\"0f3c9d\"", answer, StringComparison.Ordinal);
        Assert.Equal("ci", Assert.Single(server.Launcher.Requests).CredentialId);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_signed_call_launches_and_its_number_counts_once_also_of_copies_sent_together()
    {
        await using var server = await LauncherServerFixture.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.SendAsync(server.Signed(HttpMethod.Post, "/run", "h=abc", Nonce))));
        using var later = await server.SendAsync(server.Signed(HttpMethod.Post, "/run", "h=abc", Nonce));
        using var other = await server.SendAsync(server.Signed(HttpMethod.Get, $"/run/{1:x24}", nonce: Nonce));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Accepted);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (later.StatusCode, other.StatusCode));
        Assert.Equal("{\"error\":\"refused\"}", await later.Content.ReadAsStringAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_number_counts_as_used_too_where_a_field_was_wrong()
    {
        await using var server = await LauncherServerFixture.StartAsync();

        using var wrong = await server.SendAsync(server.Signed(HttpMethod.Post, "/run", "h=ABC", Nonce));
        using var right = await server.SendAsync(server.Signed(HttpMethod.Post, "/run", "h=abc", Nonce));
        using var twice = await server.SendAsync(server.Signed(HttpMethod.Post, "/run", "h=abc&h=abc"));

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.BadRequest), (wrong.StatusCode, right.StatusCode, twice.StatusCode));
        Assert.DoesNotContain(server.Launcher.Requests, request => request.Nonce!.Value != Nonce);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(-301, 403)]
    [InlineData(-300, 202)]
    [InlineData(300, 202)]
    [InlineData(301, 403)]
    public async Task Its_clock_may_be_five_minutes_off(int seconds, int status)
    {
        var time = new ManualTimeProvider();
        await using var server = await LauncherServerFixture.StartAsync(time: time);

        using var answer = await server.SendAsync(server.Signed(HttpMethod.Post, "/run", "h=abc", seconds: seconds));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.All(server.Launcher.Requests, request => Assert.Equal(time.GetUtcNow().AddMinutes(10), request.Nonce!.Until));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("X-Hybrid-Key", "shared")]
    [InlineData("X-Hybrid-Key", "nobody")]
    [InlineData("X-Hybrid-Time", "1767225601")]
    [InlineData("X-Hybrid-Time", "+1767225600")]
    [InlineData("X-Hybrid-Time", "01767225600")]
    [InlineData("X-Hybrid-Nonce", "00112233445566778899aabbccddeefe")]
    [InlineData("X-Hybrid-Nonce", "00112233445566778899AABBCCDDEEFF")]
    [InlineData("X-Hybrid-Signature", null)]
    [InlineData("body", "h=%66")]
    [InlineData("body", "h=f&")]
    [InlineData("method", "PUT")]
    [InlineData("target", "/run?h=e")]
    [InlineData("target", "/run?")]
    public async Task Any_change_on_the_way_breaks_the_signature(string part, string? value)
    {
        await using var server = await LauncherServerFixture.StartAsync(time: new ManualTimeProvider());
        using var signed = server.Signed(HttpMethod.Post, "/run", "h=f", Nonce);
        if (part.StartsWith('X'))
        {
            var flipped = signed.Headers.GetValues(part).Single() is var before && before[0] == '0' ? $"1{before[1..]}" : $"0{before[1..]}";
            signed.Headers.Remove(part);
            signed.Headers.Add(part, value ?? flipped);
        }
        else if (part == "body")
        {
            signed.Content = new StringContent(value!, Encoding.UTF8, "application/x-www-form-urlencoded");
        }
        else if (part == "target")
        {
            signed.RequestUri = new Uri(value!, UriKind.Relative);
        }
        else
        {
            // What was signed for another method is sent with this one.
            using var other = server.Signed(new HttpMethod(value!), "/run", "h=f", Nonce);
            signed.Headers.Remove("X-Hybrid-Signature");
            signed.Headers.Add("X-Hybrid-Signature", other.Headers.GetValues("X-Hybrid-Signature"));
        }

        using var answer = await server.SendAsync(signed);

        Assert.Equal((HttpStatusCode.Forbidden, "{\"error\":\"refused\"}"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Empty(server.Launcher.Requests);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("X-Hybrid-Key")]
    [InlineData("X-Hybrid-Time")]
    [InlineData("X-Hybrid-Nonce")]
    [InlineData("X-Hybrid-Signature")]
    public async Task A_header_that_is_missing_or_there_twice_makes_it_nobodys(string header)
    {
        await using var server = await LauncherServerFixture.StartAsync();
        using var twice = server.Signed(HttpMethod.Post, "/run", "h=f");
        twice.Headers.Add(header, twice.Headers.GetValues(header).Single());
        using var without = server.Signed(HttpMethod.Post, "/run", "h=f");
        without.Headers.Remove(header);

        using var first = await server.SendAsync(twice);
        using var second = await server.SendAsync(without);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (first.StatusCode, second.StatusCode));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_signing_credential_may_not_send_the_secret_instead()
    {
        await using var server = await LauncherServerFixture.StartAsync();

        using var answer = await server.PostAsync($"h=abc&s={PolicyFolder.Key}");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
