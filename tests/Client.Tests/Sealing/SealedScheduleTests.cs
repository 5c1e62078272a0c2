using System.Text;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Client.Tests.Sealing.SealingClientFixture;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>Payloads of schedules, which start as often as they come due.</summary>
public sealed class SealedScheduleTests
{
    private const string Id = "5f5a7c1e00000000000005c4";
    private const string One = $"{ClientFixture.Project}/schedules/{Id}";

    [Fact(Timeout = 10_000)]
    public async Task A_schedule_is_sealed_for_any_number_of_starts()
    {
        await using var test = await StartAsync();

        await test.Client.Schedules.CreateAsync(new NewSchedule
        {
            CodeName = "hello",
            Payload = "the secret",
            NotAfter = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000),
        });

        var sent = Assert.Single(test.Sent(Schedule));
        var (plain, header) = Open(sent);
        Assert.Equal("the secret", Encoding.UTF8.GetString(plain));
        Assert.Equal(
            ("*", ClusterId, "hello", 1_900_000_000), (header.Runs, header.Cluster, header.Code, header.NotAfter));
        Assert.Equal(["code_name", "payload", "cluster"], sent.EnumerateObject().Select(field => field.Name));
        Assert.Equal(0, test.Server.Count(FindCode));
    }

    [Theory(Timeout = 10_000)]
    [InlineData(null, null, "before", OtherId, 1)]
    [InlineData("after", null, "after", OtherId, 1)]
    [InlineData("after", ClusterId, "after", ClusterId, 0)]
    public async Task A_changed_payload_is_sealed_for_what_the_schedule_then_is(
        string? code, string? cluster, string sealedCode, string sealedCluster, int asked)
    {
        await using var test = await StartAsync();
        test.Server.On($"GET {One}", FakeResponse.Json(
            $$"""{"id":"{{Id}}","status":"scheduled","code_name":"before","cluster":"{{OtherId}}"}"""));
        test.Server.On($"PUT {One}", FakeResponse.Json("""{"msg":"Updated"}"""));

        await test.Client.Schedules.UpdateAsync(Id, new ScheduleUpdate { Payload = "new", CodeName = code, Cluster = cluster });

        var sent = System.Text.Json.JsonDocument.Parse(test.Server.Single($"PUT {One}").Bytes).RootElement;
        var header = Open(sent).Header;
        Assert.Equal(("*", sealedCode, sealedCluster), (header.Runs, header.Code, header.Cluster));
        Assert.Equal(cluster is not null, sent.TryGetProperty("cluster", out _));
        Assert.Equal(asked, test.Server.Count($"GET {One}"));
    }

    [Fact(Timeout = 10_000)]
    public async Task Another_cluster_without_another_payload_is_rejected()
    {
        await using var test = await StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(
            () => test.Client.Schedules.UpdateAsync(Id, new ScheduleUpdate { Cluster = ClusterId }));

        Assert.Empty(test.Server.Requests);
    }
}
