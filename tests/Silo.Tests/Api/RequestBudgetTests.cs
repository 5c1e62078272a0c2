using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api;

/// <summary>V12: what senders of unfinished requests can take of a silo, and what they can't take from others.</summary>
public sealed class RequestBudgetTests
{
    private const int Kilo = 1 << 10;

    [Fact]
    public void V12_A_caller_has_its_share_and_all_have_no_more_than_there_is()
    {
        var budget = new RequestBudget(maxPerCaller: 100, maxTotal: 250);
        var first = budget.Begin(By("ann"));
        first.Take(60);
        var second = budget.Begin(By("ann"));

        Assert.Throws<OverBudgetException>(() => second.Take(41));
        second.Take(40);
        budget.Begin(By("bob")).Take(100);
        Assert.Throws<OverBudgetException>(() => budget.Begin(By("carl")).Take(51));
        Assert.Equal(200, budget.Held);
        first.Dispose();
        first.Dispose();
        budget.Begin(By("carl")).Take(51);
        Assert.Equal(191, budget.Held);
    }

    [Fact]
    public void V12_All_who_show_no_credential_have_a_quarter_together_whatever_addresses_they_have()
    {
        var budget = new RequestBudget(maxPerCaller: 100, maxTotal: 400);
        budget.Begin(From("10.0.0.1")).Take(60);

        Assert.Throws<OverBudgetException>(() => budget.Begin(From("10.0.0.2")).Take(41));
        budget.Begin(From("10.0.0.2")).Take(40);
        budget.Begin(By("ann")).Take(100);
    }

    [Fact]
    public void V12_Requests_of_one_network_count_as_one_callers()
    {
        var budget = new RequestBudget(maxPerCaller: 50, maxTotal: 1000);
        budget.Begin(From("2001:db8::1")).Take(30);

        Assert.Throws<OverBudgetException>(() => budget.Begin(From("2001:db8::ffff")).Take(21));
    }

    [Fact]
    public async Task V12_Counting_on_many_threads_ends_at_nothing()
    {
        var budget = new RequestBudget(maxPerCaller: 1000, maxTotal: 5000);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                using var lease = budget.Begin(i % 3 == 0 ? From($"10.0.0.{thread}") : By($"{i % 5}"));
                lease.Take(i % 90);
            }
        })));

        Assert.Equal(0, budget.Held);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/runner/v1/log")]
    [InlineData("/runner/v1/finish")]
    [InlineData("/runner/v1/heartbeat")]
    [InlineData("tasks")]
    [InlineData("webhook")]
    public async Task V12_Only_a_sender_of_unfinished_bodies_is_asked_to_retry(string path)
    {
        await using var silo = await StartAsync(maxPerCaller: 60 * Kilo, maxTotal: 400 * Kilo);
        var memory = silo.Get<RequestBudgets>().Memory;
        var (busy, other) = (await CallerAsync(silo, path), await CallerAsync(silo, path));
        using var open = new TcpClient();
        await open.ConnectAsync(silo.Address.Host, silo.Address.Port);
        await open.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Head(busy, 64 * Kilo) + new string(' ', 40 * Kilo)));
        await HeldAsync(memory, held => held >= 40 * Kilo);

        var refused = await SendAsync(silo, busy, 30 * Kilo);

        Assert.Equal((503, "1"), (refused.Status, refused.Header("Retry-After")));
        Assert.Contains("retry later", refused.Json!.Value.GetProperty("msg").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(503, (await SendAsync(silo, other, 30 * Kilo)).Status);
        open.Dispose();
        await HeldAsync(memory, held => held == 0);
        Assert.NotEqual(503, (await SendAsync(silo, busy, 30 * Kilo)).Status);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/runner/v1/enrol", "application/json")]
    [InlineData("/sign-in", "application/x-www-form-urlencoded")]
    public async Task V12_Anonymous_requests_take_nothing_from_callers_with_a_credential(string path, string type)
    {
        await using var silo = await StartAsync(maxPerCaller: 60 * Kilo, maxTotal: 100 * Kilo);
        var memory = silo.Get<RequestBudgets>().Memory;
        using var open = new TcpClient();
        await open.ConnectAsync(silo.Address.Host, silo.Address.Port);
        await open.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            Head((path, "nobody"), 30 * Kilo, type) + new string(' ', 20 * Kilo)));
        await HeldAsync(memory, held => held >= 20 * Kilo);

        var refused = await SendAsync(silo, (path, "nobody"), 10 * Kilo, type);
        var runner = await CallerAsync(silo, "/runner/v1/log");

        Assert.Equal((503, "1"), (refused.Status, refused.Header("Retry-After")));
        Assert.NotEqual(503, (await SendAsync(silo, runner, 50 * Kilo)).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task V12_Zips_that_are_being_received_have_a_budget_of_their_own()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Services.Replace(ServiceDescriptor.Singleton(new RequestBudgets(
                new RequestBudget(1 << 20, 1 << 20), new RequestBudget(100 * Kilo, 1 << 20)))),
            ("HYBRID_UPLOAD_LIMIT", $"{256 * Kilo}"));
        var tenant = await silo.NewTenantAsync();

        var refused = await tenant.SendZipAsync(new byte[150 * Kilo]);

        Assert.Equal(503, refused.Status);
        Assert.Equal(0, silo.Get<RequestBudgets>().Disk.Held);
        Assert.Equal(400, (await tenant.SendZipAsync(new byte[90 * Kilo])).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task V12_A_body_that_only_trickles_is_given_up_and_its_share_with_it()
    {
        await using var silo = await StartAsync(maxPerCaller: 60 * Kilo, maxTotal: 400 * Kilo);
        var runner = await CallerAsync(silo, "/runner/v1/log");

        // Ends when the server has ended the connection.
        var answer = await silo.SendRawAsync(Head(runner, 50 * Kilo) + new string(' ', 4 * Kilo));

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Equal(0, silo.Get<RequestBudgets>().Memory.Held);
    }

    private static Task<TestSilo> StartAsync(long maxPerCaller, long maxTotal) => TestSilo.StartAsync(
        configure: builder => builder.Services.Replace(ServiceDescriptor.Singleton(new RequestBudgets(
            new RequestBudget(maxPerCaller, maxTotal), new RequestBudget(1 << 20, 1 << 20)))));

    private static async Task<(string Path, string Token)> CallerAsync(TestSilo silo, string path)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        return path switch
        {
            "tasks" => ($"{tenant.Project}/tasks", tenant.Api.Token),
            "webhook" => ($"{tenant.Project}/tasks/webhook?code_name=hello", tenant.Api.Token),
            _ => (path, (await tenant.EnrolAsync(await tenant.NewClusterAsync("""{"name":"own"}"""))).Api.Token),
        };
    }

    private static string Head((string Path, string Token) caller, int length, string type = "application/json") =>
        $"POST {caller.Path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {caller.Token}\r\n"
        + $"Content-Type: {type}\r\nContent-Length: {length}\r\n\r\n";

    private static async Task<RawHttpResponse> SendAsync(
        TestSilo silo, (string Path, string Token) caller, int length, string type = "application/json")
    {
        await using var client = new RawHttpClient(silo.Address);
        return await client.SendAsync(Encoding.ASCII.GetBytes(Head(caller, length, type) + new string(' ', length)));
    }

    private static async Task HeldAsync(RequestBudget budget, Func<long, bool> wanted)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!wanted(budget.Held))
        {
            await look.WaitForNextTickAsync();
        }
    }

    private static DefaultHttpContext By(string user)
    {
        var http = new DefaultHttpContext();
        http.Features.Set(new User(user, user, DateTimeOffset.UnixEpoch));
        return http;
    }

    private static DefaultHttpContext From(string address) =>
        new() { Connection = { RemoteIpAddress = System.Net.IPAddress.Parse(address) } };
}
