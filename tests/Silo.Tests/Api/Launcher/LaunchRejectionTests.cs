using System.Net;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Tests.Policy;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>Rejected callers all get the same words; allowed ones get the field that is wrong.</summary>
public sealed class LaunchRejectionTests
{
    private const string Form = "POST /run HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";

    [Fact]
    public void Each_answer_of_the_launcher_that_is_no_launch_has_a_status_and_a_word()
    {
        var words = Enum.GetValues<LaunchOutcome>()
            .Except([LaunchOutcome.Accepted, LaunchOutcome.Duplicate])
            .Select(outcome => LauncherRejection.Of(new LaunchResult(
                outcome, Problem: outcome == LaunchOutcome.FieldRefused ? new FieldProblem("h", "a rule") : null)))
            .Select(refusal => $"{refusal.Status} {refusal.Body.Error}");

        Assert.Equal(
            [
                "403 refused", "503 nonces_full", "503 cap_reached", "503 budget_spent", "503 disabled", "503 audit_away", "503 provider_away",
                "400 invalid_field", "403 refused",
            ],
            words);
    }

    public static TheoryData<string, string> Strangers() => new()
    {
        { "no secret", Post("h=abc") },
        { "wrong secret", Post("h=abc&s=changeme") },
        { "wrong secret", Post("h=abc&s=") },
        { "wrong secret", Post($"h=abc&s={PolicyFolder.Secret}0") },
        { "wrong secret", Post($"h=abc&s={PolicyFolder.Secret}%0A") },
        { "wrong secret", Post($"h=abc&s={PolicyFolder.Key}") },
        { "wrong secret", Post($"h=$(id)&s=x") },
        { "wrong secret", $"POST /run?s=wrong HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 40\r\n\r\nh=ab&s={PolicyFolder.Secret}0" },
        { "wrong secret", $"GET /run/{new string('a', 24)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\n\r\n" },
        { "no secret", $"GET /run/{new string('a', 24)} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {PolicyFolder.Secret}\r\n\r\n" },
        { "no secret", $"POST /run/{new string('a', 24)}/cancel HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" },
        { "malformed signature", Post("h=abc", "X-Hybrid-Key: ci\r\n") },
        { "malformed signature", Post("h=abc", Signature("zz")) },
        { "malformed signature", Post("h=abc", Signature() + "X-Hybrid-Key: ci\r\n") },
        { "wrong signature", Post("h=abc", Signature()) },
        { "mixed schemes", Post($"h=abc&s={PolicyFolder.Secret}", Signature()) },
        { "mixed schemes", Post("h=abc", $"{Signature()}Authorization: Bearer {PolicyFolder.Secret}\r\n") },
        { "mixed schemes", Post($"h=abc&s={PolicyFolder.Secret}", $"Authorization: Bearer {PolicyFolder.Secret}\r\n") },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Strangers))]
    public async Task Strangers_are_told_the_same_to_the_last_byte_and_the_audit_knows_why(string reason, string request)
    {
        await using var server = await LauncherServerFixture.StartAsync();
        await using var elsewhere = await LauncherServerFixture.StartAsync(change: usual => usual.Replace("127.0.0.1\n", "192.0.2.7\n", StringComparison.Ordinal));

        var answer = await AnswerAsync(server, request);
        var outside = await AnswerAsync(elsewhere, Post($"h=abc&s={PolicyFolder.Secret}"));

        Assert.Equal(
            "HTTP/1.1 403\nContent-Length: 19\nContent-Type: application/json; charset=utf-8\nCache-Control: no-store\n"
            + "X-Content-Type-Options: nosniff\n\n{\"error\":\"refused\"}",
            answer);
        Assert.Equal(answer, outside);
        Assert.Empty(server.Launcher.Requests);
        Assert.Equal(reason, await AuditedAsync(server));
        Assert.Equal("address", await AuditedAsync(elsewhere));
        Assert.DoesNotContain(server.Files.Logs.All, line => line.Contains(PolicyFolder.Secret, StringComparison.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", "h")]
    [InlineData("h=", "h")]
    [InlineData("h=ABC", "h")]
    [InlineData("h=abg", "h")]
    [InlineData("h=abc%0A", "h")]
    [InlineData("h=abc%00", "h")]
    [InlineData("h=%D9%A1%D9%A2", "h")]
    [InlineData("h=%EF%BD%81", "h")]
    [InlineData("h=abc;id", "h")]
    [InlineData("h=$(id)", "h")]
    [InlineData("h=+abc", "h")]
    [InlineData("h=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0", "h")]
    [InlineData("H=abc", "another")]
    [InlineData("h=abc&b=master", "b")]
    [InlineData("h=abc&python=3.1", "python")]
    [InlineData("h=abc&branch=a%27b", "branch")]
    [InlineData("h=abc&branch=a%0A", "branch")]
    [InlineData("h=abc&branch=", "branch")]
    [InlineData("h=abc&branch=`id`", "branch")]
    [InlineData("h=abc&force=true", "force")]
    [InlineData("h=abc&force=yes", "force")]
    [InlineData("h=abc&idempotency_key=a+b", "idempotency_key")]
    [InlineData("h=abc&idempotency_key=", "idempotency_key")]
    public async Task A_field_that_breaks_its_rule_is_named_and_its_value_is_not(string form, string field)
    {
        await using var server = await LauncherServerFixture.StartAsync("parameters: {branch: {pattern: '[a-z/]+', default: main}, python: {values: ['3.11'], default: '3.11'}}\n");

        var answer = await server.PostAsync($"{form}&s={PolicyFolder.Secret}");

        var told = System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_field", field), (answer.StatusCode, told.GetProperty("error").GetString(), told.GetProperty("field").GetString()));
        Assert.NotEqual("", told.GetProperty("rule").GetString());
        Assert.DoesNotContain("id)", told.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(server.Launcher.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task Wrong_secrets_lock_an_address_out_for_ever_longer_for_the_right_one_too()
    {
        var time = new ManualTimeProvider();
        await using var server = await LauncherServerFixture.StartAsync(time: time);
        async Task<(int Status, TimeSpan? Wait)> CallAsync(string secret)
        {
            using var answer = await server.PostAsync($"h=abc&s={secret}");
            return ((int)answer.StatusCode, answer.Headers.RetryAfter?.Delta);
        }

        for (var call = 0; call < 5; call++)
        {
            Assert.Equal((403, null), await CallAsync("wrong"));
        }

        Assert.Equal((429, TimeSpan.FromMinutes(1)), await CallAsync(PolicyFolder.Secret));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((403, null), await CallAsync("wrong"));
        Assert.Equal((429, TimeSpan.FromMinutes(2)), await CallAsync(PolicyFolder.Secret));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(202, (await CallAsync(PolicyFolder.Secret)).Status);
        Assert.Equal((403, null), await CallAsync("wrong"));
        Assert.Equal(200, (await CallAsync(PolicyFolder.Secret)).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_signed_call_is_not_shut_out_by_wrong_secrets_from_its_own_address()
    {
        await using var server = await LauncherServerFixture.StartAsync();
        for (var call = 0; call < 6; call++)
        {
            (await server.PostAsync("h=abc&s=wrong")).Dispose();
        }

        using var plain = await server.PostAsync($"h=abc&s={PolicyFolder.Secret}");
        using var signed = await server.SendAsync(server.Signed(HttpMethod.Post, "/run", "h=abc"));

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.Accepted), (plain.StatusCode, signed.StatusCode));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_right_secret_is_not_shut_out_by_what_others_behind_the_same_proxy_sent_wrongly()
    {
        await using var server = await LauncherServerFixture.StartAsync("proxies: {trusted: 127.0.0.1}\n", change: usual => usual.Replace(
            "allowed_client_ip: 127.0.0.1", "allowed_client_ip: ['2001:db8::/32', 192.0.2.0/24]", StringComparison.Ordinal));
        async Task<HttpStatusCode> CallAsync(string from, string secret)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/run")
            {
                Content = new FormUrlEncodedContent([new("h", "abc"), new("s", secret)]),
                Headers = { { "Accept", "application/json" }, { "X-Forwarded-For", from } },
            };
            using var answer = await server.SendAsync(request);
            return answer.StatusCode;
        }

        for (var call = 0; call < 6; call++)
        {
            await CallAsync("2001:db8::1", "wrong");
            await CallAsync("192.0.2.1", "wrong");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await CallAsync("2001:db8::1", PolicyFolder.Secret));
        Assert.Equal(HttpStatusCode.TooManyRequests, await CallAsync("192.0.2.1", PolicyFolder.Secret));
        Assert.Equal(HttpStatusCode.Accepted, await CallAsync("192.0.2.2", PolicyFolder.Secret));
        Assert.Equal(HttpStatusCode.OK, await CallAsync("2001:db8::2", PolicyFolder.Secret));
        Assert.Equal(HttpStatusCode.TooManyRequests, await CallAsync("2001:db8::3", "wrong"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await CallAsync("2001:db8::1", PolicyFolder.Secret));
    }

    [Fact(Timeout = 60_000)]
    public async Task Launches_are_slowed_down_by_credential_and_the_caller_is_told_for_how_long()
    {
        await using var server = await LauncherServerFixture.StartAsync("rates: {credential_launches: 2}\n", new ManualTimeProvider());

        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync($"h=a&s={PolicyFolder.Secret}")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync($"h=b&s={PolicyFolder.Secret}")).StatusCode);
        using var third = await server.PostAsync($"h=c&s={PolicyFolder.Secret}");

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(30)), (third.StatusCode, third.Headers.RetryAfter!.Delta));
        Assert.Equal(2, server.Launcher.Requests.Count);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("caps: {account: 1}", "cap_reached", true)]
    [InlineData("budget: {day: 2}\nprice_ceiling: 3", "budget_spent", false)]
    [InlineData("enabled: false", "disabled", false)]
    public async Task Rejections_by_the_launcher_have_a_machine_readable_code(string more, string code, bool comeAgain)
    {
        await using var server = await LauncherServerFixture.StartAsync($"{more}\n");
        await server.PostAsync($"h=a&s={PolicyFolder.Secret}");

        using var answer = await server.PostAsync($"h=b&s={PolicyFolder.Secret}");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, $"{{\"error\":\"{code}\"}}"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(comeAgain, answer.Headers.RetryAfter is not null);
    }

    [Fact(Timeout = 60_000)]
    public async Task Internal_errors_ask_for_a_retry_and_show_nothing()
    {
        await using var server = await LauncherServerFixture.StartAsync();
        server.Launcher.Failure = new InvalidOperationException("an inner secret");

        using var answer = await server.PostAsync($"h=a&s={PolicyFolder.Secret}");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "{\"error\":\"unavailable\"}"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("h=a&s=wrong")]
    [InlineData($"h=&s={PolicyFolder.Secret}")]
    [InlineData($"h=a&s={PolicyFolder.Secret}")]
    public async Task Silent_refusals_are_an_empty_200_as_they_were(string form)
    {
        await using var server = await LauncherServerFixture.StartAsync("silent_refusals: true\nenabled: false\n");

        using var answer = await server.PostAsync(form);

        Assert.Equal((HttpStatusCode.OK, "", "text/html"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_flood_of_refusals_is_a_few_records_and_told_again_when_the_audit_was_away()
    {
        await using var server = await LauncherServerFixture.StartAsync("rates: {calls: 100000}\n");
        for (var call = 0; call < 60; call++)
        {
            (await server.PostAsync("h=a&s=wrong")).Dispose();
        }

        server.Launcher.Failure = new InvalidOperationException();
        await server.RejectedCalls.FlushAsync();
        server.Launcher.Failure = null;
        await server.RejectedCalls.FlushAsync();

        Assert.Equal([("too often", 55), ("wrong secret", 5)], server.Launcher.RefusedCalls.Select(call => (call.Reason, call.Count)).Order());
        for (var address = 0; address < 1_000; address++)
        {
            server.RejectedCalls.Record(new($"192.0.2.{address}", "192.0.2.1"), null, "wrong secret");
        }

        await server.RejectedCalls.FlushAsync();
        Assert.Equal((41, 1_000), (server.Launcher.RefusedCalls.Skip(2).Count(), server.Launcher.RefusedCalls.Skip(2).Sum(call => call.Count)));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("GET /run HTTP/1.1\r\nHost: x\r\n\r\n", 405)]
    [InlineData("PUT /run HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    [InlineData("POST /run HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", 413)]
    public async Task The_launchers_port_has_no_other_endpoints(string request, int status)
    {
        await using var server = await LauncherServerFixture.StartAsync();
        await using var client = new RawHttpClient(server.Address);

        Assert.Equal(status, (await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(request))).Status);
    }

    private static string Post(string form, string headers = "") => $"{Form}{headers}Content-Length: {form.Length}\r\n\r\n{form}";

    private static string Signature(string nonce = "00112233445566778899aabbccddeeff") =>
        $"X-Hybrid-Key: ci\r\nX-Hybrid-Time: 1767225600\r\nX-Hybrid-Nonce: {nonce}\r\nX-Hybrid-Signature: {new string('0', 64)}\r\n";

    private static async Task<string> AnswerAsync(LauncherServerFixture server, string request)
    {
        await using var client = new RawHttpClient(server.Address);
        var answer = await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(request));
        var headers = answer.Headers.Where(header => header.Key != "Date").OrderBy(header => header.Key != "Content-Length").ThenBy(header => header.Key != "Content-Type").ThenBy(header => header.Key, StringComparer.Ordinal);
        return $"{answer.Protocol} {answer.Status}\n{string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\n"))}\n{answer.Text}";
    }

    private static async Task<string> AuditedAsync(LauncherServerFixture server)
    {
        await server.RejectedCalls.FlushAsync();
        return Assert.Single(server.Launcher.RefusedCalls).Reason;
    }
}
